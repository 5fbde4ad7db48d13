"""The shipping charge of an order of which nothing is delivered: given back with the last line, and only once."""

from dataclasses import replace

import pytest

from orders.domain.allocations import release_line
from orders.domain.cases import open_case
from orders.domain.choices import choose, execute
from orders.domain.second_thoughts import refund_instead
from orders.domain.ways_out import stake_of
from orders.models import CaseCause, CaseOption, OptionKind, Refund, StockoutCase, Voucher
from tests.factories.orders import OrderLineFactory
from tests.orders.cases.scenes import CLOCK, CUSTOMER, Scene, open_scene, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def scenes() -> list[Scene]:
    """Two lamps of 89.90, shipped together for 5.90; both are missing, and both customers' letters have left."""
    first = open_scene()
    line = OrderLineFactory(order=first.order, product=first.lamp, status="short")
    case = open_case(line, cause=CaseCause.OVERSOLD, facts={"sold": 2, "available": 0}, by=CLOCK)
    second = Scene(case, *[getattr(first, name) for name in list(first.__dataclass_fields__)[1:]])
    for scene in (first, second):
        send(scene)
    return [first, second]


def settle(scene: Scene, kind: OptionKind) -> None:
    option = CaseOption.objects.get(case=scene.case, version=1, kind=kind)
    choose(scene.case.pk, option.pk, version=1, by=CUSTOMER)
    execute(scene.case.pk, by=CLOCK)


def refunds() -> list[int]:
    return list(Refund.objects.order_by("pk").values_list("amount_cents", flat=True))


def test_it_goes_back_with_the_last_line(scenes: list[Scene]) -> None:
    for scene in scenes:
        settle(scene, OptionKind.REFUND)

    assert refunds() == [8990, 9580]


def test_a_voucher_for_the_last_line_holds_it_too(scenes: list[Scene]) -> None:
    settle(scenes[0], OptionKind.REFUND)
    settle(scenes[1], OptionKind.VOUCHER)

    assert refunds() == [8990]
    assert Voucher.objects.get().amount_cents == 9889 + 590


def test_a_voucher_returned_after_it_went_back_is_worth_the_goods_only(scenes: list[Scene]) -> None:
    settle(scenes[0], OptionKind.VOUCHER)
    settle(scenes[1], OptionKind.REFUND)

    refund_instead(scenes[0].case.pk, by=CUSTOMER)

    assert refunds() == [9580, 8990]


@pytest.mark.parametrize(("order", "paid"), [((0, 1), [8990, 9580]), ((1, 0), [9580, 8990])])
def test_of_two_vouchers_returned_the_last_given_brings_it_back(
    scenes: list[Scene], order: tuple[int, int], paid: list[int]
) -> None:
    for scene in scenes:
        settle(scene, OptionKind.VOUCHER)

    for place in order:
        refund_instead(scenes[place].case.pk, by=CUSTOMER)

    assert refunds() == paid


def test_the_cost_of_another_currency_gives_no_margin() -> None:
    scene = open_scene()
    scene.lamp_offer.currency = "USD"
    scene.lamp_offer.save(update_fields=["currency"])

    assert stake_of(StockoutCase.objects.get()).margin_cents is None


def test_a_difference_given_back_is_not_given_back_again_with_the_rest() -> None:
    scene = open_scene()
    send(scene)
    cheaper = scene.option(OptionKind.SUBSTITUTE, scene.smaller)
    choose(scene.case.pk, cheaper.pk, version=1, by=CUSTOMER)
    execute(scene.case.pk, by=CLOCK)
    release_line(scene.line, reason="refused", by=CLOCK)
    again = open_case(scene.line, cause=CaseCause.OVERSOLD, facts={"sold": 1, "available": 0}, by=CLOCK)
    second = replace(scene, case=again)
    send(second)

    settle(second, OptionKind.REFUND)

    assert refunds() == [1000, 7990 + 590]
