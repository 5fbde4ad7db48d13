"""The conversation on the pages of cases, orders and purchase orders; what was received, and what a person does."""

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from orders.domain.questions import ask_question
from orders.models import Shipment, StockoutCase
from stocke.core.actors import Actor
from stocke.core.domain.incoming import Arrival, settle, take_in
from stocke.core.models import IncomingMessage, IncomingStatus, Mailbox, Message
from tests.factories.people import client_as
from tests.factories.purchases import PurchaseFactory
from tests.orders.cases.scenes import CUSTOMER, open_scene
from tests.orders.conversations.test_supplier_mails import COLISSIMO, arrived, our_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
BY = Actor.job("mailbox")


def asked() -> tuple[StockoutCase, IncomingMessage]:
    case = open_scene().case
    question, _is_new = ask_question(case, "Is it the same green?", key="1", by=CUSTOMER)
    return case, question


def answer(case: StockoutCase, **given: Any) -> dict[str, Any]:
    order = case.line.order
    usual = {"key": uuid4().hex, "case": case.number, "to": order.customer.email, "subject": "Re: Green"}
    return {**usual, "text": "It is, {cause_sentence} and all.", **given}


def written() -> list[tuple[str, str, str, str]]:
    letters = Message.objects.filter(kind__in=("customer_letter", "supplier_letter")).order_by("pk")
    return list(letters.values_list("thread", "recipient", "subject", "status"))


def test_an_agent_answers_in_the_case_once_and_may_take_it_back() -> None:
    case, question = asked()
    order, agent = case.line.order, client_as("customer_service")
    page = agent.get(reverse("orders:stockout", args=[case.number])).content.decode()
    assert "Is it the same green?" in page
    said = answer(case, answers=question.pk)

    first = agent.post(reverse("orders:write", args=[order.number]), said)
    again = agent.post(reverse("orders:write", args=[order.number]), said)

    question.refresh_from_db()
    assert [first["Location"], again["Location"]] == [reverse("orders:stockout", args=[case.number])] * 2
    assert written() == [(f"order:{order.pk}", order.customer.email, "Re: Green", "approved")]
    assert question.status == "done"
    letter = Message.objects.get(kind="customer_letter")
    assert "It is, {cause_sentence} and all." in letter.text
    agent.post(reverse("orders:letter_undo", args=[letter.pk]) + f"?answers={question.pk}")

    question.refresh_from_db()
    assert (question.status, [one[3] for one in written()]) == ("open", ["cancelled"])


def test_who_answers_what_a_colleague_has_settled_sends_nothing() -> None:
    case, question = asked()
    settle(question.pk, by=BY)

    client_as("customer_service").post(
        reverse("orders:write", args=[case.line.order.number]), answer(case, answers=question.pk)
    )

    assert written() == []


def test_a_letter_goes_to_the_address_on_record_and_to_no_other() -> None:
    case, _question = asked()

    refused = client_as("customer_service").post(
        reverse("orders:write", args=[case.line.order.number]), answer(case, to="mallory@evil.example")
    )

    assert (refused.status_code, written()) == (422, [])


def test_viewers_read_and_write_nothing() -> None:
    case, question = asked()
    viewer = client_as("viewer")

    page = viewer.get(reverse("orders:order", args=[case.line.order.number])).content.decode()
    acts = [
        viewer.post(reverse("orders:write", args=[case.line.order.number]), answer(case)),
        viewer.post(reverse("orders:received_settle", args=[question.pk])),
        viewer.post(reverse("orders:received_put", args=[question.pk]), {"number": "1"}),
        viewer.get(reverse("core:settings_mailbox")),
    ]

    assert "Is it the same green?" in page
    assert ([one.status_code for one in acts], written()) == ([403] * 4, [])


def test_a_supplier_is_answered_where_he_wrote() -> None:
    purchase = PurchaseFactory()
    mail = arrived(purchase, "Quelle couleur ?", content=b"x", name="photo.png")
    said = {
        "key": uuid4().hex,
        "answers": mail.pk,
        "to": purchase.supplier.email,
        "subject": "Re",
        "text": "Bleu.",
    }

    staff = client_as("operations")
    staff.post(reverse("orders:purchase_write", args=[purchase.number]), said)

    assert written() == [(f"purchaseorder:{purchase.pk}", purchase.supplier.email, "Re", "approved")]
    mail.refresh_from_db()
    assert mail.status == "done"
    page = staff.get(reverse("orders:purchase", args=[purchase.number])).content.decode()
    assert "Quelle couleur ?" in page
    assert "Bleu." in page
    assert "photo.png" in page


