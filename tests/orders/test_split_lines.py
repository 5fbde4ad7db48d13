"""One line, several suppliers: what happens to one part leaves the others as they are."""

import pytest
from django.utils import timezone

from orders.domain.allocations import prove_counters
from orders.domain.answers import LineAnswer, answer_purchase
from orders.domain.choices import choose, execute
from orders.domain.options import refund_option
from orders.domain.proposals import LetterDraft, propose
from orders.domain.purchasing import order_purchases
from orders.domain.shortfalls import Outcome, check_offers
from orders.domain.ways_out import stake_of
from orders.models import (
    Allocation,
    Answer,
    Order,
    OrderLine,
    PurchaseOrder,
    StockoutCase,
    VerificationPolicy,
)
from stocke.core.actors import Actor
from suppliers.models import Offer
from tests.factories.orders import AllocationFactory, OrderFactory
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory
from tests.orders.cases.scenes import stock

pytestmark = pytest.mark.django_db
BY = Actor.job("test")


@pytest.fixture
def offers() -> list[Offer]:
    """The same lamp from two suppliers, three here and two there; the policy lets a line be split."""
    VerificationPolicy.objects.create(may_split=True, thin_below=0)
    lamp = ProductFactory(price_cents=8900)
    return [OfferFactory(product=lamp, quantity=3), OfferFactory(product=lamp, quantity=2, rank=2)]


@pytest.fixture
def order(offers: list[Offer]) -> Order:
    """Five lamps, asked of both."""
    order = OrderFactory(
        status="confirmed",
        confirmed_at=timezone.now(),
        lines=[{"product": offers[0].product, "quantity": 5, "status": "confirmed"}],
    )
    for offer, units in zip(offers, (3, 2), strict=True):
        AllocationFactory(line=order.lines.get(), offer=offer, quantity=units)
    order_purchases(order.pk, by=BY)
    return order


def answer(offer: Offer, kind: Answer) -> None:
    purchase = PurchaseOrder.objects.get(supplier=offer.supplier)
    reason = "no_stock" if kind == Answer.REJECTED else ""
    lines = [LineAnswer(line.pk, kind, reason=reason) for line in purchase.lines.filter(answer="")]
    answer_purchase(purchase.pk, lines, by=BY)


def promises() -> list[tuple[int, int, str]]:
    rows = Allocation.objects.order_by("pk").values_list("offer__rank", "quantity", "status")
    return [(rank, quantity, str(status)) for rank, quantity, status in rows]


def lines() -> list[tuple[int, str]]:
    return list(OrderLine.objects.order_by("position").values_list("quantity", "status"))


def test_a_figure_that_falls_breaks_only_the_part_that_it_covers(offers: list[Offer], order: Order) -> None:
    answer(offers[0], Answer.ACCEPTED)
    stock(offers[1], 0)

    assert check_offers([offers[1].pk]) == Outcome(opened=1)

    assert promises() == [(1, 3, "accepted"), (2, 2, "released")]
    assert [(case.quantity, case.line.quantity) for case in StockoutCase.objects.all()] == [(2, 5)]
    assert prove_counters() == []


def test_a_third_supplier_serves_the_part_that_broke(offers: list[Offer], order: Order) -> None:
    OfferFactory(product=offers[0].product, quantity=9, rank=3)
    answer(offers[0], Answer.ACCEPTED)
    stock(offers[1], 0)

    assert check_offers([offers[1].pk]) == Outcome(moved=1)
    order_purchases(order.pk, by=BY)

    assert promises() == [(1, 3, "accepted"), (2, 2, "released"), (3, 2, "held")]
    assert lines() == [(5, "ordered")]
    assert prove_counters() == []


def test_the_second_no_is_served_beside_the_open_case_of_the_first(offers: list[Offer], order: Order) -> None:
    answer(offers[0], Answer.REJECTED)
    answer(offers[1], Answer.REJECTED)

    cases = StockoutCase.objects.order_by("pk")
    assert [(case.quantity, case.line.quantity) for case in cases] == [(3, 3), (2, 2)]
    assert sorted(lines()) == [(2, "short"), (3, "short")]
    assert prove_counters() == []


def test_the_rest_of_a_line_in_a_case_goes_on_by_itself(offers: list[Offer], order: Order) -> None:
    answer(offers[0], Answer.REJECTED)
    answer(offers[1], Answer.ACCEPTED)

    case = StockoutCase.objects.get()
    assert (case.quantity, case.line.quantity, case.line.status) == (3, 3, "short")
    assert lines() == [(2, "accepted"), (3, "short")]


def test_a_figure_that_falls_during_a_case_orders_nothing_twice(offers: list[Offer], order: Order) -> None:
    answer(offers[0], Answer.REJECTED)
    OfferFactory(product=offers[0].product, quantity=9, rank=3)
    stock(offers[1], 0)

    check_offers([offers[1].pk])
    case = StockoutCase.objects.get()
    propose(case.pk, version=0, options=[refund_option(stake_of(case))], letter=LetterDraft(), by=BY)
    choose(case.pk, case.options.get().pk, version=1, by=BY)
    execute(case.pk, by=BY)

    assert sorted(lines()) == [(2, "confirmed"), (3, "refunded")]
    assert promises() == [(1, 3, "released"), (2, 2, "released"), (3, 2, "held")]
    assert prove_counters() == []


def test_missing_units_are_not_asked_of_a_supplier_who_serves_the_line_already(
    offers: list[Offer], order: Order
) -> None:
    stock(offers[0], 20)

    answer(offers[1], Answer.REJECTED)

    assert promises() == [(1, 3, "held"), (2, 2, "released")]
    assert StockoutCase.objects.get().quantity == 2
    assert prove_counters() == []


def test_a_no_during_a_case_asks_the_next_source_for_the_rest(offers: list[Offer], order: Order) -> None:
    stock(offers[1], 0)
    check_offers([offers[1].pk])
    OfferFactory(product=offers[0].product, quantity=9, rank=3)

    answer(offers[0], Answer.REJECTED)

    assert lines() == [(3, "confirmed"), (2, "short")]
    assert promises() == [(1, 3, "released"), (2, 2, "released"), (3, 3, "held")]
    assert prove_counters() == []


def test_a_line_that_waits_for_a_person_is_not_confirmed_by_a_feed(offers: list[Offer]) -> None:
    order = OrderFactory(
        status="to_verify",
        confirmed_at=timezone.now(),
        lines=[{"product": offers[0].product, "quantity": 2, "status": "safe"}],
    )
    AllocationFactory(line=order.lines.get(), offer=offers[0])
    stock(offers[0], 0)

    check_offers([offers[0].pk])

    assert lines() == [(2, "safe")]
    assert promises() == [(1, 2, "released"), (2, 2, "held")]
