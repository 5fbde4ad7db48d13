"""Customers who wait: served when the product is back, asked again when the date passes."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from orders.domain.choices import choose, execute
from orders.domain.waiting import reopen, serve
from orders.jobs.cases import execute_choices, serve_waiting_lines, settle_silent_cases
from orders.models import (
    Allocation,
    AllocationStatus,
    CaseStatus,
    LineStatus,
    OptionKind,
    OrderLine,
    OrderStatus,
    Refund,
    StockoutCase,
)
from stocke.core.models import HistoryEntry
from stocke.products.models import Level
from tests.orders.cases.scenes import CLOCK, CUSTOMER, Scene, letters_leave, open_scene, send, stock

pytestmark = pytest.mark.django_db


def waiting_scene(**given: bool) -> Scene:
    """A customer who agreed to wait three weeks."""
    scene = open_scene(**given)  # type: ignore[arg-type]
    scene.lamp_offer.lead_days = 21
    scene.lamp_offer.save()
    send(scene)
    choose(scene.case.pk, scene.option(OptionKind.WAIT).pk, version=1, by=CUSTOMER)
    execute(scene.case.pk, by=CLOCK)
    return scene


def test_a_waiting_line_is_promised_when_its_product_is_back() -> None:
    scene = waiting_scene()
    agreed = scene.line.promised_on
    stock(scene.lamp_offer, 4)

    assert serve(scene.line.pk, by=CLOCK) is True

    assert (scene.line.status, scene.line.promised_on) == (LineStatus.CONFIRMED, agreed)
    assert Allocation.objects.get(status=AllocationStatus.HELD).offer == scene.lamp_offer
    assert HistoryEntry.objects.filter(kind="line.back").count() == 1


def test_serving_twice_promises_once() -> None:
    scene = waiting_scene()
    stock(scene.lamp_offer, 4)
    serve(scene.line.pk, by=CLOCK)

    assert serve(scene.line.pk, by=CLOCK) is False

    assert Allocation.objects.count() == 1


def test_while_nobody_has_it_the_line_goes_on_waiting() -> None:
    scene = waiting_scene()

    assert serve(scene.line.pk, by=CLOCK) is False

    assert scene.line.status == LineStatus.WAITING


def test_when_the_agreed_date_passes_the_customer_is_asked_again() -> None:
    scene = waiting_scene()
    yesterday = timezone.localdate() - timedelta(days=1)
    OrderLine.objects.update(promised_on=yesterday)

    case = reopen(scene.line.pk, by=CLOCK)

    assert case is not None
    assert (case.status, case.cause) == (CaseStatus.TO_PROPOSE, scene.case.cause)
    assert case.facts["waited_until"] == yesterday.isoformat()
    assert scene.line.status == LineStatus.SHORT
    assert reopen(scene.line.pk, by=CLOCK) is None


def test_before_the_agreed_date_nobody_is_asked() -> None:
    scene = waiting_scene()

    assert reopen(scene.line.pk, by=CLOCK) is None

    assert StockoutCase.objects.count() == 1


def test_the_clock_serves_what_is_back_and_asks_about_what_is_overdue() -> None:
    back, overdue = waiting_scene(), waiting_scene()
    stock(back.lamp_offer, 4)
    Level.objects.update_or_create(product=back.lamp, defaults={"sellable": 4})
    OrderLine.objects.filter(pk=overdue.line.pk).update(promised_on=timezone.localdate() - timedelta(days=1))

    serve_waiting_lines()

    assert (back.line.status, overdue.line.status) == (LineStatus.CONFIRMED, LineStatus.SHORT)


def test_an_order_that_was_never_confirmed_goes_on_while_a_line_waits() -> None:
    scene = waiting_scene(confirmed=False)
    stock(scene.lamp_offer, 4)

    serve(scene.line.pk, by=CLOCK)

    assert scene.order.status == OrderStatus.CONFIRMED


def test_the_clock_carries_out_what_can_no_longer_be_changed(settings: LazySettings) -> None:
    old, fresh = open_scene(), open_scene()
    for scene in (old, fresh):
        send(scene)
        choose(scene.case.pk, scene.option(OptionKind.REFUND).pk, version=1, by=CUSTOMER)
    StockoutCase.objects.filter(pk=old.case.pk).update(chosen_at=timezone.now() - timedelta(minutes=11))

    assert execute_choices() == 1

    assert (old.fresh.status, fresh.fresh.status) == (CaseStatus.SETTLED, CaseStatus.TO_EXECUTE)


def test_the_clock_settles_silence() -> None:
    scene = open_scene()
    send(scene)
    letters_leave()
    StockoutCase.objects.update(deadline=timezone.now() - timedelta(minutes=1))

    settle_silent_cases()

    assert scene.fresh.status == CaseStatus.SETTLED
    assert Refund.objects.count() == 1


def test_an_order_of_which_all_waits_with_consent_counts_as_confirmed() -> None:
    scene = waiting_scene(confirmed=False)

    order = scene.order
    assert order.status == OrderStatus.CONFIRMED
    assert order.confirmed_at is not None


def test_an_order_delivered_as_far_as_it_will_be_is_done() -> None:
    scene = open_scene()
    OrderLine.objects.create(
        order=scene.order,
        position=2,
        ordered_sku="X",
        ordered_name="Tabouret",
        quantity=1,
        unit_price_cents=1000,
        status=LineStatus.SHIPPED,
    )
    send(scene)
    choose(scene.case.pk, scene.option(OptionKind.REFUND).pk, version=1, by=CUSTOMER)

    execute(scene.case.pk, by=CLOCK)

    assert scene.order.status == OrderStatus.DONE
    assert Refund.objects.get().amount_cents == 8990
