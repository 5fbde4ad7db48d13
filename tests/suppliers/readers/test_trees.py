"""Trees in which an article has several of a thing, or is told in names of its own: XML and JSON."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from suppliers.readers import jsonfeeds, jsonstream
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


def product(number: int, variants: int) -> dict[str, object]:
    sizes = [
        {"id": 100 * number + size, "sku": f"P{number}-{size}", "price": "5.50"} for size in range(variants)
    ]
    images = [{"id": 7000 + image, "src": f"https://example.com/{image}.jpg"} for image in range(20)]
    return {"id": number, "title": f"Lamp {number}", "variants": sizes, "images": images}


def test_a_product_of_many_variants_is_no_list_of_articles_beside_its_like(tmp_path: Path) -> None:
    products = [product(number, 9 if number == 1 else 1) for number in (1, 2, 3)]

    reading = reading_of(tmp_path, json.dumps({"products": products}))

    assert rows_of(reading, "key", "name")[8:] == [("P1-8", "Lamp 1"), ("P2-0", "Lamp 2"), ("P3-0", "Lamp 3")]
    assert reading.rows.height == 11


def test_goods_of_several_shops_are_read_together(tmp_path: Path) -> None:
    goods = [{"title": f"Yarn {number}", "handle": f"yarn-{number}", "price": number} for number in range(6)]
    shops = [{"vendorName": f"Shop {place}", "products": goods[place::3]} for place in range(3)]
    lines = "".join(
        f"<good><title>Yarn {number}</title><price>{number}</price></good>" for number in range(3)
    )

    in_json = reading_of(tmp_path, json.dumps({"shopCount": 3, "shops": shops}))
    in_xml = reading_of(
        tmp_path, f"<shops><shop><city>A</city>{lines}</shop><shop><city>B</city></shop></shops>"
    )

    assert sorted(row[0] for row in rows_of(in_json, "name")) == [f"Yarn {number}" for number in range(6)]
    assert sorted(row[0] for row in rows_of(in_xml, "name"))[:3] == [f"Yarn {number}" for number in range(3)]


@pytest.mark.parametrize(
    ("prices", "divisor"),
    [
        ({"priceCents": 16900}, 100),
        ({"prices": {"price": "169000", "currency_minor_unit": 3}}, 1000),
        ({"price": 169}, 1),
        ({"price_cents": "168.9999"}, 1),
    ],
)
def test_prices_told_in_cents_are_divided_and_this_is_said(
    tmp_path: Path, prices: dict[str, object], divisor: int
) -> None:
    items = [{"sku": f"A{number}", "stock": number, **prices} for number in range(5)]

    reading = reading_of(tmp_path, json.dumps(items))

    assert set(reading.rows["price_minor"]) == {16900}
    assert [doubt["divisor"] for doubt in doubted(reading, "divided")] == ([divisor] if divisor > 1 else [])


def test_a_barcode_without_check_digits_leaves_the_field_to_a_column_that_has_them(tmp_path: Path) -> None:
    line = "<item><ref>A#</ref><Barcode>02</Barcode><code>978019435189%</code><stock>#</stock></item>"
    items = "".join(line.replace("#", str(n)).replace("%", "8") for n in range(5))

    reading = reading_of(tmp_path, f"<items>{items}</items>")

    assert set(reading.rows["gtin"]) == {"9780194351898"}


def codes(first: int, count: int, more: int = 0, *, inside: bool = False) -> dict[str, Any]:
    """Codes with their stocks, each of so many more than its number says."""
    numbers = range(first, first + count)
    return {f"A{n}": {"qty": n + more, "price": "2.50"} if inside else n + more for n in numbers}


@pytest.mark.parametrize("longest", [10_000, 3_000, 1_000, 100])
@pytest.mark.parametrize("inside", [False, True])
def test_stores_above_the_codes_are_added_up_and_this_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: bool, longest: int
) -> None:
    monkeypatch.setattr(jsonstream, "WINDOW", longest)
    monkeypatch.setattr(jsonfeeds, "_BLOCK", longest + 100)
    places = {"store paris": (1, 60), "store lyon": (1, 20, 3), "store nice": (61, 2)}
    stores = {name: codes(*which, inside=inside) for name, which in places.items()}

    reading = reading_of(tmp_path, json.dumps(stores))

    assert dict(reading.rows.select("key", "quantity").iter_rows()) == {
        f"A{number}": number + (number + 3 if number <= 20 else 0) for number in range(1, 63)
    }
    assert [doubt["places"] for doubt in doubted(reading, "sections")] == [
        ", ".join(f"“{name}”" for name in places)
    ]


def test_what_stands_under_stores_is_added_up_whatever_each_is_called(tmp_path: Path) -> None:
    file = {"warehouses": {"paris": codes(1, 8), "lyon": codes(1, 8)}}

    reading = reading_of(tmp_path, json.dumps(file))

    assert dict(reading.rows.select("key", "quantity").iter_rows()) == {f"A{n}": 2 * n for n in range(1, 9)}


@pytest.mark.parametrize("others", ["reserved", "total", "2026-11-29", "previous", "blocked", "lyon", "fr"])
def test_what_stands_beside_the_articles_and_may_be_no_store_is_named_and_left_out(
    tmp_path: Path, others: str
) -> None:
    file = {"now": codes(1, 8), others: codes(1, 3)}

    reading = reading_of(tmp_path, json.dumps(file))

    assert reading.rows["quantity"].to_list() == list(range(1, 9))
    assert doubted(reading, "section") == [{"place": "now", "others": f"“{others}”"}]


def test_codes_with_their_prices_are_no_stocks(tmp_path: Path) -> None:
    file = {"prices": {f"A{n}": f"{n}.50" for n in range(1, 9)}, "stock": codes(1, 8)}

    reading = reading_of(tmp_path, json.dumps(file))

    assert reading.rows["quantity"].to_list() == list(range(1, 9))
    assert doubted(reading, "section") == [{"place": "stock", "others": "“prices”"}]


def test_a_second_list_of_articles_is_named_where_it_is_not_read(tmp_path: Path) -> None:
    lists = {"goods": [{"sku": f"A{n}", "qty": 5} for n in range(5)], "lyon": [{"sku": "A1", "qty": 3}]}

    reading = reading_of(tmp_path, json.dumps(lists))

    assert (reading.rows.height, doubted(reading, "section")) == (5, [{"place": "goods", "others": "“lyon”"}])


def test_the_name_of_a_variant_stands_beside_that_of_its_product(tmp_path: Path) -> None:
    sizes = [{"sku": f"M{number}", "title": "Default Title", "price": number} for number in range(1, 4)]
    products = [{"title": f"Mug of {size['sku']}", "variants": [size]} for size in sizes]

    reading = reading_of(tmp_path, json.dumps({"products": products}))

    assert rows_of(reading, "key", "name")[0] == ("M1", "Mug of M1")
    assert "variants/title" in reading.facts.columns


def test_answers_of_programs_are_read_through_what_stands_around_their_values(tmp_path: Path) -> None:
    def node(number: int) -> dict[str, object]:
        variants = [{"node": {"sku": f"T{number}", "price": "19.90", "inventoryQuantity": number}}]
        return {"node": {"title": f"Tee {number}", "variants": {"edges": variants}}}

    answer = {"data": {"products": {"edges": [node(number) for number in (1, 2)], "pageInfo": {}}}}
    database = [
        {"sku": f"T{number}", "stock": {"$numberInt": str(number)}, "price": {"$numberDecimal": "19.90"}}
        for number in (1, 2)
    ]

    shop = reading_of(tmp_path, json.dumps(answer))
    rows = reading_of(tmp_path, json.dumps(database))

    assert rows_of(shop, "key", "name", "quantity") == [("T1", "Tee 1", 1), ("T2", "Tee 2", 2)]
    assert rows_of(rows, "key", "quantity", "price", "currency") == [
        ("T1", 1, Decimal("19.9"), None),
        ("T2", 2, Decimal("19.9"), None),
    ]


def test_the_number_of_a_plant_is_no_stock_and_what_is_projected_is_none_today(tmp_path: Path) -> None:
    items = [
        {"Material": f"M{number}", "Plant": "1000", "ActualQty": number, "ProjectedQty": number + 5}
        for number in range(1, 9)
    ]
    bare = [{"Material": item["Material"], "Plant": item["Plant"]} for item in items]

    reading = reading_of(tmp_path, json.dumps(items))
    without = reading_of(tmp_path, json.dumps(bare))

    assert rows_of(reading, "key", "quantity")[0] == ("M1", 1)
    assert set(without.rows["quantity_kind"]) == {"unknown"}


PLACES = {f"A{number}": {"paris": {"qty": number}, "lyon": {"qty": 2}} for number in range(6)}
SIZES = {
    f"P{number}": {"name": f"x{number}", "variants": {"S": {"qty": 1}, "M": {"qty": 2}}}
    for number in range(3)
}


@pytest.mark.parametrize(
    ("content", "keys", "units"),
    [
        (PLACES, [f"A{number}" for number in range(6)], 27),
        ({"stock": PLACES}, [f"A{number}" for number in range(6)], 27),
        (SIZES, ["P0", "P1", "P2"], 9),
        ({"products": [{"id": key, **item} for key, item in SIZES.items()]}, ["P0", "P1", "P2"], 9),
        (
            {"stock": {f"A{n}": {"qty": n} for n in range(4)}, "prices": {"A1": {"eur": 5}}},
            ["A0", "A1", "A2", "A3"],
            6,
        ),
    ],
)
def test_objects_by_code_keep_what_they_hold_together(
    tmp_path: Path, content: object, keys: list[str], units: int
) -> None:
    reading = reading_of(tmp_path, json.dumps(content))

    assert sorted(reading.rows["key"]) == keys
    assert sum(reading.rows["quantity"]) == units


def test_what_lies_in_several_stores_is_added_up(tmp_path: Path) -> None:
    def store(name: str, units: int) -> dict[str, object]:
        return {"name": name, "items": [{"sku": f"A{number}", "qty": units} for number in range(4)]}

    reading = reading_of(tmp_path, json.dumps({"stores": [store("Paris", 5), store("Lyon", 3)]}))

    assert sorted(rows_of(reading, "key", "quantity")) == [(f"A{number}", 8) for number in range(4)]
    assert doubted(reading, "repeated_sum") == [{"count": 4}]


@pytest.mark.parametrize(
    ("name", "cell", "minor"),
    [
        ("price/cts", "4500", 450_000),
        ("Prix (centimes) HT", "1901", 1_901),
        ("price_cents_incl_vat", "1901", 1_901),
        ("price pence each", "1901", 1_901),
        ("price pence", "4500.00", 4_500),
        ("price pence", "4500.5", 450_050),
        ("prix centimes inclus", "19", 1_900),
    ],
)
def test_only_whole_prices_of_a_column_in_cents_are_cents(
    tmp_path: Path, name: str, cell: str, minor: int
) -> None:
    lines = "\n".join(f"A{number};{cell};{number}" for number in range(6))

    reading = reading_of(tmp_path, f"sku;{name};stock\n{lines}\n")

    assert set(reading.rows["price_minor"]) == {minor}


STORES = '[{"store":"a","availability":"out of stock"},{"store":"b","availability":"in stock"}]'
ITEMS = ",".join(f'{{"sku":"A{number}","stores":{STORES}}}' for number in range(4))
ELEMENTS = repeated(
    "<i><sku>A#</sku><store><name>a</name><availability>out of stock</availability></store>"
    "<store><name>b</name><availability>in stock</availability></store></i>"
)
SAID = [f"[{ITEMS}]", f"<is>{ELEMENTS}</is>"]


@pytest.mark.parametrize("content", SAID)
def test_an_article_is_in_stock_where_one_of_its_stores_says_so(tmp_path: Path, content: str) -> None:
    reading = reading_of(tmp_path, content)

    assert set(reading.rows["quantity_kind"]) == {"flag"}
    assert doubted(reading, "stores") == [{"count": reading.rows.height}]


def test_the_name_of_a_warehouse_is_no_stock(tmp_path: Path) -> None:
    items = [{"sku": f"A{n}", "stock": [{"warehouse": "a", "status": "ok"}]} for n in range(4)]

    reading = reading_of(tmp_path, json.dumps(items))

    assert "quantity" not in reading.mapping.fields
