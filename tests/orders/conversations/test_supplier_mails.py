"""Suppliers answer by mail: with our own file filled in, twice, late, too much, for another order, or in words."""

import csv
import io
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import xlsxwriter
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from orders.domain.chasing import give_up
from orders.domain.documents import file_of
from orders.domain.documents.composing import document_of
from orders.domain.ordering import rules_of
from orders.domain.sorting import sort_message
from orders.domain.supplier_mails import take_by_hand
from orders.domain.tracking_numbers import tracking_numbers
from orders.models import PurchaseOrder, PurchaseOrderLine, Shipment
from stocke.core.actors import Actor
from stocke.core.domain.incoming import Arrival, KeptFile, take_in
from stocke.core.domain.reply_addresses import reply_address
from stocke.core.models import HistoryEntry, IncomingKind, IncomingMessage, Message
from tests.factories.ordering import asked_of
from tests.factories.purchases import PurchaseFactory
from tests.factories.suppliers import SupplierFactory
from tests.orders.conversations.post import ADDRESS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
MAILBOX, STAFF = Actor.job("mailbox"), Actor.job("test")
COLISSIMO = "6A12345678901"


def arrived(
    purchase: PurchaseOrder,
    text: str = "",
    *,
    content: bytes = b"",
    name: str = "answer.csv",
    proven: bool = True,
    kind: IncomingKind = IncomingKind.LETTER,
) -> IncomingMessage:
    """A mail of the supplier about this purchase order, sorted."""
    key = uuid4().hex
    letter = Message.objects.get(dedupe_key=f"purchase:{purchase.pk}")
    files: tuple[KeptFile, ...] = ()
    if content:
        path = default_storage.save(f"received/{key}", ContentFile(content))
        files = (KeptFile(name, "text/csv", len(content), path),)
    address = reply_address(ADDRESS, letter.pk) if proven else ADDRESS
    taken, _is_new = take_in(
        Arrival(
            key=key,
            sender=purchase.supplier.email,
            subject=f"Re: {purchase.number}",
            text=text,
            kind=kind,
            facts={"addressed_to": [address]},
            files=files,
        ),
        by=MAILBOX,
    )
    return sort_message(taken.pk, by=MAILBOX)


def our_file(purchase: PurchaseOrder, form: str, **filled_in: str) -> bytes:
    """The file that we sent with the order; as CSV with these columns filled in on every row."""
    assert purchase.transmission is not None
    document = document_of(
        purchase.transmission, [purchase], rules_of(purchase.supplier), purchase.created_at
    )
    made = file_of(document, form)
    if form != "csv":
        return made
    rows = list(csv.DictReader(io.StringIO(made.decode("utf-8-sig")), delimiter=";"))
    kept = io.StringIO()
    writer = csv.DictWriter(kept, rows[0].keys(), delimiter=";")
    writer.writeheader()
    writer.writerows([{**row, **filled_in} for row in rows])
    return kept.getvalue().encode()


def lines() -> list[tuple[Any, ...]]:
    return list(
        PurchaseOrderLine.objects.order_by("pk").values_list(
            "answer", "accepted_quantity", "reason", "ship_on"
        )
    )


def results(incoming: IncomingMessage) -> list[tuple[str, str, int | None]]:
    return [(one["outcome"], one["code"], one["row"]) for one in incoming.facts["results"]]


def test_our_own_file_filled_in_is_the_answer_and_needs_nobody() -> None:
    purchase = PurchaseFactory(quantity=3)

    mail = arrived(purchase, content=our_file(purchase, "csv", answer="accepted", ship_on="2026-12-04"))

    assert (mail.status, results(mail)) == ("done", [("taken", "", None)])
    assert lines() == [("accepted", 3, "", date(2026, 12, 4))]
    answered = HistoryEntry.objects.get(kind="purchase.answered", thread=f"purchaseorder:{purchase.pk}")
    assert (answered.actor_kind, answered.actor_label) == ("supplier", purchase.supplier.name)


