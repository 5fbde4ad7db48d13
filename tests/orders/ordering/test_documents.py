"""The same purchase order as CSV, XLSX, PDF and JSON."""

import csv
import io
import json
import re
from dataclasses import replace

import pytest
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from orders.domain.documents import (
    AskedLine,
    AskedParcel,
    BadTemplate,
    Document,
    body_of,
    check_template,
    file_of,
)
from orders.domain.documents.body import USUAL
from orders.domain.documents.pdf import plain, total_of
from orders.domain.documents.sheets import COLUMNS, TO_FILL_IN

LAMP = AskedLine(7, "N-7", "3760000000017", "Lampe Alba", 2, 3920, "EUR")
JUG = AskedLine(8, "=1+1", "", "@Jug", 1, None, "EUR")
PLACE = {"name": "=cmd|' /C calc'!A1", "street": "12 rue de la Démo", "postal_code": "59000", "city": "Łódź"}
ONE = AskedParcel("CF-1", "10042", PLACE, "2026-12-02", (LAMP, JUG))
TWO = AskedParcel("CF-2", "10043", {"name": "Camille", "phone": "+33 6 12 34 56 78"}, "2026-12-03", (LAMP,))
ASKED = Document(
    number="NOR-1",
    written_on="2026-11-29",
    answer_by="2026-11-30T16:00:00+01:00",
    answer_link="https://shop.example/p/abc",
    language="fr",
    supplier="Nord",
    contact="Lou",
    shop="Maison Exemple",
    shop_contact="",
    blind=True,
    packing_note="Merci !",
    parcels=(ONE, TWO),
)


def test_it_is_kept_and_read_back_as_it_was() -> None:
    assert Document.from_json(json.loads(json.dumps(ASKED.to_json()))) == ASKED


def test_each_line_is_a_row_with_its_true_code_and_no_text_of_a_customer_runs_in_a_spreadsheet() -> None:
    rows = list(csv.DictReader(io.StringIO(file_of(ASKED, "csv").decode("utf-8-sig")), delimiter=";"))

    assert [(row["purchase_order"], row["sku"], row["quantity"], row["unit_price"]) for row in rows] == [
        ("CF-1", "N-7", "2", "39.20"),
        ("CF-1", "=1+1", "1", ""),
        ("CF-2", "N-7", "2", "39.20"),
    ]
    assert (rows[0]["ship_to_name"], rows[1]["name"], rows[0]["ship_to_city"]) == (
        "'=cmd|' /C calc'!A1",
        "'@Jug",
        "Łódź",
    )
    assert rows[2]["ship_to_phone"] == "+33 6 12 34 56 78"
    assert (rows[0]["neutral_parcel"], rows[0]["packing_note"]) == ("yes", "Merci !")


@pytest.mark.parametrize(
    ("cents", "currency", "price"),
    [(3920, "EUR", "39.20"), (150_000, "JPY", "1500"), (150_050, "JPY", "1500.50"), (150, "KWD", "1.500")],
)
def test_prices_have_the_decimals_of_their_currency_and_lose_none(
    cents: int, currency: str, price: str
) -> None:
    line = replace(LAMP, cost_cents=cents, currency=currency)
    asked = replace(ASKED, parcels=(replace(ONE, lines=(line,)),))

    (row,) = csv.DictReader(io.StringIO(file_of(asked, "csv").decode("utf-8-sig")), delimiter=";")

    told = json.loads(body_of(asked, ""))["parcels"][0]["lines"][0]
    assert (row["unit_price"], told["price"]) == (price, price)


def test_a_workbook_holds_texts_as_they_are_and_no_formula() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(file_of(ASKED, "xlsx")))
    assert book.sheet_names == ["purchase_order"]
    head, first, second, _third = book.get_sheet_by_index(0).to_python()

    assert tuple(head) == COLUMNS + TO_FILL_IN
    assert (first[COLUMNS.index("quantity")], second[COLUMNS.index("sku")]) == (2.0, "=1+1")
    assert first[COLUMNS.index("ship_to_name")] == PLACE["name"]


def test_the_paper_is_the_same_each_time_and_in_the_suppliers_language() -> None:
    first, again = file_of(ASKED, "pdf"), file_of(ASKED, "pdf")

    assert first.startswith(b"%PDF-")
    assert first == again
    assert file_of(replace(ASKED, language="en"), "pdf") != first


def test_the_paper_has_a_total_where_every_price_is_known_in_one_currency() -> None:
    dollars = replace(LAMP, currency="USD")
    asked = [replace(ASKED, parcels=(replace(ONE, lines=lines), TWO)) for lines in ((LAMP, LAMP), (dollars,))]

    with override("en"):
        assert [total_of(one) for one in (*asked, ASKED)] == ["€235.20", "", ""]


