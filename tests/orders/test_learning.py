"""Probabilities of being served, learned from what became of promises."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from orders.domain.answers import LineAnswer, answer_purchase
from orders.domain.purchasing import order_purchases
from orders.domain.question_answers import QuestionAnswer, answer_questions
from orders.domain.verification import verify_order
from orders.jobs.learning import learn_served
from orders.models import Allocation, Answer, AskingWay, OrderLine, PurchaseOrder, Said
from orders.queries.served import outcomes
from orders.views.reliability import in_words
from stocke.core.actors import Actor
from suppliers.domain.served import Count, write_rates
from suppliers.models import ServedRate, Supplier
from tests.factories.orders import OrderFactory
from tests.factories.people import client_of, person
from tests.factories.purchases import PurchaseFactory
from tests.factories.questions import QuestionFactory, asking
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db
BY = Actor.job("test")


def promised(supplier: Supplier, *, quantity: int = 2) -> PurchaseOrder:
    """A promise made by verification, and its purchase order."""
    offer = OfferFactory(supplier=supplier, quantity=quantity + 3)
    order = OrderFactory(lines=[{"product": offer.product, "quantity": quantity}])
    verify_order(order.pk, by=BY)
    order_purchases(order.pk, by=BY)
    return PurchaseOrder.objects.get(order=order)


def answered(supplier: Supplier, answer: Answer, **given: Any) -> None:
    purchase = promised(supplier)
    answer_purchase(purchase.pk, [LineAnswer(purchase.lines.get().pk, answer, **given)], by=BY)


def test_verification_notes_on_what_a_promise_stands() -> None:
    promised(SupplierFactory())

    assert Allocation.objects.values_list("stated", "figure_age").get() == ("some", "fresh")


def test_answers_are_counted_as_served_or_not_and_what_says_nothing_is_left_out() -> None:
    supplier = SupplierFactory()
    answered(supplier, Answer.ACCEPTED)
    answered(supplier, Answer.PART, quantity=1)
    answered(supplier, Answer.REJECTED, reason="no_stock")
    answered(supplier, Answer.REJECTED, reason="no_answer")
    answered(supplier, Answer.REJECTED, reason="price")
    promised(supplier)
    PurchaseFactory()

    assert outcomes() == [Count(supplier.pk, ("some", "fresh"), 1, 4)]


def test_a_no_to_a_question_counts_and_its_yes_waits_for_the_purchase_order() -> None:
    no, yes = QuestionFactory(stated=4), QuestionFactory(stated=4)

    for question, said in ((no, Said.NO), (yes, Said.YES)):
        answer_questions([QuestionAnswer(question.pk, said)], way=AskingWay.CALL, by=BY)

    assert outcomes() == [Count(no.supplier_id, ("some", "old"), 0, 1)]


def test_too_little_evidence_teaches_nothing() -> None:
    answered(SupplierFactory(), Answer.ACCEPTED)

    assert (learn_served(), ServedRate.objects.count()) == (0, 0)


def test_a_supplier_who_is_often_wrong_is_asked_first() -> None:
    asking(older_hours=720, thin_below=0, likely_percent=80)
    honest, liar = SupplierFactory(), SupplierFactory()
    write_rates([Count(honest.pk, ("some", "fresh"), 60, 60), Count(liar.pk, ("some", "fresh"), 3, 12)])
    offers = [OfferFactory(supplier=supplier, quantity=5) for supplier in (honest, liar)]
    order = OrderFactory(lines=[{"product": offer.product, "quantity": 2} for offer in offers])

    verify_order(order.pk, by=BY)

    lines = list(OrderLine.objects.order_by("position"))
    assert [line.status for line in lines] == ["safe", "asked"]
    assert lines[1].evidence["asks"] == ["unlikely"]
    assert lines[1].evidence["candidates"][0]["served"] == {
        "permille": 377,
        "served": 3,
        "answered": 12,
        "stated": "some",
        "age": "fresh",
    }


def test_the_suppliers_page_and_the_line_say_what_was_learned_and_from_how_much() -> None:
    supplier = SupplierFactory()
    client = client_of(person())
    page = reverse("suppliers:supplier", args=[supplier.pk])
    unknown = client.get(page, headers={"Accept-Language": "en"}).content.decode()
    write_rates([Count(supplier.pk, ("some", "fresh"), 41, 44)])

    known = client.get(page, headers={"Accept-Language": "en"}).content.decode()

    assert "Nothing is known yet" in unknown
    assert "Served 41 of 44 promises" in known
    kept = {"permille": 931, "served": 41, "answered": 44, "stated": "few", "age": "old"}
    with override("en"):
        words = "served 41 of 44 times when he stated 1 or 2, older than a day: 93%"
        assert in_words(kept) == words
