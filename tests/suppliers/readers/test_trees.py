"""Trees in which an article has several of a thing, or is told in names of its own: XML and JSON."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.suppliers.readers.files import rows_of
from tests.suppliers.readers.test_shapes import STATED, doubted, reading_of, repeated

SHIRT = (
    "<product><code>P1</code><name>Shirt</name><price>10</price><quantity>7</quantity><variations>"
    "<variation><code>P1-S</code><quantity>3</quantity></variation>"
    "<variation><code>P1-M</code><quantity>4</quantity></variation></variations></product>"
)
HAT = "<product><code>P2</code><name>Hat</name><price>12</price><quantity>9</quantity><variations/></product>"


def test_an_article_whose_sizes_are_all_gone_is_doubted_beside_others_that_have_some(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, f"<products>{SHIRT}{HAT}</products>")
    whole = reading_of(tmp_path, f"<products>{SHIRT}</products>")

    assert rows_of(reading, *STATED) == [
        ("P1-S", "exact", 3, Decimal(10)),
        ("P1-M", "exact", 4, Decimal(10)),
        ("P2", "exact", 9, Decimal(12)),
    ]
    assert doubted(reading, "without_parts") == [{"count": 1, "part": "variation"}]
    assert doubted(whole, "without_parts") == []


def test_the_same_is_doubted_in_json(tmp_path: Path) -> None:
    sizes = [{"sku": "P1-S", "stock": 3}, {"sku": "P1-M", "stock": 4}]
    items = [
        {"sku": "P1", "title": "Shirt", "price": 10, "sizes": sizes},
        {"sku": "P2", "title": "Hat", "price": 12, "sizes": []},
    ]

    reading = reading_of(tmp_path, json.dumps(items))

    assert [row[0] for row in rows_of(reading, *STATED)] == ["P1-S", "P1-M", "P2"]
    assert doubted(reading, "without_parts") == [{"count": 1, "part": "sizes"}]


def test_the_number_of_its_category_is_no_code_of_an_article_without_sizes(tmp_path: Path) -> None:
    shirt = "<product><name>Shirt #</name><category><id>7</id></category><price>10</price>"
    part = "<part><code>S#</code><qty>#</qty></part><part><code>M#</code><qty>2</qty></part>"
    sized, bare = f"{shirt}<parts>{part}</parts></product>", f"{shirt}<parts/></product>"

    reading = reading_of(tmp_path, f"<products>{repeated(sized)}{bare}</products>")

    assert (reading.rows.height, "7" in set(reading.rows["key"])) == (12, False)
    assert (reading.rejected_lines, doubted(reading, "without_parts")) == (1, [{"count": 1, "part": "part"}])


def test_a_currency_that_is_said_once_is_told_with_its_place(tmp_path: Path) -> None:
    items = repeated("<article><sku>A-#</sku><price>%.50</price><stock>#</stock></article>")

    in_xml = reading_of(tmp_path, f"<shop><articles currency='PLN'>{items}</articles></shop>")
    articles = [{"sku": f"A{number}", "price": number} for number in range(1, 5)]
    in_json = reading_of(tmp_path, json.dumps({"currency": "EUR", "items": articles}))

    assert doubted(in_xml, "currency_once") == [
        {"column": "currency", "currency": "PLN", "place": "shop/articles@currency"}
    ]
    assert doubted(in_json, "currency_once") == [
        {"column": "currency", "currency": "EUR", "place": "currency"}
    ]


CITIES = (
    "<offer sku='A#'><model>Phone #</model><availabilities>"
    "<availability available='no' storeId='PP1' preOrder='0'{}/>"
    "<availability available='yes' storeId='PP2' preOrder='3'{}/></availabilities>"
    "<cityprices><cityprice cityId='75'>1#00</cityprice><cityprice cityId='71'>1#50</cityprice></cityprices></offer>"
)


def test_prices_of_several_cities_are_doubted_and_stores_are_taken_together(tmp_path: Path) -> None:
    counted = repeated(CITIES.format(" stockCount='#'", " stockCount='2'"))
    worded = repeated(CITIES.format("", ""))

    numbers = reading_of(tmp_path, f"<kaspi_catalog><offers>{counted}</offers></kaspi_catalog>")
    words = reading_of(tmp_path, f"<kaspi_catalog><offers>{worded}</offers></kaspi_catalog>")

    assert rows_of(numbers, *STATED)[:2] == [
        ("A1", "exact", 3, Decimal(1100)),
        ("A2", "exact", 4, Decimal(1200)),
    ]
    assert set(numbers.rows["availability"]) == {"in_stock"}
    assert [(doubt["column"], doubt["first"], doubt["other"]) for doubt in doubted(numbers, "several")] == [
        ("availabilities/availability@preOrder", "0", "3"),
        ("cityprices/cityprice", "1100", "1150"),
    ]
    # One of the two stores has some.
    assert set(words.rows["quantity_kind"]) == {"flag"}
    assert doubted(words, "stores") == [{"count": 6}]


NAMED = [
    "<row><field name='sku'>A#</field><field name='stock'>#</field><field name='price'>%.50</field></row>",
    "<row><s name='sku'>A#</s><i name='stock'>#</i><i name='pages'>7</i><f name='price'>%.50</f></row>",
    "<row><p><name>sku</name><v>A#</v></p><p><name>stock</name><v>#</v></p><p><name>price</name><v>%.50</v></p></row>",
]


@pytest.mark.parametrize("line", NAMED)
def test_items_of_nothing_but_named_values_have_these_names_for_columns(tmp_path: Path, line: str) -> None:
    reading = reading_of(tmp_path, f"<rows>{repeated(line)}</rows>")

    assert rows_of(reading, *STATED)[1] == ("A2", "exact", 2, Decimal("6.5"))
    assert (reading.rows.height, reading.facts.columns[0]) == (6, "sku")


def book(*, short: bool) -> str:
    names = ("a001", "j396", "j151") if short else ("RecordReference", "ProductAvailability", "PriceAmount")
    tags = ("product", "supplydetail", "price") if short else ("Product", "SupplyDetail", "Price")
    (key, available, amount), (product, supply, price) = names, tags
    priced = f"<{price}><{amount}>%.50</{amount}></{price}>"
    line = f"<{supply}><{available}>{{}}</{available}>{priced}</{supply}></{product}>"
    lines = [
        f"<{product}><{key}>B{number}</{key}>{line.format(code).replace('%', str(number))}"
        for number, code in enumerate(("20", "31", "10", "43", "99"))
    ]
    return "".join(lines)


@pytest.mark.parametrize("short", [False, True])
def test_the_codes_of_the_trade_of_books_say_what_is_available_and_are_no_stock(
    tmp_path: Path, *, short: bool
) -> None:
    root = "ONIXmessage" if short else "ONIXMessage"

    reading = reading_of(tmp_path, f"<{root}>{book(short=short)}</{root}>")

    assert rows_of(reading, "key", "quantity_kind", "availability", "price") == [
        ("B0", "flag", "in_stock", Decimal("0.5")),
        ("B1", "exact", "out_of_stock", Decimal("1.5")),
        ("B2", "unknown", "preorder", Decimal("2.5")),
        ("B3", "unknown", "discontinued", Decimal("3.5")),
        ("B4", "unknown", "unknown", Decimal("4.5")),
    ]


def test_variants_of_one_handle_without_a_code_are_told_apart_by_their_number(tmp_path: Path) -> None:
    items = [
        {
            "handle": f"cream-{number // 2}",
            "variant_id": 4700 + number,
            "sku": f"S{number}" if number % 3 else None,
            "stock": number,
        }
        for number in range(30)
    ]

    reading = reading_of(tmp_path, json.dumps(items))

    assert (reading.rows.height, reading.rows["key"][0]) == (30, "4700")
    assert [doubt["others"] for doubt in doubted(reading, "column")] == ["“sku”"]


def test_a_moment_is_no_availability_and_what_may_be_ordered_ahead_is_no_time(tmp_path: Path) -> None:
    line = (
        "<record product-id='19#'><in-stock-datetime>2022-07-05T07:00:00.000Z</in-stock-datetime>"
        "<preorder-backorder-allocation>0</preorder-backorder-allocation><ats>#0</ats></record>"
    )

    reading = reading_of(tmp_path, f"<records>{repeated(line)}</records>")

    assert rows_of(reading, "key", "quantity", "lead_days")[0] == ("191", 10, None)
    assert "availability" not in reading.mapping.fields