def test_signs_that_the_typeface_lacks_lose_their_marks_and_nothing_else() -> None:
    assert plain("Łódź – 39,20\u00a0€, Ærø, 東") == "Lódz – 39,20\u00a0€, Ærø, ?"


def test_very_long_words_and_many_lines_fit_on_paper() -> None:
    long = replace(LAMP, name="W" * 250, sku="S" * 120)
    parcel = replace(ONE, lines=(long,) * 60, ship_to={"name": "N" * 300})

    assert file_of(replace(ASKED, parcels=(parcel,)), "pdf").startswith(b"%PDF-")


def test_the_usual_json_names_every_parcel_and_every_line() -> None:
    body = json.loads(body_of(ASKED, ""))

    assert (body["order_number"], body["neutral_parcel"]) == ("NOR-1", True)
    assert [(one["number"], one["city"], one["lines"]) for one in body["parcels"]] == [
        (
            "CF-1",
            "Łódź",
            [
                {"id": 7, "sku": "N-7", "quantity": 2, "price": "39.20"},
                {"id": 8, "sku": "=1+1", "quantity": 1, "price": None},
            ],
        ),
        ("CF-2", "", [{"id": 7, "sku": "N-7", "quantity": 2, "price": "39.20"}]),
    ]


def test_a_template_of_his_own_may_list_lines_without_parcels() -> None:
    template = (
        '{"ref": "PO {number}", "fixed": [1, 2], "items": [{"s": "{line.sku}", "q": "{line.quantity}"}]}'
    )

    check_template(template)

    assert json.loads(body_of(ASKED, template)) == {
        "ref": "PO NOR-1",
        "fixed": [1, 2],
        "items": [{"s": "N-7", "q": 2}, {"s": "=1+1", "q": 1}, {"s": "N-7", "q": 2}],
    }


def test_the_words_of_a_customer_are_never_taken_for_fields() -> None:
    tricky = replace(ONE, ship_to={"name": '{shop}", "x": "{number}'})

    body = json.loads(body_of(replace(ASKED, parcels=(tricky,)), ""))

    assert body["parcels"][0]["name"] == '{shop}", "x": "{number}'


@pytest.mark.parametrize(
    ("template", "code"),
    [
        ("{", "json"),
        ('{"a": "{nobody}"}', "field"),
        ("[" * 20 + "]" * 20, "deep"),
        ('"' + "x" * 20_001 + '"', "long"),
    ],
)
def test_what_is_no_template_is_refused(template: str, code: str) -> None:
    with pytest.raises(BadTemplate) as refused:
        check_template(template)

    assert refused.value.code == code


def test_the_usual_template_is_one() -> None:
    check_template(USUAL)


@pytest.mark.parametrize(
    "words",
    [
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ αβγδεζηθικλμνξοπρσςτυφχψω ΆΈΉΊΌΎΏ άέήίόύώϊϋΐΰ ἄνθρωπος",
        "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ абвгдеёжзийклмнопрстуфхцчшщъыьэюя ЄєІіЇїҐґ ЉљЊњЋћЂђЏџ",
        "Zażółć gęślą jaźń ĄĆĘŁŃÓŚŹŻ",
        "Pijamalı hasta yağız şoföre çabucak güvendi İĞŞÇÖÜ",
        "Žluťoučký kůň úpěl ďábelské ódy, Őr, Brașov, Kārlis, Đorđe",
    ],
    ids=["Greek", "Cyrillic", "Polish", "Turkish", "others"],
)
def test_names_beyond_western_europe_keep_their_marks_on_paper(
    words: str, caplog: pytest.LogCaptureFixture
) -> None:
    there = replace(ONE, ship_to={"name": words, "city": "Łódź"}, lines=(replace(LAMP, name=words),))
    strange = replace(ASKED, packing_note=words, parcels=(there,))

    paper, again = file_of(strange, "pdf"), file_of(strange, "pdf")

    assert paper == again
    assert {*words} - signs_in(paper) == set()
    assert "missing" not in caplog.text


def test_the_usual_paper_takes_no_typeface_along() -> None:
    usual = replace(ASKED, parcels=(replace(ONE, ship_to={"name": "Zoë, Ørsted, Müller – 5 €"}),))

    assert b"/FontFile2" not in file_of(usual, "pdf")


def signs_in(paper: bytes) -> set[str]:
    """What a reader copies out of the embedded typefaces: their tables of signs."""
    tables = re.findall(r"begincmap.*?endcmap", paper.decode("latin-1"), re.DOTALL)
    codes = [code for table in tables for code in re.findall(r"<[0-9A-F]{4}> <([0-9A-F]{4})>", table)]
    return {chr(int(code, 16)) for code in codes}