def test_a_workbook_and_json_are_answers_too() -> None:
    first, second = PurchaseFactory(quantity=3), PurchaseFactory(quantity=2)
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["purchase_order", "line", "quantity", "answer"])
        sheet.write_row(1, 0, [first.number, first.lines.get().pk, 1, "part"])

    workbook = arrived(first, content=kept.getvalue(), name="answer.xlsx")
    said = f'[{{"purchase_order": "{second.number}", "line": {second.lines.get().pk}, "answer": "yes"}}]'
    json = arrived(second, content=said.encode(), name="answer.json")

    assert (workbook.status, json.status) == ("done", "done")
    assert [line[:3] for line in lines()] == [("part", 1, "no_stock"), ("accepted", 2, "")]


def test_our_file_sent_back_as_it_was_says_nothing_and_waits_for_a_person() -> None:
    purchase = PurchaseFactory()

    mails = [
        arrived(purchase, content=our_file(purchase, form), name=f"o.{form}") for form in ("csv", "xlsx")
    ]

    assert [(mail.status, "results" in mail.facts) for mail in mails] == [("open", False), ("open", False)]
    assert lines() == [("", None, "", None)]


def test_the_same_answer_twice_is_one_answer() -> None:
    purchase = PurchaseFactory(quantity=3)
    content = our_file(purchase, "csv", answer="accepted")
    arrived(purchase, content=content)
    before = lines()

    again = arrived(purchase, content=content)

    assert (again.status, results(again), lines()) == ("done", [("same", "", None)], before)


@pytest.mark.parametrize(
    ("filled_in", "code"),
    [
        ({"answer": "part", "quantity": "9"}, "quantity"),
        ({"answer": "accepted", "price": "12.00", "currency": "XAU"}, "currency"),
        ({"answer": "accepted", "purchase_order": "CF-NOBODYS"}, "unknown_purchase_order"),
        ({"answer": "accepted", "line": "999999"}, "unknown_line"),
    ],
)
def test_an_answer_that_cannot_be_changes_nothing_and_waits_for_a_person(
    filled_in: dict[str, str], code: str
) -> None:
    purchase = PurchaseFactory(quantity=3)
    before = lines()

    mail = arrived(purchase, content=our_file(purchase, "csv", **filled_in))

    assert (mail.status, mail.thread, [one[:2] for one in results(mail)]) == (
        "open",
        f"purchaseorder:{purchase.pk}",
        [("refused", code)],
    )
    assert lines() == before


def test_a_cell_that_nobody_understands_is_named_and_nothing_is_taken() -> None:
    purchase = PurchaseFactory()

    mail = arrived(purchase, content=our_file(purchase, "csv", answer="perhaps"))

    assert mail.status == "open"
    assert [(one["outcome"], one["column"], one["row"]) for one in mail.facts["results"]] == [
        ("refused", "answer", 1)
    ]


def test_an_answer_for_another_suppliers_order_is_unknown() -> None:
    purchase, others = PurchaseFactory(), PurchaseFactory()

    mail = arrived(purchase, content=our_file(others, "csv", answer="accepted"))

    assert (mail.status, results(mail)) == ("open", [("refused", "unknown_purchase_order", None)])
    assert [line[0] for line in lines()] == ["", ""]


def test_an_answer_for_another_order_of_his_own_is_taken_there() -> None:
    supplier = SupplierFactory(email="nord@supplier.example")
    purchase, other = asked_of(supplier), asked_of(supplier)

    mail = arrived(purchase, content=our_file(other, "csv", answer="accepted"))

    assert (mail.status, [line[0] for line in lines()]) == ("done", ["", "accepted"])


def test_a_yes_after_a_no_changes_nothing_and_waits_for_a_person() -> None:
    purchase = PurchaseFactory(quantity=3, backups=1)
    arrived(purchase, content=our_file(purchase, "csv", answer="rejected", reason="other"))
    before = lines()

    mail = arrived(purchase, content=our_file(purchase, "csv", answer="accepted"))

    assert (mail.status, results(mail), lines()) == ("open", [("refused", "answered", None)], before)


