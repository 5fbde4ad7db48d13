"""What the interfaces of shops and marketplaces answer: trees of many shapes."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from suppliers.readers import Reading, read
from tests.suppliers.readers.files import rows_of, written
from tests.suppliers.readers.test_shapes import doubted, reading_of


def answer(folder: Path, content: Any) -> Reading:
    return read(written(folder, json.dumps(content), "answer.json"))


def test_the_number_of_a_warehouse_is_not_added_to_what_lies_there(tmp_path: Path) -> None:
    file = [
        {"sku": "A1", "stocks": [{"quantity": 10, "warehouse": 1}, {"quantity": 5, "warehouse": 2}]},
        {"sku": "A2", "stocks": [{"quantity": 0, "warehouse": 1}]},
    ]

    assert rows_of(answer(tmp_path, file), "key", "quantity") == [("A1", 15), ("A2", 0)]


@pytest.mark.parametrize("place", ["source_code", "shipNode"])
def test_lines_of_one_code_in_several_sources_are_added_up(tmp_path: Path, place: str) -> None:
    file = {"items": [{"sku": "A1", place: name, "quantity": n} for name, n in (("north", 10), ("south", 4))]}
    file["items"].append({"sku": "B1", place: "north", "quantity": 1})

    assert rows_of(answer(tmp_path, file), "key", "quantity") == [("A1", 14), ("B1", 1)]


def test_the_code_of_a_place_is_not_that_of_an_article(tmp_path: Path) -> None:
    counts = [{"object_id": f"W{n}", "location_id": "C6", "quantity": n} for n in range(1, 5)]

    assert rows_of(answer(tmp_path, {"counts": counts}), "key") == [(f"W{n}",) for n in range(1, 5)]


def test_a_variant_has_its_own_stock_and_not_that_of_all(tmp_path: Path) -> None:
    def product(code: str, *units: int) -> dict[str, Any]:
        sizes = [{"sku": f"{code}-{n}", "inventory_quantity": many} for n, many in enumerate(units)]
        return {"id": code, "title": f"Mug {code}", "inventory": sum(units), "variants": sizes}

    reading = answer(tmp_path, {"products": [product("A", 20, 25), product("B", 3)]})

    assert rows_of(reading, "key", "quantity") == [("A-0", 20), ("A-1", 25), ("B-0", 3)]


@pytest.mark.parametrize("pages", [{"nextToken": "x"}, {"totalCount": 2}])
@pytest.mark.parametrize("called", ["items", "inventorySummaries"])
def test_what_is_said_of_the_pages_of_an_answer_is_no_article(
    tmp_path: Path, called: str, pages: dict[str, Any]
) -> None:
    articles = [{"sellerSku": f"S{n}", "fulfillableQuantity": n} for n in (1, 2)]
    file = {"payload": {"details": {"kind": "shop"}, called: articles}, "meta": pages}

    reading = answer(tmp_path, file)

    assert (rows_of(reading, "key", "quantity"), doubted(reading, "without_parts")) == (
        [("S1", 1), ("S2", 2)],
        [],
    )


def test_the_values_of_lines_are_no_codes_with_their_stocks(tmp_path: Path) -> None:
    lines = [{"sku": "V1", "areaId": str(n), "areaEn": f"Area {n}", "countryCode": "CN"} for n in (1, 2)]

    assert rows_of(answer(tmp_path, {"code": 200, "data": lines}), "key") == [("V1",)]


@pytest.mark.parametrize("inside", [True, False])
def test_a_divisor_beside_a_price_divides_it(tmp_path: Path, inside: bool) -> None:
    def price(cents: int) -> dict[str, Any]:
        said = {"amount": cents, "divisor": 100, "currency_code": "EUR"}
        return {"price": said} if inside else {"price": cents, "divisor": 100}

    items = [{"sku": f"E{n}", "quantity": n, **price(1000 + n)} for n in (1, 2, 3)]

    reading = answer(tmp_path, {"results": items})

    assert rows_of(reading, "price") == [(Decimal("10.01"),), (Decimal("10.02"),), (Decimal("10.03"),)]
    assert [doubt["divisor"] for doubt in doubted(reading, "divided")] == [100]


def test_a_divisor_that_differs_from_line_to_line_divides_nothing(tmp_path: Path) -> None:
    items = [
        {"sku": f"E{n}", "quantity": n, "price": {"amount": 1000, "divisor": divisor}}
        for n, divisor in ((1, 100), (2, 10))
    ]

    assert set(rows_of(answer(tmp_path, items), "price")) == {(Decimal(1000),)}


def test_the_value_of_a_price_is_one_and_that_of_a_stock_is_not(tmp_path: Path) -> None:
    items = [
        {"sku": f"E{n}", "qty": n, "summary": {"price": {"value": f"{n}.10", "currency": "USD"}}}
        for n in (1, 2)
    ]
    stocks = [{"sku": f"E{n}", "qty": n, "stock": {"value": f"{n}.10"}} for n in (1, 2)]

    assert rows_of(answer(tmp_path, items), "quantity", "price_minor", "currency") == [
        (1, 110, "USD"),
        (2, 210, "USD"),
    ]
    assert rows_of(answer(tmp_path, stocks), "quantity", "price_minor") == [(1, None), (2, None)]


@pytest.mark.parametrize(
    ("beside", "amounts", "stocks"),
    [
        ({"listing_price": 1999}, (10, 3), [10, 3]),
        ({}, (10, 0), [10, 0]),
        ({}, (10, 3), [None, None]),
        ({"listing_price": 1999}, (10.5, 3.5), [None, None]),
        ({"stock": 4}, (10, 0), [4, 4]),
    ],
)
def test_an_amount_is_of_pieces_where_it_can_hardly_be_of_money(
    tmp_path: Path, beside: dict[str, int], amounts: tuple[float, ...], stocks: list[int | None]
) -> None:
    items = [{"sku": f"K{n}", "amount": amount, **beside} for n, amount in enumerate(amounts)]

    reading = answer(tmp_path, {"data": items})

    assert reading.rows["quantity"].to_list() == stocks


def test_the_name_of_a_property_is_not_that_of_the_article(tmp_path: Path) -> None:
    features = "<FEATURE><FID>C1</FID><FNAME>Colour</FNAME><FVALUE>red</FVALUE></FEATURE>"
    items = "".join(
        f"<ARTICLE><AID>B{n}</AID><PRICE>{n}</PRICE><FEATURES>{features}</FEATURES></ARTICLE>"
        for n in range(5)
    )
    variations = [
        {"sku": f"V{n}", "stock_quantity": n, "attributes": [{"name": "Colour", "option": "red"}]}
        for n in (1, 2)
    ]
    plain = [
        {"id": f"a{n}", "attributes": {"number": f"S{n}", "name": f"Mug {n}", "stock": n}} for n in (1, 2, 3)
    ]

    assert set(rows_of(reading_of(tmp_path, f"<A>{items}</A>"), "name")) == {(None,)}
    assert set(rows_of(answer(tmp_path, variations), "name")) == {(None,)}
    assert rows_of(answer(tmp_path, {"data": plain}), "name", "quantity")[0] == ("Mug 1", 1)


def test_variants_that_share_the_code_of_their_article_are_told_apart_by_their_own(tmp_path: Path) -> None:
    def product(number: int) -> dict[str, Any]:
        sizes = [{"id": 10 * number + n, "sku": f"P{number}", "stock_quantity": n} for n in (1, 2)]
        return {"id": number, "sku": f"P{number}", "name": f"Shirt {number}", "variations": sizes}

    reading = answer(tmp_path, [product(1), product(2)])

    assert rows_of(reading, "key", "quantity") == [("11", 1), ("12", 2), ("21", 1), ("22", 2)]
    assert [(each["field"], each["others"]) for each in doubted(reading, "column")] == [("key", "“sku”")]


def test_a_stock_message_without_the_envelope_of_an_interchange_is_read(tmp_path: Path) -> None:
    lines = "".join(f"LIN+{n}++P{n}:SA'QTY+145:{n}0:PCE'" for n in (1, 2))

    reading = reading_of(tmp_path, f"UNH+1+INVRPT:D:96A:UN'BGM+35+1+9'{lines}UNT+7+1'")

    assert (rows_of(reading, "key", "quantity"), doubted(reading, "breaks_off")) == (
        [("P1", 10), ("P2", 20)],
        [],
    )


def test_what_is_inside_something_else_by_no_known_name_is_not_what_an_article_is_called(
    tmp_path: Path,
) -> None:
    inner = "<associations><combinations api='combinations of mugs'/></associations>"
    items = "".join(f"<item><sku>A{n}</sku><qty>{n}</qty>{inner}</item>" for n in range(5))

    assert set(rows_of(reading_of(tmp_path, f"<items>{items}</items>"), "name")) == {(None,)}


def test_values_that_say_how_they_are_called_are_columns_of_that_name(tmp_path: Path) -> None:
    def product(number: int, *attributes: tuple[str, str]) -> dict[str, Any]:
        said = [{"attribute_code": name, "value": value} for name, value in attributes]
        return {"sku": f"M{number}", "name": f"Mug {number}", "qty": number, "custom_attributes": said}

    file = [product(1, ("color", "red"), ("ean", "4006381333931")), product(2, ("ean", "4006381333948"))]

    reading = answer(tmp_path, {"items": file})

    assert rows_of(reading, "key", "gtin") == [("M1", "4006381333931"), ("M2", "4006381333948")]
    assert reading.facts.columns[-2:] == ("custom_attributes/color", "custom_attributes/ean")


def test_values_of_more_names_than_articles_have_properties_are_left_as_they_stand(tmp_path: Path) -> None:
    file = [
        {
            "sku": f"M{n}",
            "qty": n,
            "meta": [{"id": n, "key": f"key {n} of {k}", "value": k} for k in range(3)],
        }
        for n in range(300)
    ]

    reading = answer(tmp_path, file)

    assert (reading.rows.height, len(reading.facts.columns) < 120) == (300, True)


def test_what_stands_beside_the_amount_of_a_price_is_not_asked_about(tmp_path: Path) -> None:
    price = (
        "<Price><PriceAmount>{}.50</PriceAmount><PriceStatus>02</PriceStatus><Printed>01</Printed></Price>"
    )
    items = "".join(f"<item><sku>A{n}</sku><qty>{n}</qty>{price.format(n)}</item>" for n in range(1, 6))

    reading = reading_of(tmp_path, f"<items>{items}</items>")

    assert (rows_of(reading, "price_minor")[0], doubted(reading, "column")) == ((150,), [])
