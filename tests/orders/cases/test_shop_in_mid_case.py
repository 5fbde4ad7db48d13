"""A shop amends or cancels an order while one of its lines is in a case, whatever its customer has said by then."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orders.domain.allocations import prove_counters
from orders.domain.choices import choose, execute, settle_silence
from orders.domain.intake import take_in
from orders.domain.problems import AmendmentRefused
from orders.domain.shop_orders import cancel_all
from orders.models import CaseStatus, OptionKind, Refund, StockoutCase
from stocke.channels.incoming import IncomingLine
from stocke.core.actors import Actor
from stocke.core.models import Message
from tests.factories.incoming import incoming, line
from tests.orders.cases.scenes import CLOCK, CUSTOMER, Scene, open_scene, rows, send, short_statuses

pytestmark = pytest.mark.django_db
SHOP = Actor.channel("demo")


def sent_again(scene: Scene, *more: IncomingLine, units: int = 1) -> Any:
    """The order as its shop has it now."""
    order = scene.order
    return incoming(
        lines=(line(scene.lamp.sku, units, 8990), *more),
        channel=order.channel,
        external_id=order.external_id,
        placed_at=order.placed_at,
        promised_on=order.promised_on,
        shipping_cents=order.shipping_cents,
        ship_to=order.ship_to,
    )


def test_a_line_in_a_case_is_not_amended_and_what_the_customer_chose_stands() -> None:
    scene = open_scene()
    send(scene)
    choose(scene.case.pk, scene.option(OptionKind.REFUND).pk, version=1, by=CUSTOMER)
    before = rows()

    with pytest.raises(AmendmentRefused) as refused:
        take_in(sent_again(scene, units=2), by=SHOP)

    assert [(one.field, one.code) for one in refused.value.problems] == [("quantity", "line_in_case")]
    assert rows()[:-1] == before[:-1]
    assert [one["kind"] for one in rows()[-1][len(before[-1]) :]] == ["order.amendment_refused"]


def test_a_line_whose_difference_was_given_back_is_not_amended_any_more() -> None:
    scene = open_scene(confirmed=False)
    send(scene)
    choose(scene.case.pk, scene.option(OptionKind.SUBSTITUTE, scene.smaller).pk, version=1, by=CUSTOMER)
    execute(scene.case.pk, by=CLOCK)
    assert [(one.amount_cents, one.reason) for one in Refund.objects.all()] == [(1000, "difference")]
    before = rows()

    for sent in (sent_again(scene, units=2), replace(sent_again(scene), lines=(line(scene.dune.sku),))):
        with pytest.raises(AmendmentRefused) as refused:
            take_in(sent, by=SHOP)
        assert {one.code for one in refused.value.problems} == {"line_settled"}

    assert rows()[:-1] == before[:-1]


def test_another_line_is_added_in_mid_case_and_the_case_stays_with_its_customer() -> None:
    scene = open_scene()
    send(scene)

    take_in(sent_again(scene, line(scene.dune.sku, 1, 9490)), by=SHOP)

    assert (scene.fresh.status, scene.fresh.version) == (CaseStatus.WITH_CUSTOMER, 1)
    added = scene.order.lines.exclude(pk=scene.case.line_id)
    assert list(added.values_list("ordered_sku", "status")) == [(scene.dune.sku, "new")]
    assert Message.objects.exclude(status="cancelled").count() == 1


@pytest.mark.parametrize("chosen", [False, True], ids=["he was asked", "he has chosen"])
def test_an_order_that_its_shop_cancels_in_mid_case_is_paid_back_once_and_nothing_else_happens(
    client: Client, chosen: bool
) -> None:
    scene = open_scene()
    send(scene)
    refund = scene.option(OptionKind.REFUND).pk
    if chosen:
        choose(scene.case.pk, refund, version=1, by=CUSTOMER)

    assert cancel_all(scene.order, by=SHOP) is False

    assert short_statuses(scene) == ("cancelled", "cancelled", "cancelled")
    assert [(one.amount_cents, one.reason) for one in Refund.objects.all()] == [(9580, "cancelled")]
    StockoutCase.objects.update(deadline=timezone.now() - timedelta(hours=1))
    before = rows()
    answer = client.post(scene.link(), {"version": "1", "option": str(refund)})
    execute(scene.case.pk, by=CLOCK)
    settle_silence(scene.case.pk, by=CLOCK)
    cancel_all(scene.order, by=SHOP)
    assert (answer.status_code, rows()) == (303, before)
    assert "Cette question est close" in client.get(scene.link()).content.decode()
    assert prove_counters() == []
