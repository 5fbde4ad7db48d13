"""Asking a supplier to cancel what he accepted, and what a yes does that comes too late."""

import pytest
from django.test import Client
from django.urls import reverse

from orders.domain.allocations import prove_counters
from orders.domain.answers import LineAnswer, answer_purchase
from orders.domain.cancelling import NotCancellable, answer_cancel, ask_to_cancel, note_late_yes
from orders.domain.confirmation import confirm_order
from orders.domain.purchase_messages import LINK_PURPOSE
from orders.domain.purchasing import order_purchases
from orders.domain.reservations import contain
from orders.domain.resourcing import missing_units
from orders.domain.shipping import Parcel, announce
from orders.domain.verification import verify_order
from orders.models import Allocation, Answer, CancelAnswer, OrderLine, PurchaseOrder, StockoutCase
from orders.queries.shipments import units_to_send_by
from stocke.core.actors import Actor
from stocke.core.domain.links import sign
from stocke.core.models import HistoryEntry, Message
from suppliers.models import OfferStock
from tests.factories.people import person
from tests.factories.purchases import PurchaseFactory
from tests.factories.shipments import AcceptedFactory, line_of

pytestmark = pytest.mark.django_db
LEA, NORTH, JOB = Actor.job("test"), Actor.supplier("Nord"), Actor.job("chasing")


def silent(**given: int) -> PurchaseOrder:
    """A purchase order whose supplier's silence was taken for a refusal."""
    purchase = PurchaseFactory(**given)
    said = [LineAnswer(line.pk, Answer.REJECTED, reason="no_answer") for line in purchase.lines.all()]
    answer_purchase(purchase.pk, said, by=JOB)
    order_purchases(purchase.order_id, by=JOB)
    return PurchaseOrder.objects.get(pk=purchase.pk)


def kinds(purchase: PurchaseOrder) -> list[str]:
    entries = HistoryEntry.objects.filter(thread=f"purchaseorder:{purchase.pk}").order_by("pk")
    return [kind for kind in entries.values_list("kind", flat=True) if "cancel" in kind or "late" in kind]


def ledger() -> list[tuple[int, str]]:
    return list(Allocation.objects.order_by("pk").values_list("quantity", "status"))


def page(purchase: PurchaseOrder) -> str:
    return reverse("orders:answer", args=[sign(LINK_PURPOSE, purchase.pk)]) + "?lang=en"


def test_until_he_answers_his_promise_stands() -> None:
    purchase = ask_to_cancel(AcceptedFactory().pk, by=LEA)

    purchase.refresh_from_db()
    assert (purchase.is_cancelling, line_of(purchase).status) == (True, "accepted")
    assert ledger() == [(2, "accepted")]
    assert Message.objects.filter(kind="purchase_cancel").count() == 1
    assert kinds(purchase) == ["purchase.cancel_asked"]


def test_he_is_asked_once() -> None:
    purchase = ask_to_cancel(AcceptedFactory().pk, by=LEA)

    with pytest.raises(NotCancellable):
        ask_to_cancel(purchase.pk, by=LEA)

    assert kinds(purchase) == ["purchase.cancel_asked"]


def test_cancelled_ends_the_promise_and_a_person_decides_on_the_desk() -> None:
    purchase = ask_to_cancel(AcceptedFactory(backups=1).pk, by=LEA)

    for _time in range(2):
        answered = answer_cancel(purchase.pk, CancelAnswer.CANCELLED, by=NORTH)

    answered.order.refresh_from_db()
    assert (line_of(purchase).status, answered.order.status) == ("doubtful", "to_verify")
    assert ledger() == [(2, "released")]
    assert kinds(purchase) == ["purchase.cancel_asked", "purchase.cancel_answered"]
    assert prove_counters() == []


def test_who_has_cancelled_sends_nothing_of_what_comes_from_somebody_else() -> None:
    first = ask_to_cancel(AcceptedFactory(backups=1).pk, by=LEA)
    answer_cancel(first.pk, CancelAnswer.CANCELLED, by=NORTH)
    order = first.order
    verify_order(order.pk, by=JOB)
    confirm_order(order.pk, by=LEA)
    order_purchases(order.pk, by=JOB)
    second = order.purchase_orders.exclude(pk=first.pk).get()
    answer_purchase(second.pk, [LineAnswer(second.lines.get().pk, Answer.ACCEPTED)], by=NORTH)

    assert units_to_send_by(first) == {}
    assert units_to_send_by(second) == {line_of(second).pk: 2}


