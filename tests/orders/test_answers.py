"""A supplier's answer, and what follows."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.domain.allocations import prove_counters, release_line
from orders.domain.answers import AnswerImpossible, LineAnswer, answer_purchase
from orders.domain.confirmation import confirm_order
from orders.domain.purchase_messages import remind_supplier
from orders.domain.purchasing import order_purchases
from orders.domain.shortfalls import check_offers
from orders.domain.verification import verify_order
from orders.domain.waiting import serve
from orders.models import (
    Allocation,
    Answer,
    Order,
    OrderLine,
    PurchaseOrder,
    PurchaseOrderLine,
    StockoutCase,
    VerificationPolicy,
)
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message, MessageStatus
from suppliers.models import Observation, Offer, OfferStock
from tests.factories.orders import AllocationFactory, OrderLineFactory
from tests.factories.purchases import ConfirmedOrderFactory, PurchaseFactory, product_of
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db
SUPPLIER = Actor.supplier("Nord")


def answer(purchase: PurchaseOrder, kind: Answer, **given: Any) -> PurchaseOrder:
    lines = purchase.lines.filter(answer="")
    return answer_purchase(purchase.pk, [LineAnswer(line.pk, kind, **given) for line in lines], by=SUPPLIER)


def line_of(purchase: PurchaseOrder) -> OrderLine:
    return OrderLine.objects.get(order=purchase.order)


def ledger() -> list[tuple[int, int, str]]:
    return list(Allocation.objects.order_by("pk").values_list("offer__rank", "quantity", "status"))


def stock(rank: int = 1) -> tuple[int | None, int]:
    """What the offer of this rank states, and what is reserved of it."""
    found = OfferStock.objects.get(offer__rank=rank)
    return found.quantity, found.reserved


def state() -> list[Any]:
    tables = (
        Order,
        OrderLine,
        Allocation,
        OfferStock,
        PurchaseOrder,
        PurchaseOrderLine,
        StockoutCase,
        HistoryEntry,
    )
    return [list(model.objects.order_by("pk").values()) for model in tables]


def test_a_yes_is_accepted_and_still_counts() -> None:
    purchase = answer(PurchaseFactory(), Answer.ACCEPTED)

    assert (purchase.status, line_of(purchase).status) == ("answered", "accepted")
    assert (ledger(), stock()) == ([(1, 2, "accepted")], (20, 2))
    entry = HistoryEntry.objects.get(thread=f"order:{purchase.order_id}", kind="purchase.answered")
    assert (entry.actor_kind, entry.actor_label) == ("supplier", "Nord")
    assert entry.data["lines"][0] | {"sku": ""} == {
        "sku": "",
        "asked": 2,
        "accepted": 2,
        "reason": "",
        "restock_on": None,
        "ship_on": None,
    }
    assert prove_counters() == []


def test_a_no_tries_the_next_source_and_asks_it() -> None:
    purchase = PurchaseFactory(backups=1)

    answer(purchase, Answer.REJECTED, reason="no_stock")
    order_purchases(purchase.order_id, by=SUPPLIER)

    assert ledger() == [(1, 2, "released"), (2, 2, "held")]
    assert (stock(1), stock(2)) == ((0, 0), (20, 2))
    assert line_of(purchase).status == "ordered"
    assert [p.status for p in PurchaseOrder.objects.order_by("pk")] == ["answered", "waiting"]
    assert StockoutCase.objects.count() == 0
    assert prove_counters() == []


def test_a_no_is_a_statement_about_the_offer() -> None:
    purchase = answer(PurchaseFactory(), Answer.REJECTED, reason="no_stock")

    said = Observation.objects.get()
    assert (said.kind, said.quantity, said.source) == ("exact", 0, "answer")
    assert purchase.number in said.raw


def test_silence_is_no_zero_but_promises_nothing_until_the_next_statement() -> None:
    answer(PurchaseFactory(), Answer.REJECTED, reason="no_answer")

    stated = OfferStock.objects.get()
    assert (stated.kind, stated.quantity, stated.promisable, stated.reserved) == ("unknown", None, 0, 0)


@pytest.mark.parametrize("reason", ["price", "other", ""])
def test_a_no_for_another_reason_is_no_zero(reason: str) -> None:
    answer(PurchaseFactory(), Answer.REJECTED, reason=reason)

    assert stock() == (20, 0)
    assert Observation.objects.count() == 0


def test_a_no_without_another_source_opens_a_case_with_its_facts() -> None:
    purchase = answer(PurchaseFactory(), Answer.REJECTED, reason="no_stock", restock_on=date(2099, 1, 7))

    case = StockoutCase.objects.get()
    assert (case.cause, case.quantity, case.line.status) == ("supplier_refused", 2, "short")
    assert (case.facts["supplier"], case.facts["purchase"], case.facts["restock_on"]) == (
        purchase.supplier.name, purchase.number, "2099-01-07"
    )  # fmt: skip


@pytest.mark.parametrize(("reason", "cause"), [("discontinued", "discontinued"), ("no_answer", "no_answer")])
def test_the_reason_makes_the_cause(reason: str, cause: str) -> None:
    answer(PurchaseFactory(), Answer.REJECTED, reason=reason)

    assert StockoutCase.objects.get().cause == cause


def test_a_part_without_a_reason_states_what_there_is() -> None:
    answer(PurchaseFactory(quantity=4), Answer.PART, quantity=3)

    assert (stock(), PurchaseOrderLine.objects.get().reason) == ((3, 3), "no_stock")


def test_silence_claims_no_more_reminders_than_have_left() -> None:
    purchase = PurchaseFactory()
    remind_supplier(purchase, by=SUPPLIER)
    Message.objects.filter(kind="purchase_reminder").update(status=MessageStatus.SENT)

    answer(purchase, Answer.REJECTED, reason="no_answer")

    assert StockoutCase.objects.get().facts["reminders"] == 1


def test_after_two_hops_nobody_else_is_asked() -> None:
    purchase = PurchaseFactory(backups=3)
    answer(purchase, Answer.REJECTED)
    for _hop in range(2):
        [following] = order_purchases(purchase.order_id, by=SUPPLIER)
        answer(following, Answer.REJECTED)

    assert line_of(purchase).status == "short"
    assert ledger() == [(1, 2, "released"), (2, 2, "released"), (3, 2, "released")]
    assert StockoutCase.objects.count() == 1


def test_a_doubtful_next_source_goes_to_the_desk() -> None:
    purchase = PurchaseFactory()
    OfferFactory(product=product_of(purchase), rank=2, as_of=timezone.now() - timedelta(hours=40))

    answer(purchase, Answer.REJECTED)

    purchase.order.refresh_from_db()
    assert (purchase.order.status, line_of(purchase).status) == ("to_verify", "doubtful")
    assert HistoryEntry.objects.filter(kind="order.returned").count() == 1
    assert StockoutCase.objects.count() == 0


def test_a_part_is_accepted_and_the_rest_becomes_a_case() -> None:
    purchase = answer(PurchaseFactory(quantity=4, backups=1), Answer.PART, quantity=3)

    case = StockoutCase.objects.get()
    assert (case.cause, case.quantity) == ("supplier_short", 1)
    assert (case.facts["quantity_confirmed"], case.facts["quantity_ordered"]) == (3, 4)
    assert (ledger(), stock()) == ([(1, 3, "accepted")], (3, 3))
    assert purchase.lines.get().accepted_quantity == 3
    assert prove_counters() == []


def test_where_policy_allows_the_rest_of_a_part_is_bought_elsewhere() -> None:
    VerificationPolicy.objects.create(may_split=True)
    purchase = answer(PurchaseFactory(quantity=4, backups=1), Answer.PART, quantity=3)
    [second] = order_purchases(purchase.order_id, by=SUPPLIER)

    assert ledger() == [(1, 3, "accepted"), (2, 1, "held")]
    assert line_of(purchase).status == "ordered"
    answer(second, Answer.ACCEPTED)
    assert line_of(purchase).status == "accepted"
    assert StockoutCase.objects.count() == 0
    assert prove_counters() == []


def test_earlier_acceptances_are_contained_in_a_no() -> None:
    purchase = PurchaseFactory()
    offer = purchase.lines.get().allocation.offer
    earlier = AllocationFactory(
        line=OrderLineFactory(quantity=3),
        offer=offer,
        status="accepted",
        accepted_at=timezone.now() - timedelta(hours=5),
    )

    answer(purchase, Answer.REJECTED, reason="no_stock")

    earlier.refresh_from_db()
    assert earlier.status == "contained"
    assert stock() == (0, 0)
    assert prove_counters() == []


def test_each_line_is_answered_for_itself() -> None:
    nord = SupplierFactory()
    order = ConfirmedOrderFactory(OfferFactory(supplier=nord), OfferFactory(supplier=nord))
    [purchase] = order_purchases(order.pk, by=SUPPLIER)
    first, second = purchase.lines.order_by("pk")

    answer_purchase(
        purchase.pk,
        [LineAnswer(second.pk, Answer.REJECTED, note="plus tard"), LineAnswer(first.pk, Answer.ACCEPTED)],
        by=SUPPLIER,
    )

    assert list(order.lines.order_by("position").values_list("status", flat=True)) == ["accepted", "short"]
    second.refresh_from_db()
    assert (second.reason, second.note) == ("other", "plus tard")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([], "incomplete"),
        ([(Answer.NONE, None)], "incomplete"),
        ([(Answer.WITHDRAWN, None)], "incomplete"),
        ([(Answer.PART, None)], "quantity"),
        ([(Answer.PART, 0)], "quantity"),
        ([(Answer.PART, 4)], "quantity"),
        ([(Answer.PART, -1)], "quantity"),
    ],
)
def test_an_unsound_answer_changes_nothing(given: list[tuple[Answer, int | None]], code: str) -> None:
    purchase = PurchaseFactory(quantity=4)
    line, before = purchase.lines.get(), state()

    with pytest.raises(AnswerImpossible) as refused:
        answer_purchase(
            purchase.pk, [LineAnswer(line.pk, kind, quantity) for kind, quantity in given], by=SUPPLIER
        )

    assert refused.value.code == code
    assert state() == before


def test_an_answer_to_somebody_elses_line_changes_nothing() -> None:
    purchase, other = PurchaseFactory(), PurchaseFactory()
    before = state()

    with pytest.raises(AnswerImpossible):
        answer_purchase(
            purchase.pk,
            [LineAnswer(one.lines.get().pk, Answer.ACCEPTED) for one in (purchase, other)],
            by=SUPPLIER,
        )

    assert state() == before


def test_a_second_answer_changes_nothing() -> None:
    purchase = PurchaseFactory()
    line = purchase.lines.get()
    answer(purchase, Answer.ACCEPTED)
    before = state()

    with pytest.raises(AnswerImpossible) as refused:
        answer_purchase(purchase.pk, [LineAnswer(line.pk, Answer.REJECTED)], by=SUPPLIER)

    assert refused.value.code == "answered"
    assert state() == before


def test_a_late_yes_to_what_was_taken_back_promises_nothing() -> None:
    purchase = PurchaseFactory()
    line = purchase.lines.get()
    release_line(line_of(purchase), reason="replaced", by=SUPPLIER)
    before = state()

    with pytest.raises(AnswerImpossible) as refused:
        answer_purchase(purchase.pk, [LineAnswer(line.pk, Answer.ACCEPTED)], by=SUPPLIER)

    assert refused.value.code == "cancelled"
    assert state() == before
    assert Offer.objects.get().stock.reserved == 0


def test_who_refused_a_line_is_not_proposed_for_it_again() -> None:
    purchase = PurchaseFactory()
    OfferFactory(product=product_of(purchase), rank=2, as_of=timezone.now() - timedelta(hours=40))
    answer(purchase, Answer.REJECTED, reason="price")

    verify_order(purchase.order_id, by=SUPPLIER)

    line = line_of(purchase)
    assert (line.status, ledger()) == ("doubtful", [(1, 2, "released")])
    assert [one["reason"] for one in line.evidence["rejected"]] == ["refused"]


def test_who_refused_is_not_asked_again_when_the_next_supplier_falls_short() -> None:
    purchase = PurchaseFactory(backups=1)
    answer(purchase, Answer.REJECTED, reason="price")
    second = Offer.objects.get(rank=2)
    OfferStock.objects.filter(offer=second).update(quantity=1, promisable=1)

    check_offers([second.pk])

    assert ledger() == [(1, 2, "released"), (2, 2, "released")]
    assert stock() == (20, 0)
    assert StockoutCase.objects.get().line == line_of(purchase)


def test_who_refused_is_not_asked_again_for_a_line_that_is_new_again() -> None:
    purchase = PurchaseFactory()
    answer(purchase, Answer.REJECTED, reason="other")
    StockoutCase.objects.all().delete()
    Order.objects.update(status="to_verify")
    OrderLine.objects.update(status="new")

    verify_order(purchase.order_id, by=SUPPLIER)

    assert (line_of(purchase).status, ledger()) == ("short", [(1, 2, "released")])


def test_a_person_may_choose_who_has_refused() -> None:
    purchase = PurchaseFactory()
    OfferFactory(product=product_of(purchase), rank=2, as_of=timezone.now() - timedelta(hours=40))
    answer(purchase, Answer.REJECTED, reason="price")
    line, refuser = line_of(purchase), Offer.objects.get(rank=1)

    confirm_order(purchase.order_id, by=SUPPLIER, choices={line.pk: refuser.pk})

    assert ledger() == [(1, 2, "released"), (1, 2, "held")]


@pytest.mark.parametrize(
    ("reason", "is_served"), [("no_stock", True), ("discontinued", False), ("price", False)]
)
def test_only_who_had_none_serves_a_customer_who_waited(reason: str, is_served: bool) -> None:
    purchase = PurchaseFactory()
    answer(purchase, Answer.REJECTED, reason=reason)
    OrderLine.objects.update(status="waiting")
    OfferStock.objects.update(kind="exact", quantity=9, promisable=9)

    assert serve(line_of(purchase).pk, by=SUPPLIER) is is_served

    assert (stock()[1] == 2) is is_served
