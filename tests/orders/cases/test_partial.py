"""A part of what was ordered is there: sent now, and the rest waits or is given back."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from orders.domain.choices import OptionGone, choose, execute, settle_silence
from orders.domain.options import PricedOption, Stake, partial_options
from orders.domain.second_thoughts import refund_instead
from orders.domain.ways_out import ways_out
from orders.models import CaseOption, LineStatus, OptionKind, OrderLine, Refund, StockoutCase
from stocke.core.models import Message
from suppliers.models import OfferStock
from suppliers.queries.restocks import Restock
from tests.factories.suppliers import OfferFactory
from tests.orders.cases.scenes import CLOCK, CUSTOMER, Scene, letters_leave, open_scene, send, stock

pytestmark = pytest.mark.django_db


def three_of_four(*, waits: bool = False) -> Scene:
    """Four lamps are missing, and three of them are to be had."""
    scene = open_scene(quantity=4)
    stock(scene.lamp_offer, 3)
    if waits:
        OfferFactory(product=scene.lamp, quantity=0, lead_days=21, rank=2)
    send(scene)
    return scene


def partial(scene: Scene, *, waits: bool = False) -> CaseOption:
    options = CaseOption.objects.filter(case=scene.case, kind=OptionKind.PARTIAL)
    return options.get(until__isnull=not waits)


def lines(scene: Scene) -> list[tuple[int, str]]:
    found = OrderLine.objects.filter(order=scene.order).order_by("position")
    return [(line.quantity, LineStatus(line.status).value) for line in found]


def carried_out(scene: Scene, option: CaseOption) -> StockoutCase:
    choose(scene.case.pk, option.pk, version=1, by=CUSTOMER)
    execute(scene.case.pk, by=CLOCK)
    return execute(scene.case.pk, by=CLOCK)


def test_parts_are_priced_and_only_there_when_some_but_not_all_units_are() -> None:
    stake, restock = Stake(4990, 4, shipping_cents=590), Restock(date(2026, 12, 9), "Nordique")

    assert partial_options(stake, 3, restock) == [
        PricedOption("partial:3:2026-12-09", OptionKind.PARTIAL, until=date(2026, 12, 9), units=3),
        PricedOption("partial:3:refund", OptionKind.PARTIAL, amount_cents=4990, units=3),
    ]
    assert [partial_options(stake, units, None) for units in (0, 4, 5)] == [[], [], []]


def test_a_single_missing_unit_has_no_part() -> None:
    scene = open_scene()
    stock(scene.lamp_offer, 1)

    assert OptionKind.PARTIAL not in [option.kind for option in ways_out(scene.case)]


def test_what_is_there_is_sent_and_the_rest_refunded_once() -> None:
    scene = three_of_four()

    carried_out(scene, partial(scene))

    assert lines(scene) == [(3, "confirmed"), (1, "refunded")]
    assert [(owed.amount_cents, owed.line_id) for owed in Refund.objects.all()] == [(8990, scene.line.pk)]
    assert OfferStock.objects.get(offer=scene.lamp_offer).reserved == 3
    assert (scene.fresh.quantity, scene.fresh.margin_lost_cents) == (1, 3990)
    receipt = Message.objects.get(kind="choice_received").text.replace("\u00a0", " ")
    assert "Nous vous envoyons 3 × Suspension Galet Ø 40." in receipt
    assert "89,90 €" in receipt


@pytest.mark.parametrize("waits", [False, True])
def test_the_page_still_says_all_that_was_bought_and_paid(client: Client, waits: bool) -> None:
    scene = three_of_four(waits=waits)
    carried_out(scene, partial(scene, waits=waits))
    if waits:
        refund_instead(scene.case.pk, by=CUSTOMER)

    page = " ".join(client.get(scene.link()).content.decode().replace("\u00a0", " ").split())

    assert "Suspension Galet Ø 40</b> × 4" in page
    assert "payé 359,60 €" in page


def test_the_rest_waits_for_the_stated_day_and_can_still_be_given_back() -> None:
    scene = three_of_four(waits=True)

    carried_out(scene, partial(scene, waits=True))

    assert lines(scene) == [(3, "confirmed"), (1, "waiting")]
    assert not Refund.objects.exists()
    refund_instead(scene.case.pk, by=CUSTOMER)
    assert [owed.amount_cents for owed in Refund.objects.all()] == [8990]
    assert lines(scene) == [(3, "confirmed"), (1, "refunded")]


def test_a_part_that_sold_out_meanwhile_is_refused_and_nothing_changes(client: Client) -> None:
    scene = three_of_four()
    stock(scene.lamp_offer, 2)

    with pytest.raises(OptionGone):
        choose(scene.case.pk, partial(scene).pk, version=1, by=CUSTOMER)

    said = client.post(scene.link(), {"version": 1, "option": partial(scene).pk}).content.decode()
    assert "Il n’en reste plus autant" in said
    assert (scene.fresh.choice, lines(scene)) == (None, [(4, "short")])


def test_a_part_that_sells_out_before_it_is_carried_out_brings_the_case_back_whole() -> None:
    scene = three_of_four()
    choose(scene.case.pk, partial(scene).pk, version=1, by=CUSTOMER)
    stock(scene.lamp_offer, 0)

    execute(scene.case.pk, by=CLOCK)

    assert (scene.fresh.status, scene.fresh.quantity, lines(scene)) == ("to_propose", 4, [(4, "short")])
    assert not Refund.objects.exists()


def test_the_page_and_the_letter_say_what_comes_now_and_what_happens_with_the_rest(client: Client) -> None:
    scene = three_of_four()

    page = client.get(scene.link()).content.decode().replace("\u00a0", " ")
    letter = Message.objects.get().text.replace("\u00a0", " ")

    assert "Recevoir 3 maintenant" in page
    assert "89,90 € rendus" in page
    assert "recevoir 3 maintenant" in letter


def test_silence_still_gives_back_all_that_is_missing() -> None:
    scene = three_of_four()
    letters_leave()
    StockoutCase.objects.update(deadline=timezone.now() - timedelta(hours=1))

    settle_silence(scene.case.pk, by=CLOCK)

    assert [owed.amount_cents for owed in Refund.objects.all()] == [4 * 8990 + 590]
