"""A supplier answers by rows: twice, late, for another, too much, in another money; by file and by his program."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from orders.domain.acknowledgements import Result, SaidLine, acknowledge, meant_by
from orders.domain.allocations import prove_counters, release_line
from orders.domain.answer_files import NotReadable, answers_in
from orders.domain.answer_keys import issue_answer_key, revoke_answer_key
from orders.domain.answers import AnswerImpossible, LineAnswer, answer_purchase, decide_prices
from orders.domain.chasing import give_up
from orders.domain.ordering import change_rules
from orders.domain.parcel_files import sent_lines
from orders.models import (
    Allocation,
    Answer,
    OrderLine,
    PurchaseOrder,
    PurchaseOrderLine,
    StockoutCase,
)
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from suppliers.models import OfferStock
from tests.factories.ordering import SupplierWithRules, asked_of
from tests.factories.people import client_as
from tests.factories.purchases import PurchaseFactory

pytestmark = pytest.mark.django_db
BY = Actor.supplier("Nord")


def state() -> list[Any]:
    tables = (PurchaseOrder, PurchaseOrderLine, Allocation, OfferStock, OrderLine, HistoryEntry)
    return [list(model.objects.order_by("pk").values()) for model in tables]


def line_of(purchase: PurchaseOrder) -> PurchaseOrderLine:
    return purchase.lines.get()


def say(purchase: PurchaseOrder, answer: Answer = Answer.ACCEPTED, **more: Any) -> Result:
    return acknowledge(purchase.number, [SaidLine(1, answer, line=line_of(purchase).pk, **more)], by=BY)


def refusal(result: Result) -> tuple[str, str, int | None]:
    return result.outcome.value, result.code, result.row


def test_a_yes_a_part_and_a_no_are_taken() -> None:
    yes, part, no = (PurchaseFactory(quantity=4) for _one in range(3))

    outcomes = [
        say(yes, ship_on=date(2026, 12, 4)).outcome,
        say(part, Answer.PART, quantity=1).outcome,
        say(no, Answer.REJECTED, reason="discontinued").outcome,
    ]

    assert outcomes == ["taken"] * 3
    lines = PurchaseOrderLine.objects.order_by("pk")
    assert [(line.answer, line.accepted_quantity, line.reason) for line in lines] == [
        ("accepted", 4, ""),
        ("part", 1, "no_stock"),
        ("rejected", 0, "discontinued"),
    ]
    assert lines[0].ship_on == date(2026, 12, 4)
    assert prove_counters() == []


def test_a_yes_to_fewer_is_a_part_and_to_none_a_no() -> None:
    part, no = PurchaseFactory(quantity=4), PurchaseFactory(quantity=4)

    say(part, quantity=3), say(no, quantity=0)

    assert list(PurchaseOrderLine.objects.order_by("pk").values_list("answer", flat=True)) == [
        "part",
        "rejected",
    ]


def test_the_same_answer_again_is_the_same_and_another_one_is_refused() -> None:
    purchase = PurchaseFactory()
    say(purchase)
    before = state()

    assert say(purchase).outcome == "same"
    assert refusal(say(purchase, Answer.REJECTED, reason="no_stock")) == ("refused", "answered", None)
    assert state() == before


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"quantity": 3}, "quantity"),
        ({"answer": Answer.PART}, "quantity"),
        ({"price_cents": 2000, "currency": "XXX"}, "currency"),
        ({"line": 999_999}, "unknown_line"),
        ({"line": None, "sku": "NOBODY"}, "unknown_line"),
    ],
)
def test_what_cannot_be_is_refused_whole(said: dict[str, Any], code: str) -> None:
    purchase = PurchaseFactory(quantity=2)
    before = state()
    row = SaidLine(1, **{"answer": Answer.ACCEPTED, "line": line_of(purchase).pk, **said})

    assert refusal(acknowledge(purchase.number, [row], by=BY)) == ("refused", code, 1)
    assert state() == before


def test_a_line_without_an_answer_and_a_line_with_two_refuse_the_whole() -> None:
    purchase = PurchaseFactory()
    row = SaidLine(1, Answer.ACCEPTED, line=line_of(purchase).pk)
    before = state()

    assert refusal(acknowledge(purchase.number, [], by=BY)) == ("refused", "incomplete", None)
    assert refusal(acknowledge(purchase.number, [row, row], by=BY)) == ("refused", "line_twice", 1)
    assert state() == before


def test_another_suppliers_purchase_order_is_unknown() -> None:
    purchase, other = PurchaseFactory(), PurchaseFactory()
    said = [SaidLine(1, Answer.ACCEPTED, line=line_of(purchase).pk)]
    before = state()

    results = [
        acknowledge(purchase.number, said, by=BY, supplier_id=other.supplier_id),
        acknowledge("CF-0", said, by=BY),
    ]

    assert [refusal(one) for one in results] == [("refused", "unknown_purchase_order", None)] * 2
    assert state() == before


def test_what_was_taken_back_or_not_handed_over_takes_no_answer() -> None:
    gone, prepared = PurchaseFactory(), asked_of(SupplierWithRules(rules={"way": "held"}))
    release_line(gone.order.lines.get(), reason="amended", by=BY)
    said = [SaidLine(1, Answer.ACCEPTED, sku="X")]

    codes = [acknowledge(one.number, said, by=BY).code for one in (gone, prepared)]

    assert codes == ["cancelled", "not_asked_yet"]


def test_a_late_yes_is_noted_once_and_promises_nothing() -> None:
    purchase = PurchaseFactory(backups=1)
    give_up(PurchaseOrder.objects.get(pk=purchase.pk), by=BY)

    outcomes = [say(purchase).outcome, say(purchase).outcome]

    purchase.refresh_from_db()
    assert outcomes == ["late", "late"]
    assert purchase.late_yes_at is not None
    assert Allocation.objects.filter(offer__rank=1, status__in=["held", "accepted"]).count() == 0
    assert (
        HistoryEntry.objects.filter(thread=f"order:{purchase.order_id}", kind="purchase.late_yes").count()
        == 1
    )


@pytest.mark.parametrize(
    ("tolerance", "price", "answer"),
    [
        (0, 2000, "accepted"),
        (0, 2001, "priced"),
        (5, 2100, "accepted"),
        (5, 2101, "priced"),
        (0, 1, "accepted"),
    ],
)
def test_a_new_price_is_taken_within_the_tolerance_and_decided_beyond(
    tolerance: int, price: int, answer: str
) -> None:
    purchase = PurchaseFactory()
    change_rules(purchase.supplier, by=BY, tolerance_percent=tolerance)

    say(purchase, price_cents=price)

    line = line_of(purchase)
    purchase.refresh_from_db()
    assert line.answer == answer
    assert (purchase.status, line.cost_cents) == (
        ("priced", 2000) if answer == "priced" else ("answered", price)
    )


def test_a_price_that_nobody_knew_is_decided_by_a_person() -> None:
    purchase = asked_of(SupplierWithRules(rules={}), offer={"cost_cents": None})

    say(purchase, price_cents=1)

    assert line_of(purchase).answer == "priced"


def priced() -> PurchaseOrder:
    purchase = PurchaseFactory(quantity=4, backups=1)
    say(purchase, price_cents=2600)
    return purchase


def test_while_a_price_is_decided_the_promise_stands_and_nobody_is_asked_again() -> None:
    purchase = priced()

    assert Allocation.objects.get().status == "held"
    assert OrderLine.objects.get().status == "ordered"
    before = state()
    assert say(purchase, price_cents=2600).outcome == "same"
    assert say(purchase, price_cents=2700).code == "answered"
    assert state() == before


def test_a_person_takes_the_price() -> None:
    purchase = priced()
    line = line_of(purchase)

    decide_prices(purchase.pk, {line.pk: True}, by=BY)

    line.refresh_from_db()
    purchase.refresh_from_db()
    assert (line.answer, line.accepted_quantity, line.cost_cents) == ("accepted", 4, 2600)
    assert (purchase.status, OrderLine.objects.get().status) == ("answered", "accepted")
    with pytest.raises(AnswerImpossible):
        decide_prices(purchase.pk, {line.pk: False}, by=BY)


def test_a_person_turns_to_the_next_source_and_the_figure_of_the_first_stands() -> None:
    purchase = priced()
    line = line_of(purchase)
    first = OfferStock.objects.get(offer__rank=1)

    decide_prices(purchase.pk, {line.pk: False}, by=BY)

    line.refresh_from_db()
    assert (line.answer, line.reason) == ("rejected", "price")
    assert OfferStock.objects.get(pk=first.pk).quantity == first.quantity
    assert Allocation.objects.get(status="held").offer.rank == 2
    assert prove_counters() == []


def test_a_part_at_a_new_price_is_a_part_when_it_is_taken() -> None:
    purchase = PurchaseFactory(quantity=4)
    say(purchase, Answer.PART, quantity=3, price_cents=2600)
    line = line_of(purchase)

    decide_prices(purchase.pk, {line.pk: True}, by=BY)

    line.refresh_from_db()
    assert (line.answer, line.accepted_quantity, StockoutCase.objects.get().quantity) == ("part", 3, 1)


@pytest.mark.parametrize(("is_taken", "said"), [(True, "accept"), (False, "ne pas l")])
def test_the_supplier_is_told_once_what_was_decided_on_his_price(is_taken: bool, said: str) -> None:
    purchase = priced()
    line = line_of(purchase)

    decide_prices(purchase.pk, {line.pk: is_taken}, by=BY)

    letter = Message.objects.get(kind="purchase_prices")
    assert (letter.status, letter.recipient) == ("approved", purchase.supplier.email)
    [told] = [row for row in letter.text.split("\n") if row.startswith("– ")]
    assert "26,00" in told
    assert said in told


def test_an_undecided_line_decides_nothing() -> None:
    purchase = priced()
    before = state()

    with pytest.raises(AnswerImpossible):
        decide_prices(purchase.pk, {}, by=BY)

    assert state() == before


def test_a_customer_who_cancels_meanwhile_ends_the_question() -> None:
    purchase = priced()

    release_line(purchase.order.lines.get(), reason="amended", by=BY)

    purchase.refresh_from_db()
    assert (purchase.status, line_of(purchase).answer) == ("cancelled", "withdrawn")


def test_staff_decide_on_the_page_of_the_purchase_order() -> None:
    omar, purchase = client_as("operations"), priced()
    place, line = f"/purchasing/{purchase.number}/", line_of(purchase)
    assert "€26.00 each instead of €20.00" in omar.get(place).content.decode()

    omar.post(f"{place}prices/", {})
    assert line_of(purchase).answer == "priced"
    omar.post(f"{place}prices/", {f"price_{line.pk}": "yes"})

    assert line_of(purchase).answer == "accepted"


def test_a_supplier_names_another_day_and_price_on_his_page() -> None:
    purchase = PurchaseFactory()
    line = line_of(purchase)

    answer_purchase(
        purchase.pk,
        [LineAnswer(line.pk, Answer.ACCEPTED, ship_on=date(2026, 12, 9), price_cents=2500)],
        by=BY,
    )

    line.refresh_from_db()
    assert (line.answer, line.ship_on, line.offered_cents) == ("priced", date(2026, 12, 9), 2500)


@pytest.mark.parametrize(
    "content",
    [
        "purchase_order;line;answer;price\nCF-1;7;accepted;20,50\n",
        "\ufeffpurchase_order,line,answer,price\nCF-1,7,yes,20.50\n",
        '[{"purchase_order": "CF-1", "line": 7, "answer": "accepted", "price": 20.50}]',
        '{"answers": [{"purchase_order": "CF-1", "line": "7", "answer": "oui", "price": "20.50"}]}',
    ],
)
def test_a_file_says_the_same_in_csv_and_json(content: str) -> None:
    assert answers_in(content.encode()) == {"CF-1": [SaidLine(1, Answer.ACCEPTED, line=7, price_cents=2050)]}


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        (b"\xff\xfe\x00", "encoding", None),
        (b"a;b\n1;2\n", "columns", None),
        (b"[1]", "json", None),
        (b'{"answers": 3}', "json", None),
        (b"[]", "rows", None),
        (b"purchase_order;line;answer\nCF-1;7;perhaps\n", "answer", 1),
        (b"purchase_order;line;answer\nCF-1;7;yes\nCF-1;seven;yes\n", "line", 2),
        (b"purchase_order;line;answer;reason\nCF-1;7;no;moon\n", "reason", 1),
        (b"purchase_order;line;answer;price\nCF-1;7;yes;NaN\n", "price", 1),
        (b"purchase_order;line;answer;price\nCF-1;7;yes;1.005\n", "price", 1),
        (b"purchase_order;line;answer;ship_on\nCF-1;7;yes;tomorrow\n", "ship_on", 1),
        (b"purchase_order;line;answer;quantity\nCF-1;7;yes;-1\n", "quantity", 1),
    ],
)
def test_one_bad_row_refuses_the_file(content: bytes, code: str, row: int | None) -> None:
    with pytest.raises(NotReadable) as refused:
        answers_in(content)

    assert (refused.value.code, refused.value.row) == (code, row)


def test_an_apostrophe_before_a_sku_is_dropped_only_where_no_line_has_it() -> None:
    line, other = line_of(PurchaseFactory()), line_of(PurchaseFactory())
    line.allocation.offer.supplier_sku, other.allocation.offer.supplier_sku = "'A-1", "A-1"
    said = answers_in(b"purchase_order;sku;answer\nCF-1;'A-1;yes\n")["CF-1"]
    [sent] = sent_lines([{"purchase_order": "CF-1", "sku": "'A-1", "tracking_number": "1Z1"}])

    assert ([one.sku for one in said], sent.sku) == (["'A-1"], "'A-1")
    assert meant_by([line, other], None, "'A-1") == [line]
    assert meant_by([other], None, "'A-1") == [other]
    assert meant_by([line], None, "A-1") == []


def test_staff_hand_in_a_file_and_see_what_became_of_each() -> None:
    omar, good, other = client_as("operations"), PurchaseFactory(), PurchaseFactory()
    rows = [f"{good.number};{line_of(good).pk};accepted;", f"{other.number};{line_of(other).pk};accepted;9"]
    content = "\n".join(["purchase_order;line;answer;quantity", *rows, "CF-0;1;accepted;"]).encode()

    page = omar.post("/purchasing/answers/", {"file": SimpleUploadedFile("a.csv", content)}).content.decode()

    assert ("Recorded" in page, "more is accepted than was asked" in page) == (True, True)
    assert "no purchase order has this number" in page
    assert [PurchaseOrder.objects.get(pk=one.pk).status for one in (good, other)] == ["answered", "waiting"]
    refused = omar.post("/purchasing/answers/", {"file": SimpleUploadedFile("a.csv", b"a;b\n")})
    assert refused.status_code == 422


def ask_api(purchase: PurchaseOrder, secret: str, body: Any = None) -> Any:
    client, place = (
        Client(headers={"Authorization": f"Bearer {secret}"}),
        f"/api/v1/purchases/{purchase.number}",
    )
    if body is None:
        return client.get(place)
    return client.post(f"{place}/answer", json.dumps(body), content_type="application/json")


def test_a_suppliers_program_reads_and_answers_its_own() -> None:
    purchase, other = PurchaseFactory(), PurchaseFactory()
    secret = issue_answer_key(purchase.supplier, by=BY)[1]
    read = ask_api(purchase, secret).json()
    said = {"lines": [{"id": read["lines"][0]["id"], "answer": "accepted"}]}

    first, second = ask_api(purchase, secret, said), ask_api(purchase, secret, said)
    contrary = ask_api(purchase, secret, {"lines": [{**said["lines"][0], "answer": "rejected"}]})

    assert [(one.status_code, one.json()["outcome"]) for one in (first, second)] == [
        (200, "taken"),
        (200, "same"),
    ]
    assert (contrary.status_code, contrary.json()["errors"][0]["code"]) == (409, "answered")
    before = state()
    assert [ask_api(other, secret).status_code, ask_api(other, secret, said).status_code] == [404, 404]
    assert state() == before


@pytest.mark.parametrize(
    ("line", "status"),
    [({"answer": "accepted", "quantity": 9}, 422), ({"answer": "perhaps"}, 422), ({"answer": "part"}, 422)],
)
def test_a_program_that_says_what_cannot_be_changes_nothing(line: dict[str, Any], status: int) -> None:
    purchase = PurchaseFactory()
    secret = issue_answer_key(purchase.supplier, by=BY)[1]
    before = state()

    answer = ask_api(purchase, secret, {"lines": [{"id": line_of(purchase).pk, **line}]})

    assert (answer.status_code, state()) == (status, before)


def test_a_revoked_key_opens_nothing_and_a_page_makes_a_new_one() -> None:
    omar, purchase = client_as("operations"), PurchaseFactory()
    key, secret = issue_answer_key(purchase.supplier, by=BY)
    revoke_answer_key(key, by=BY)
    assert ask_api(purchase, secret).status_code == 401

    page = omar.post(f"/suppliers/{purchase.supplier_id}/answer-keys/new/")

    assert (page.status_code, page["Cache-Control"]) == (200, "no-store")
    new = page.content.decode().partition("ste_")[2].partition("<")[0]
    assert ask_api(purchase, f"ste_{new}").status_code == 200