def test_a_yes_after_we_stopped_waiting_is_noted_as_late_and_waits_for_a_person() -> None:
    purchase = PurchaseFactory(quantity=3, backups=1)
    content = our_file(purchase, "csv", answer="accepted")
    give_up(PurchaseOrder.objects.get(pk=purchase.pk), by=MAILBOX)
    before = lines()

    mail = arrived(purchase, content=content)

    assert (mail.status, results(mail), lines()) == ("open", [("late", "", None)], before)


def test_a_mail_that_anybody_could_have_sent_waits_until_a_person_takes_it() -> None:
    purchase = PurchaseFactory(quantity=3)
    mail = arrived(purchase, content=our_file(purchase, "csv", answer="accepted"), proven=False)

    assert (mail.status, mail.matched_by, mail.facts["to_take"], lines()[0][0]) == (
        "open",
        "number",
        ["answer.csv"],
        "",
    )
    taken = take_by_hand(mail, by=STAFF)

    assert (taken.status, lines()[0][:2]) == ("done", ("accepted", 3))
    answered = HistoryEntry.objects.get(kind="purchase.answered", thread=f"purchaseorder:{purchase.pk}")
    assert answered.actor_label == "test"


def test_plain_words_wait_for_a_person_and_a_number_in_them_is_only_proposed() -> None:
    purchase = PurchaseFactory()

    mail = arrived(
        purchase, f"Bonjour, c'est parti, suivi Colissimo {COLISSIMO}. Commande {purchase.number}."
    )

    assert (mail.status, mail.facts["parcels"]) == ("open", [[COLISSIMO, ["colissimo"]]])
    assert (Shipment.objects.count(), lines()[0][0]) == (0, "")


def test_parcels_in_our_own_file_are_noted_once() -> None:
    purchase = PurchaseFactory(quantity=3)
    content = our_file(purchase, "csv", answer="accepted", tracking_number=COLISSIMO)

    first, again = arrived(purchase, content=content), arrived(purchase, content=content)

    assert [(mail.status, [one[0] for one in results(mail)]) for mail in (first, again)] == [
        ("done", ["taken", "taken"]),
        ("done", ["same", "same"]),
    ]
    parcel = Shipment.objects.get()
    assert (parcel.tracking_number, parcel.carrier, parcel.purchase_order, parcel.lines.get().quantity) == (
        COLISSIMO,
        "colissimo",
        purchase,
        3,
    )


def test_a_parcel_of_more_than_he_accepted_is_refused_whole() -> None:
    purchase = PurchaseFactory(quantity=3)
    arrived(purchase, content=our_file(purchase, "csv", answer="part", quantity="1", reason="no_stock"))

    mail = arrived(purchase, content=our_file(purchase, "csv", tracking_number=COLISSIMO, quantity="3"))

    assert (mail.status, results(mail), Shipment.objects.count()) == ("open", [("refused", "quantity", 1)], 0)


def test_a_suppliers_machine_may_answer_and_its_note_that_he_is_away_may_not() -> None:
    purchase = PurchaseFactory(quantity=3)
    content = our_file(purchase, "csv", answer="accepted")

    note = arrived(purchase, "I am away.", kind=IncomingKind.AUTOMATIC)
    answer = arrived(purchase, content=content, kind=IncomingKind.AUTOMATIC)

    assert (note.status, answer.status, lines()[0][:2]) == ("noted", "done", ("accepted", 3))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Votre colis 6A 12345 678901 est parti", ["6A12345678901"]),
        ("1Z999AA10123456784", ["1Z999AA10123456784"]),
        ("RR 473 124 829 FI", ["RR473124829FI"]),
        ("Tel. 06 12 34 56 78 90 1", []),
        ("Commande 12345678901 reçue", []),
        ("Suivi : CF-0871", []),
        ("tracking 00340434161094042557", ["00340434161094042557"]),
        ("a" * 5000, []),
    ],
)
def test_tracking_numbers_are_found_in_what_people_write(text: str, numbers: list[str]) -> None:
    assert [one.number for one in tracking_numbers(text, known=["CF-0871"])] == numbers