def test_an_unmatched_message_is_put_by_its_number_and_settled() -> None:
    case, _question = asked()
    order, agent = case.line.order, client_as("customer_service")
    taken, _new = take_in(
        Arrival(key="k", sender=order.customer.email, text="Hello?"), by=BY, status=IncomingStatus.OPEN
    )
    url = reverse("orders:received", args=[taken.pk])

    listed = agent.get(reverse("orders:received_list"), {"state": "unmatched"}).content.decode()
    assert url in listed
    assert order.number in agent.get(url).content.decode()
    assert (
        agent.post(reverse("orders:received_put", args=[taken.pk]), {"number": "nothing"}).status_code == 422
    )
    agent.post(reverse("orders:received_put", args=[taken.pk]), {"number": order.number})
    taken.refresh_from_db()
    assert (taken.thread, taken.matched_by) == (f"order:{order.pk}", "person")
    agent.post(reverse("orders:received_settle", args=[taken.pk]))
    taken.refresh_from_db()
    assert taken.status == "done"
    agent.post(reverse("orders:received_reopen", args=[taken.pk]))
    taken.refresh_from_db()
    assert taken.status == "open"


def test_a_parcel_in_free_words_is_noted_as_a_person_says() -> None:
    purchase = PurchaseFactory(quantity=3)
    arrived(purchase, content=our_file(purchase, "csv", answer="accepted"))
    mail = arrived(purchase, f"Colis {COLISSIMO} parti")
    url = reverse("orders:received_parcel", args=[mail.pk, COLISSIMO])
    staff = client_as("operations")
    assert url in client_as("administrator").get(reverse("orders:received", args=[mail.pk])).content.decode()

    page = staff.get(url).content.decode()
    assert f'value="{COLISSIMO}"' in page
    assert Shipment.objects.count() == 0
    line = purchase.lines.get().allocation.line_id
    said = {"tracking_number": COLISSIMO, "carrier": "colissimo", f"units_{line}": "3"}
    staff.post(url, said)
    staff.post(url, said)

    parcel = Shipment.objects.get()
    assert (parcel.tracking_number, parcel.purchase_order) == (COLISSIMO, purchase)


def test_a_persons_word_makes_an_unproven_file_an_answer() -> None:
    purchase = PurchaseFactory(quantity=3)
    mail = arrived(purchase, content=our_file(purchase, "csv", answer="accepted"), proven=False)

    client_as("operations").post(reverse("orders:received_take", args=[mail.pk]))

    purchase.refresh_from_db()
    mail.refresh_from_db()
    assert (purchase.status, mail.status) == ("answered", "done")


def test_a_file_is_downloaded_and_never_shown() -> None:
    purchase = PurchaseFactory()
    mail = arrived(purchase, content=b"<script>alert(1)</script>", name="page.html")

    got = client_as("viewer").get(reverse("orders:received_file", args=[mail.pk, mail.files.get().pk]))

    assert (got["Content-Type"], got["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert got["Content-Disposition"].startswith("attachment")


def test_the_mailbox_is_connected_on_a_page_and_its_password_is_seen_nowhere() -> None:
    manager = client_as("administrator")
    url = reverse("core:settings_mailbox_save")
    said = {
        "address": "reponses@shop.example",
        "host": "imap.shop.example",
        "security": "tls",
        "user": "reponses",
        "password": "not-to-be-seen-anywhere",
        "folder": "INBOX",
        "active": "on",
    }

    assert manager.post(url, {**said, "password": ""}).status_code == 422
    assert manager.post(url, said).status_code == 303
    assert manager.post(url, {**said, "password": "", "folder": "Answers"}).status_code == 303
    assert manager.post(url, {**said, "password": "", "host": "elsewhere.example"}).status_code == 422
    page = manager.get(reverse("core:settings_mailbox")).content.decode()

    box = Mailbox.objects.get()
    assert (box.host, box.folder, box.credential is not None) == ("imap.shop.example", "Answers", True)
    assert "not-to-be-seen-anywhere" not in page
    assert box.credential is not None
    assert "not-to-be-seen" not in box.credential.sealed