def test_a_promise_that_his_figures_contain_covers_its_line_no_more_once_he_has_cancelled() -> None:
    purchase = AcceptedFactory(backups=1)
    promise = Allocation.objects.get()
    contain([promise.pk], reason="run 1", by=JOB)
    counted_until = Allocation.objects.get().ended_at

    answer_cancel(ask_to_cancel(purchase.pk, by=LEA).pk, CancelAnswer.CANCELLED, by=NORTH)

    assert missing_units(line_of(purchase)) == 2
    assert list(Allocation.objects.values_list("status", "ended_at")) == [("released", counted_until)]
    assert line_of(purchase).status == "doubtful"
    assert prove_counters() == []


def test_too_late_leaves_everything_as_it_was() -> None:
    purchase = ask_to_cancel(AcceptedFactory().pk, by=LEA)

    answer_cancel(purchase.pk, CancelAnswer.TOO_LATE, by=NORTH)

    assert (line_of(purchase).status, ledger()) == ("accepted", [(2, "accepted")])


def test_what_has_left_or_was_never_accepted_cannot_be_cancelled() -> None:
    sent, waiting = AcceptedFactory(), PurchaseFactory()
    announce(sent.order_id, Parcel({line_of(sent).pk: 2}, "A1"), by=NORTH, purchase=sent)

    for purchase in (sent, waiting):
        with pytest.raises(NotCancellable):
            ask_to_cancel(purchase.pk, by=LEA)
        with pytest.raises(NotCancellable):
            answer_cancel(purchase.pk, CancelAnswer.CANCELLED, by=NORTH)

    assert PurchaseOrder.objects.exclude(cancel_asked_at=None).count() == 0


def test_a_late_yes_after_the_second_was_ordered_asks_the_first_to_cancel() -> None:
    purchase = silent(backups=1)

    assert [note_late_yes(purchase.pk, by=NORTH), note_late_yes(purchase.pk, by=NORTH)] == [True, False]

    purchase.refresh_from_db()
    stated = OfferStock.objects.get(offer__rank=1)
    assert purchase.is_cancelling
    assert (stated.kind, stated.quantity, stated.reserved) == ("exact", 2, 0)
    assert kinds(purchase) == ["purchase.late_yes", "purchase.cancel_asked"]
    live = PurchaseOrder.objects.filter(order=purchase.order_id, status="waiting")
    assert [one.supplier_id != purchase.supplier_id for one in live] == [True]


def test_a_late_yes_where_nobody_else_had_it_makes_the_case_deliverable_again() -> None:
    purchase = silent()
    assert StockoutCase.objects.get().status == "to_propose"

    note_late_yes(purchase.pk, by=NORTH)

    purchase.refresh_from_db()
    assert (purchase.is_cancelling, OfferStock.objects.get().quantity) == (False, 2)
    assert OrderLine.objects.get().status == "short"


def test_who_was_not_silent_has_no_late_yes(client: Client) -> None:
    purchase = AcceptedFactory()

    assert note_late_yes(purchase.pk, by=NORTH) is False
    assert kinds(purchase) == []


def test_the_supplier_answers_on_his_page_and_opening_it_answers_nothing(client: Client) -> None:
    purchase = ask_to_cancel(AcceptedFactory().pk, by=LEA)

    shown = client.get(page(purchase) + "&cancel=cancelled").content.decode()
    purchase.refresh_from_db()
    untouched = purchase.cancel_answer
    client.post(page(purchase), {"cancel": "cancelled"})
    after = client.get(page(purchase)).content.decode()

    assert "Could you cancel it?" in shown
    assert untouched == ""
    assert "Your answer: cancelled." in " ".join(after.split())


def test_a_late_yes_is_one_button_on_his_page(client: Client) -> None:
    purchase = silent(backups=1)

    shown = client.get(page(purchase)).content.decode()
    client.post(page(purchase), {"late": "yes"})

    assert "I have it after all" in shown
    assert "Could you cancel it?" in client.get(page(purchase)).content.decode()


def test_staff_ask_and_key_the_answer(client: Client) -> None:
    client.force_login(person("operations", language="en"))
    purchase = AcceptedFactory()
    url = reverse("orders:purchase_cancel", args=[purchase.number])

    asked = client.post(url, follow=True).content.decode()
    answered = client.post(url, {"cancel": "too_late"}, follow=True).content.decode()
    again = client.post(url, follow=True).content.decode()

    assert "is asked to cancel; until the answer, the promise stands." in asked
    assert "could not cancel: it has left" in answered
    assert "There is nothing left to cancel here." in again
