"""Verification: what each line deserves, and what follows for its order."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.domain.allocations import prove_counters
from orders.domain.verification import verify_order, verify_orders
from orders.models import Allocation, Order, OrderLine, StockoutCase, VerificationPolicy
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from stocke.products.models import Product
from suppliers.models import Offer, OfferStock
from tests.factories.orders import OrderFactory
from tests.factories.people import person
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db
BY = Actor.job("verification")


def on_offer(**given: Any) -> Product:
    product = ProductFactory()
    OfferFactory(product=product, **given)
    return product


def stale() -> Product:
    return on_offer(as_of=timezone.now() - timedelta(hours=26))


def order_of(*products: Product, **given: Any) -> Order:
    return OrderFactory(lines=[{"product": product} for product in products], **given)


def statuses(order: Order) -> tuple[str, list[str]]:
    order.refresh_from_db()
    return order.status, list(order.lines.order_by("position").values_list("status", flat=True))


def promised() -> dict[int, int]:
    return dict(OfferStock.objects.filter(reserved__gt=0).values_list("offer_id", "reserved"))


def kinds() -> list[str]:
    return list(HistoryEntry.objects.order_by("pk").values_list("kind", flat=True))


def test_an_order_whose_every_line_is_safe_confirms_itself() -> None:
    order = order_of(on_offer(), on_offer())

    outcome = verify_order(order.pk, by=BY)

    assert outcome == "confirmed"
    assert statuses(order) == ("confirmed", ["confirmed", "confirmed"])
    assert order.confirmed_at is not None
    assert sorted(promised().values()) == [1, 1]
    assert kinds() == ["order.verified", "order.confirmed"]
    assert prove_counters() == []


def test_the_record_names_each_promise() -> None:
    order = order_of(on_offer())

    verify_order(order.pk, by=BY)

    line, offer = order.lines.get(), Offer.objects.get()
    entry = HistoryEntry.objects.get(kind="order.verified")
    assert (entry.thread, entry.actor_label) == (f"order:{order.pk}", "verification")
    assert entry.data == {"safe": 1, "promised": [[line.pk, offer.pk, 1]]}


def test_with_a_policy_that_asks_for_a_person_even_a_safe_order_waits() -> None:
    VerificationPolicy.objects.create(confirms_itself=False)
    order = order_of(on_offer())

    verify_order(order.pk, by=BY)

    assert statuses(order) == ("to_verify", ["safe"])
    assert len(promised()) == 1


def test_one_doubtful_line_sends_the_order_to_the_desk_and_holds_only_the_safe_ones() -> None:
    order = order_of(on_offer(), stale())

    verify_order(order.pk, by=BY)

    assert statuses(order) == ("to_verify", ["safe", "doubtful"])
    assert list(promised().values()) == [1]
    assert HistoryEntry.objects.get().data["doubtful"] == 1


def test_a_line_that_is_as_doubtful_as_before_is_no_news_unless_a_person_looks_again() -> None:
    order = order_of(stale())
    verify_order(order.pk, by=BY)

    verify_order(order.pk, by=BY)
    by_the_job = kinds()
    verify_order(order.pk, by=Actor.person(person()))

    assert by_the_job == ["order.verified"]
    assert kinds() == ["order.verified", "order.verified"]


def test_the_evidence_shows_every_offer_with_its_checks_or_its_reason() -> None:
    lamp = stale()
    unknown = OfferFactory(product=lamp, rank=2, kind="unknown")
    order = order_of(lamp)

    verify_order(order.pk, by=BY)

    evidence = order.lines.get().evidence
    assert evidence["verdict"] == "doubtful"
    assert [(c["check"], c["passed"]) for c in evidence["checks"]] == [
        ("fresh", False),
        ("quantity", True),
        ("lead", True),
        ("margin", True),
    ]
    assert [one["serves"] for one in evidence["candidates"]] == [1]
    assert [(one["offer"], one["reason"]) for one in evidence["rejected"]] == [(unknown.pk, "unknown")]


def test_a_line_that_nobody_can_serve_gets_a_case_with_its_cause() -> None:
    empty = on_offer(quantity=0, as_of=timezone.now() - timedelta(hours=1))
    order = order_of(on_offer(), empty)

    verify_order(order.pk, by=BY)

    assert statuses(order) == ("to_verify", ["safe", "short"])
    case = StockoutCase.objects.get()
    assert (case.line.product, case.cause, case.quantity) == (empty, "oversold", 1)
    assert (case.facts["sold"], case.facts["available"]) == (1, 0)
    assert order.lines.get(position=2).evidence["checks"] == [
        {"check": "quantity", "passed": False, "value": -1, "limit": 0}
    ]


def test_a_line_without_any_offer_gets_a_case_too() -> None:
    order = order_of(ProductFactory())

    verify_order(order.pk, by=BY)

    assert statuses(order) == ("to_verify", ["short"])
    assert StockoutCase.objects.get().cause == "oversold"


def test_two_lines_of_one_product_share_its_units() -> None:
    lamp = on_offer(quantity=3)
    order = OrderFactory(lines=[{"product": lamp, "quantity": 2}, {"product": lamp, "quantity": 2}])

    verify_order(order.pk, by=BY)

    assert statuses(order) == ("to_verify", ["safe", "short"])
    assert list(promised().values()) == [2]


def test_a_line_is_split_over_two_suppliers_when_the_policy_allows_it() -> None:
    VerificationPolicy.objects.create(may_split=True, thin_below=0)
    lamp = on_offer(quantity=3)
    OfferFactory(product=lamp, quantity=2)
    order = OrderFactory(lines=[{"product": lamp, "quantity": 5}])

    verify_order(order.pk, by=BY)

    assert statuses(order) == ("confirmed", ["confirmed"])
    assert sorted(Allocation.objects.values_list("quantity", flat=True)) == [2, 3]
    assert len(order.lines.get().evidence["checks"]) == 4


def test_verifying_twice_promises_once() -> None:
    order = order_of(on_offer(), stale())

    verify_order(order.pk, by=BY)
    verify_order(order.pk, by=BY)

    assert statuses(order) == ("to_verify", ["safe", "doubtful"])
    assert list(promised().values()) == [1]
    assert prove_counters() == []


def test_fresh_figures_let_a_waiting_order_confirm_itself() -> None:
    order = order_of(on_offer(), stale())
    verify_order(order.pk, by=BY)

    OfferStock.objects.update(as_of=timezone.now())
    verify_order(order.pk, by=BY)

    assert statuses(order) == ("confirmed", ["confirmed", "confirmed"])


def test_an_order_that_a_person_confirmed_before_waits_for_a_person_again() -> None:
    order = order_of(on_offer(), confirmed_at=timezone.now())

    verify_order(order.pk, by=BY)

    assert statuses(order) == ("to_verify", ["safe"])


@pytest.mark.parametrize("status", ["confirmed", "done", "cancelled"])
def test_an_order_that_is_past_verification_is_left_alone(status: str) -> None:
    order = order_of(on_offer(), status=status)

    assert verify_order(order.pk, by=BY) == status

    assert statuses(order) == (status, ["new"])
    assert (promised(), kinds()) == ({}, [])


def test_cancelled_lines_are_not_verified() -> None:
    order = OrderFactory(lines=[{"product": on_offer()}, {"product": on_offer(), "status": "cancelled"}])

    verify_order(order.pk, by=BY)

    assert statuses(order) == ("confirmed", ["confirmed", "cancelled"])


def test_many_orders_in_one_act_never_promise_more_than_there_is() -> None:
    lamp = on_offer(quantity=3)
    orders = [order_of(lamp) for _ in range(5)]

    assert verify_orders([order.pk for order in orders], by=BY) == 5

    assert [statuses(order)[1][0] for order in orders] == [
        "confirmed",
        "confirmed",
        "doubtful",
        "doubtful",
        "doubtful",
    ]
    assert list(promised().values()) == [2]


def test_the_number_of_statements_does_not_grow_with_lines_or_orders(
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    small = [order_of(on_offer()).pk]
    large = [order_of(*(on_offer() for _ in range(12))).pk for _ in range(4)]

    with django_assert_max_num_queries(18) as first:
        verify_orders(small, by=BY)
    with django_assert_max_num_queries(18) as second:
        verify_orders(large, by=BY)

    assert len(first) == len(second)
    assert OrderLine.objects.filter(status="confirmed").count() == 49
