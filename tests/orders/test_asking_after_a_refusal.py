"""Whoever steps in after a refusal is asked first, too, where the merchant's rules say so."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.domain.allocations import prove_counters
from orders.domain.answers import LineAnswer, answer_purchase
from orders.domain.execution import carry_on
from orders.domain.question_answers import QuestionAnswer, answer_questions
from orders.domain.shortfalls import check_offers
from orders.jobs.purchasing import sweep_unasked
from orders.models import (
    Allocation,
    Answer,
    AskingWay,
    LineStatus,
    Order,
    OrderLine,
    PurchaseOrder,
    Question,
    Said,
    StockoutCase,
)
from stocke.core.actors import Actor
from suppliers.models import OfferStock
from tests.factories.purchases import PurchaseFactory
from tests.factories.questions import QuestionFactory, asking

pytestmark = pytest.mark.django_db
BY, HIM = Actor.job("test"), Actor.supplier("Nord")


def refused(*, backups: int = 1, **rules: Any) -> Order:
    """A confirmed order whose supplier has none, and other suppliers whose figures are old."""
    purchase = PurchaseFactory(backups=backups)
    old = timezone.now() - timedelta(hours=30)
    OfferStock.objects.filter(offer__rank__gt=1).update(as_of=old)
    asking(**rules)
    no = LineAnswer(purchase.lines.get().pk, Answer.REJECTED, reason="no_stock")
    answer_purchase(purchase.pk, [no], by=HIM)
    return Order.objects.get()


def say(said: Said) -> None:
    question = Question.objects.get(said="")
    answer_questions([QuestionAnswer(question.pk, said)], way=AskingWay.CALL, by=HIM)


def standing() -> tuple[str, str, list[tuple[int, str]]]:
    promises = Allocation.objects.order_by("pk").values_list("offer__rank", "status")
    return OrderLine.objects.get().status, Order.objects.get().status, list(promises)


def test_the_next_source_is_asked_before_it_is_ordered_from() -> None:
    refused()

    sweep_unasked()

    assert standing() == ("asked", "to_verify", [(1, "released"), (2, "held")])
    assert (Question.objects.get().reasons, PurchaseOrder.objects.count()) == (["old"], 1)
    assert prove_counters() == []


def test_with_his_yes_it_is_ordered_and_nobody_confirms_it_again() -> None:
    refused()

    say(Said.YES)
    sweep_unasked()

    assert standing() == ("ordered", "confirmed", [(1, "released"), (2, "held")])
    assert PurchaseOrder.objects.count() == 2


def test_after_his_no_the_one_after_him_is_asked() -> None:
    refused(backups=2)

    say(Said.NO)
    assert standing() == ("asked", "to_verify", [(1, "released"), (2, "released"), (3, "held")])
    say(Said.YES)
    sweep_unasked()

    assert standing()[:2] == ("ordered", "confirmed")
    assert PurchaseOrder.objects.count() == 2


def test_when_he_was_the_last_a_case_opens() -> None:
    refused()

    say(Said.NO)

    assert standing()[0] == "short"
    assert (StockoutCase.objects.count(), prove_counters()) == (1, [])


def test_where_nobody_is_asked_first_an_old_figure_is_a_persons_task() -> None:
    refused(asks_first=False)

    assert (standing()[0], Question.objects.count()) == ("doubtful", 0)


def test_a_promise_that_a_feed_breaks_is_asked_about_at_the_next_source() -> None:
    purchase = PurchaseFactory(backups=1)
    asking(thin_below=99)
    offer = purchase.lines.get().allocation.offer_id
    OfferStock.objects.filter(offer=offer).update(quantity=0, promisable=0)

    check_offers([offer])

    assert standing() == ("asked", "to_verify", [(1, "released"), (2, "held")])
    assert (Question.objects.get().promised_before, prove_counters()) == (True, [])


def test_an_order_stays_on_the_desk_as_long_as_a_supplier_is_asked_about_a_line_of_it() -> None:
    question = QuestionFactory()
    order = Order.objects.get(lines=question.line_id)
    Order.objects.update(confirmed_at=timezone.now())
    order.refresh_from_db()
    OrderLine.objects.create(
        order=order, position=9, ordered_sku="A", ordered_name="A", quantity=1, unit_price_cents=1,
        status=LineStatus.REFUNDED,
    )  # fmt: skip

    carry_on(order, by=BY)

    assert Order.objects.get().status == "to_verify"
