"""What a line says about its stock: codes of known files, lead times, placeholders and dashes."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from suppliers.readers import ColumnMap, read
from tests.suppliers.readers.files import columns_of, read_text, rows_of, written

STOCK = ("key", "quantity_kind", "quantity", "availability", "lead_days")


def test_a_number_that_stands_on_every_line_is_a_placeholder(tmp_path: Path) -> None:
    path = written(tmp_path, "sku;qty\n" + "".join(f"A{number};{8 * (number > 0)}\n" for number in range(30)))
    reading = read(path)

    assert [(doubt.code, doubt.facts) for doubt in reading.doubts] == [("constant", {"quantity": 8})]
    assert reading.rows.select("quantity_kind", "quantity", "quantity_stated", "quantity_raw").rows()[:2] == [
        ("exact", 0, 0.0, "0"),
        ("flag", None, 8.0, "8"),
    ]
    assert (reading.totals.quantity_numbers, reading.totals.quantity_sum) == (30, 232)
    believed = read(path, column_map=replace(reading.mapping, constant_counts=True))
    assert believed.rows["quantity"].to_list() == [0, *[8] * 29]
    assert believed.doubts == ()


@pytest.mark.parametrize("quantities", [[1] * 30, [8] * 19, [8] * 29 + [7], [0] * 30])
def test_what_is_no_placeholder_stays_a_number(tmp_path: Path, quantities: list[int]) -> None:
    rows = "".join(f"A{place};{number}\n" for place, number in enumerate(quantities))

    assert read_text(tmp_path, f"sku;qty\n{rows}").rows["quantity"].to_list() == quantities


def test_a_dash_says_no_only_beside_a_plus(tmp_path: Path) -> None:
    signs = read_text(tmp_path, "sku;Наличие;цена\nA1;+;5\nA2;-;5\nA3;;5\n")
    words = read_text(tmp_path, "sku;Наличие;цена\nA1;есть;5\nA2;-;5\nA3;нет;5\n")

    assert rows_of(signs, "quantity_kind", "quantity") == [("flag", None), ("exact", 0), ("unknown", None)]
    assert rows_of(words, "quantity_kind", "quantity") == [("flag", None), ("unknown", None), ("exact", 0)]


def test_a_colour_among_numbers_says_nothing_of_the_stock_until_somebody_explains_it(tmp_path: Path) -> None:
    path = written(tmp_path, "sku;qty\nA1;5\nA2;red\nA3;0\nA4;12\n")
    typed = read(path)
    explained = read(path, column_map=replace(typed.mapping, words={"red": "out_of_stock"}))
    lights = read_text(tmp_path, "sku;stock\nA1;red\nA2;green\nA3;red\n")

    assert rows_of(typed, *STOCK[:3]) == [
        ("A1", "exact", 5),
        ("A2", "unknown", None),
        ("A3", "exact", 0),
        ("A4", "exact", 12),
    ]
    assert [(doubt.code, doubt.facts) for doubt in typed.doubts] == [
        ("not_understood", {"count": 1, "example": "red"})
    ]
    assert rows_of(lights, *STOCK[1:3]) == [("exact", 0), ("flag", None), ("exact", 0)]
    assert lights.doubts == ()
    assert rows_of(explained, *STOCK[1:3]) == [("exact", 5), ("exact", 0), ("exact", 0), ("exact", 12)]
    assert explained.doubts == ()


def test_the_codes_of_ceneo_are_availabilities_and_no_quantities(tmp_path: Path) -> None:
    offers = "".join(
        f'<o id="{code}" price="9.90" avail="{code}"><name>Thing {code}</name></o>'
        for code in (1, 3, 7, 90, 99, 110)
    )
    reading = read(written(tmp_path, f"<offers>{offers}</offers>", "ceneo.xml"))

    assert rows_of(reading, *STOCK) == [
        ("1", "flag", None, "in_stock", 1),
        ("3", "flag", None, "in_stock", 3),
        ("7", "flag", None, "in_stock", 7),
        ("90", "unknown", None, "backorder", None),
        ("99", "unknown", None, "unknown", None),
        ("110", "unknown", None, "preorder", None),
    ]


def test_days_of_delivery_tell_the_stock_where_a_known_file_means_them_so(tmp_path: Path) -> None:
    items = "".join(
        f"<SHOPITEM><ITEM_ID>{code}</ITEM_ID><PRODUCTNAME>Thing {code}</PRODUCTNAME><PRICE_VAT>9</PRICE_VAT>"
        f"<DELIVERY_DATE>{days}</DELIVERY_DATE></SHOPITEM>"
        for code, days in (("A1", "0"), ("A2", "3"), ("A3", ""), ("A4", "2026-05-20"))
    )
    path = written(tmp_path, f"<SHOP>{items}</SHOP>", "heureka.xml")
    reading = read(path, today=date(2026, 5, 10))

    assert rows_of(reading, *STOCK) == [
        ("A1", "flag", None, "in_stock", 0),
        ("A2", "unknown", None, "backorder", 3),
        ("A3", "unknown", None, "unknown", None),
        ("A4", "unknown", None, "backorder", 10),
    ]
    assert [(doubt.code, doubt.facts) for doubt in reading.doubts] == [("ready_days", {"days": 0})]
    assert ColumnMap.from_json(reading.mapping.to_json()) == reading.mapping


def test_a_person_may_say_from_which_lead_time_on_goods_are_on_order(tmp_path: Path) -> None:
    path = written(tmp_path, "sku;price;delivery time\nA1;5;2-3\nA2;5;3 weeks\nA3;5;\n")
    mapping = replace(read(path).mapping, ready_days=5)

    assert rows_of(read(path, column_map=mapping), *STOCK) == [
        ("A1", "flag", None, "in_stock", 3),
        ("A2", "unknown", None, "backorder", 21),
        ("A3", "unknown", None, "unknown", None),
    ]


def test_a_pre_order_outweighs_a_number_that_only_stands_for_some(tmp_path: Path) -> None:
    offers = "".join(
        f'<offer sku="A{number}"><model>Thing {number}</model><availabilities><availability available="yes" '
        f'stockCount="25" preOrder="{number % 2 * 23}"/></availabilities><price>9</price></offer>'
        for number in range(30)
    )
    reading = read(written(tmp_path, f"<offers>{offers}</offers>", "kaspi.xml"))

    assert rows_of(reading, *STOCK)[:2] == [
        ("A0", "flag", None, "in_stock", 0),
        ("A1", "unknown", None, "backorder", 23),
    ]


def test_signs_and_days_in_the_column_of_a_marketplace(tmp_path: Path) -> None:
    rows = "".join(
        f"A{place};Вещь {place};5,50;{sign}\n" for place, sign in enumerate(["+", "-", "9", "&", "!"])
    )
    reading = read_text(tmp_path, f"Код_товара;Название_позиции;Цена;Наличие\n{rows}")

    assert columns_of(reading)["lead"] == "Наличие"
    assert rows_of(reading, "quantity_kind", "availability", "lead_days") == [
        ("flag", "in_stock", None),
        ("exact", "out_of_stock", None),
        ("unknown", "backorder", 9),
        ("unknown", "backorder", None),
        ("flag", "in_stock", None),
    ]
    assert reading.unknown_words == ()


def test_a_number_beside_the_words_of_an_availability_is_a_quantity(tmp_path: Path) -> None:
    words = (
        "en stock (3)",
        "10+",
        "plus de 20",
        "rupture",
        "sous 5 jours",
        "3-5 jours",
        "sur commande",
        "en stock",
    )
    lines = "".join(f"A{place};Chaise;{word};9,90\n" for place, word in enumerate(words))

    alone = read_text(tmp_path, f"Réf;Libellé;Disponibilité;PA HT\n{lines}")
    beside = read_text(tmp_path, f"Réf;Stock;Disponibilité;PA HT\n{lines.replace('Chaise', '7')}")

    assert rows_of(alone, "quantity_kind", "quantity", "availability_raw") == [
        ("exact", 3, "en stock (3)"),
        ("at_least", 10, "10+"),
        ("at_least", 20, "plus de 20"),
        ("exact", 0, "rupture"),
        ("unknown", None, "sous 5 jours"),
        ("unknown", None, "3-5 jours"),
        ("unknown", None, "sur commande"),
        ("flag", None, "en stock"),
    ]
    assert set(beside.rows["quantity"]) == {7}
