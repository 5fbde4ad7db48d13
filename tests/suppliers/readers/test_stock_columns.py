"""Stock in several columns, and in several lines of one code."""

from dataclasses import replace
from pathlib import Path

import pytest

from suppliers.readers import ColumnMap, NotAFeed, Vocabulary, read
from suppliers.readers.availability import STORES
from tests.suppliers.readers.files import columns_of, read_text, rows_of, written

PLACES = "sku;name;Stock Madrid;Stock Sevilla;price\n" + "".join(
    f"A{number};Thing {number};{number % 4};{number % 3};{number}.50\n" for number in range(40)
)
LINES = "SKU;Size;Warehouse;Qty\nA1;S;Nord;5\nA1;M;Nord;3\nA1;S;Süd;2\nA2;S;Nord;\nA2;S;Süd;4\n"


def codes(reading: object) -> list[str]:
    return [doubt.code for doubt in reading.doubts]  # type: ignore[attr-defined]


def test_columns_of_several_warehouses_are_added_up_and_said(tmp_path: Path) -> None:
    reading = read_text(tmp_path, PLACES)

    assert columns_of(reading)["quantity"] == "Stock Madrid"
    assert reading.mapping.added == (3,)
    assert rows_of(reading, "key", "quantity_kind", "quantity", "quantity_raw")[5:7] == [
        ("A5", "exact", 3, f"1{STORES}2"),
        ("A6", "exact", 2, f"2{STORES}0"),
    ]
    assert [doubt.facts for doubt in reading.doubts if doubt.code == "added"] == [
        {"columns": "“Stock Madrid”, “Stock Sevilla”"}
    ]


def test_columns_named_like_places_hold_the_stock_where_nothing_else_does(tmp_path: Path) -> None:
    text = "Kod;Nazwa;Mag. Poznań;Mag. Łódź;Cena\n" + "".join(
        f"L{n};Lampa {n};{n % 4};{n % 3};{n},50\n" for n in range(40)
    )
    reading = read_text(tmp_path, text)

    assert columns_of(reading)["quantity"] == "Mag. Poznań"
    assert (reading.mapping.added, "added" in codes(reading)) == ((3,), True)
    assert rows_of(reading, "key", "quantity")[5] == ("L5", 3)


def test_a_word_among_added_stocks_is_asked_for_by_itself(tmp_path: Path) -> None:
    path = written(tmp_path, "sku;Lager Nord;Lager Süd\nA1;5;ein paar\nA2;1;2\nA3;ein paar;ein paar\n")
    column_map = ColumnMap({"key": 0, "quantity": 1}, header_row=1, added=(2,))

    before = read(path, column_map=column_map)
    after = read(path, column_map=column_map, vocabulary=Vocabulary({"ein paar": "3"}))

    assert [(word.text, word.lines, set(word.keys)) for word in before.unknown_words] == [
        ("ein paar", 2, {"A1", "A3"})
    ]
    assert rows_of(before, "key", "quantity_kind", "quantity") == [
        ("A1", "at_least", 5),
        ("A2", "exact", 3),
        ("A3", "unknown", None),
    ]
    assert rows_of(after, "key", "quantity_kind", "quantity") == [
        ("A1", "exact", 8),
        ("A2", "exact", 3),
        ("A3", "exact", 6),
    ]


def test_the_stocks_of_several_columns_are_kept_apart_by_choice(tmp_path: Path) -> None:
    path = written(tmp_path, PLACES)
    apart = replace(read(path).mapping, stocks_apart=True)
    reading = read(path, column_map=apart, remember=True)

    assert rows_of(reading, "line", "key", "quantity", "quantity_raw", "price_minor")[10:14] == [
        (7, "A5/Stock Madrid", 1, "1", 550),
        (7, "A5/Stock Sevilla", 2, "2", 550),
        (8, "A6/Stock Madrid", 2, "2", 650),
        (8, "A6/Stock Sevilla", 0, "0", 650),
    ]
    assert (reading.rows.height, reading.totals.items, reading.remembered) == (80, 80, None)
    assert [code for code in codes(reading) if code in ("added", "stocks_apart")] == ["stocks_apart"]
    assert ColumnMap.from_json(apart.to_json()) == apart


def test_a_person_may_choose_one_warehouse_of_several_columns(tmp_path: Path) -> None:
    path = written(tmp_path, PLACES)
    chosen = replace(read(path).mapping, added=())

    assert [row[1] for row in rows_of(read(path, column_map=chosen), "key", "quantity")[5:7]] == [1, 2]


def test_a_warehouse_that_says_nothing_makes_the_sum_a_lower_bound_and_no_zero(tmp_path: Path) -> None:
    reading = read(
        written(tmp_path, "sku;Lager Nord;Lager Süd\nA1;5;\nA2;;\nA3;0;\nA4;>10;2\nA5;0;0\nA6;4;ja\n"),
        column_map=ColumnMap({"key": 0, "quantity": 1}, header_row=1, added=(2,)),
    )

    assert rows_of(reading, "key", "quantity_kind", "quantity") == [
        ("A1", "at_least", 5),
        ("A2", "unknown", None),
        ("A3", "unknown", None),
        ("A4", "at_least", 12),
        ("A5", "exact", 0),
        ("A6", "at_least", 4),
    ]


def test_a_column_that_sums_up_the_others_is_the_stock(tmp_path: Path) -> None:
    rows = "".join(f"A{n};{n % 4};{n % 3};{n % 4 + n % 3}\n" for n in range(40))
    reading = read_text(tmp_path, f"sku;Stock A;Stock B;Suma\n{rows}")

    assert columns_of(reading)["quantity"] == "Suma"
    assert reading.mapping.added == ()
    assert rows_of(reading, "quantity")[5:7] == [(3,), (2,)]


@pytest.mark.parametrize(
    "header", ["Qty 1;Qty 2;Price 1;Price 2", "Stock;Stock value;Price;RRP", "Available;On hand;Price;RRP"]
)
def test_steps_values_and_other_kinds_of_stock_are_not_added(tmp_path: Path, header: str) -> None:
    rows = "".join(f"A{number};{number % 4};{number % 3};{number}.50;{number}.90\n" for number in range(40))

    assert read_text(tmp_path, f"sku;{header}\n{rows}").mapping.added == ()


def test_lines_of_one_code_in_several_warehouses_are_added_up(tmp_path: Path) -> None:
    reading = read_text(tmp_path, LINES)

    assert reading.mapping.repeated == "sum"
    assert rows_of(reading, "key", "quantity_kind", "quantity") == [
        ("A1", "exact", 10),
        ("A2", "at_least", 4),
    ]


def test_lines_of_one_code_are_kept_apart_by_choice(tmp_path: Path) -> None:
    path = written(tmp_path, LINES)
    mapping = replace(read(path).mapping, apart=(1,))

    assert rows_of(read(path, column_map=mapping), "key", "quantity") == [
        ("A1/S", 7),
        ("A1/M", 3),
        ("A2/S", 4),
    ]
    assert ColumnMap.from_json(mapping.to_json()) == mapping


def test_only_the_lines_of_chosen_warehouses_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, LINES)
    mapping = replace(read(path).mapping, only_column=2, only=("Süd",))
    reading = read(path, column_map=mapping)

    assert rows_of(reading, "key", "quantity") == [("A1", 2), ("A2", 4)]
    assert reading.skipped.elsewhere == 3
    assert ColumnMap.from_json(mapping.to_json()) == mapping


def test_choices_follow_their_columns_and_are_missed_when_these_are_gone(tmp_path: Path) -> None:
    mapping = replace(read(written(tmp_path, LINES)).mapping, only_column=2, only=("Süd",), apart=(1,))
    moved = written(tmp_path, "Qty;Warehouse;SKU;Size\n2;Süd;A1;S\n5;Nord;A1;S\n")
    without_size = written(tmp_path, "Qty;Warehouse;SKU\n2;Süd;A1\n", "b.csv")
    without_place = written(tmp_path, "Qty;Size;SKU\n2;S;A1\n", "c.csv")

    assert rows_of(read(moved, column_map=mapping), "key", "quantity") == [("A1/S", 2)]
    assert read(without_size, column_map=mapping).missing_columns == ("Size",)
    with pytest.raises(NotAFeed, match="Warehouse") as refused:
        read(without_place, column_map=mapping)
    assert refused.value.code == "columns_changed"


def test_lines_without_a_code_go_on_with_the_article_above(tmp_path: Path) -> None:
    lines = "Code;Name;Size;Qty\nA1;Shirt;S;5\n;;M;3\n;;L;0\nA2;Skirt;S;1\n;;M;2\n"
    path = written(tmp_path, lines)
    reading = read(path)

    assert rows_of(reading, "key", "name", "quantity") == [("A1", "Shirt", 8), ("A2", "Skirt", 3)]
    assert "continued" in [doubt.code for doubt in reading.doubts]
    apart = replace(reading.mapping, apart=(2,))
    assert rows_of(read(path, column_map=apart), "key", "quantity")[:2] == [("A1/S", 5), ("A1/M", 3)]
    alone = read(path, column_map=replace(reading.mapping, continued=False))
    assert rows_of(alone, "key", "quantity") == [("A1", 5), ("A2", 1)]
    assert alone.rejects["reason"].to_list() == ["no_code"] * 3


def test_a_forgotten_code_is_a_mistake_and_no_continuation(tmp_path: Path) -> None:
    lines = "Code;Size;Qty\n" + "".join(f"A{n};S;5\n" for n in range(9)) + ";M;3\n"
    reading = read_text(tmp_path, lines)

    assert (reading.mapping.continued, reading.rejects["reason"].to_list()) == (False, ["no_code"])


@pytest.mark.parametrize(
    "header",
    [
        "Artikelnr;Bezeichnung;Bestand;Reserviert;Verfügbar",
        "SKU;Producto;Stock;Cantidad por Despachar;Cantidad Disponible",
        "sku;name;on hand;committed;available",
    ],
)
def test_of_a_stock_only_what_nobody_has_reserved_may_be_sold(tmp_path: Path, header: str) -> None:
    lines = [f"A-{n};Lamp {n};{n + n % 4};{n % 4};{n}" for n in range(5, 25)]
    reading = read_text(tmp_path, "\n".join([header, *lines]))
    wrong = read_text(tmp_path, "\n".join([header, *(line + "0" for line in lines)]))

    assert reading.rows["quantity"].to_list() == list(range(5, 25))
    assert reading.mapping.added == ()
    assert [doubt.facts["column"] for doubt in reading.doubts if doubt.code == "column"] == [
        header.split(";")[4]
    ]
    assert [doubt.code for doubt in wrong.doubts] == ["column"]


@pytest.mark.parametrize(
    ("header", "closing"),
    [
        ("Name;Нач_ост_кол;Приход_Кол;Расход_кол;Кон_ост_кол", "Кон_ост_кол"),
        ("Artikel;Anfangsbestand;Zugang Menge;Abgang Menge;Bestand Ende", "Bestand Ende"),
        ("Código;Stock inicial;Stock entradas;Stock salidas;Stock final", "Stock final"),
    ],
)
def test_what_came_and_went_is_not_added_to_what_is_there(tmp_path: Path, header: str, closing: str) -> None:
    lines = [f"Thing number {n};{n};{n % 3};{n % 5};{n + n % 3 - n % 5}" for n in range(5, 45)]
    reading = read_text(tmp_path, "\n".join([header, *lines]))

    assert (columns_of(reading)["quantity"], reading.mapping.added) == (closing, ())


def test_what_was_sold_beyond_the_stock_is_reserved_as_well(tmp_path: Path) -> None:
    lines = [f"A{n};{n % 4};{0 if n % 4 else n % 7};{n % 4 or -(n % 7)}" for n in range(40)]
    reading = read_text(tmp_path, "\n".join(["SKU;Stock;Cantidad por despachar;Cantidad disponible", *lines]))

    assert columns_of(reading)["quantity"] == "Cantidad disponible"


def test_the_stock_of_an_article_that_each_of_its_lines_repeats_is_not_added_up(tmp_path: Path) -> None:
    lines = [f"A{n};{3 * n};{place};{n + 1}" for n in range(20) for place in ("D-2", "Z")]
    reading = read_text(tmp_path, "\n".join(["SKU;Quantity;Location_1;Qty_1", *lines]))

    assert (reading.mapping.repeated, rows_of(reading, "key", "quantity")[-1]) == ("last", ("A19", 57))
    assert "repeated_whole" in codes(reading)


def test_one_code_that_has_as_much_in_two_lines_does_not_repeat_its_whole_stock(tmp_path: Path) -> None:
    lines = [f"A{n};Lamp {n};{n}" for n in (*range(1, 20), 7)]
    reading = read_text(tmp_path, "\n".join(["SKU;Name;Quantity", *lines]))

    assert {"repeated_last", "repeated_whole"} & set(codes(reading)) == {"repeated_last"}


def test_a_few_equal_numbers_in_several_warehouses_are_added_up_all_the_same(tmp_path: Path) -> None:
    lines = [f"A{n};{n};{place}" for n in range(1, 7) for place in ("Lyon", "Paris", "Nice")]
    reading = read_text(tmp_path, "\n".join(["SKU;Quantity;Warehouse", *lines]))

    assert (reading.mapping.repeated, rows_of(reading, "key", "quantity")[-1]) == ("sum", ("A6", 18))
    assert {"repeated_sum", "repeated_whole"} & set(codes(reading)) == {"repeated_sum"}


def test_a_shop_names_the_columns_of_its_stock_after_its_places(tmp_path: Path) -> None:
    header = "Handle,Title,Option1 Name,Option1 Value,SKU,HS Code,COO,508 Main St,Printer\n"
    reading = read_text(tmp_path, header + "".join(f"h{n},T{n},,,A{n},,,{n},not stocked\n" for n in range(9)))

    assert (columns_of(reading)["quantity"], reading.mapping.added) == ("508 Main St", (8,))
    assert rows_of(reading, "key", "quantity_kind", "quantity")[3] == ("A3", "exact", 3)


@pytest.mark.parametrize(
    ("first", "second", "stock"),
    [("no", "yes", ("flag", None)), ("no", "no", ("exact", 0)), ("0", "7", ("exact", 7))],
)
def test_a_price_list_says_at_which_pick_up_points_there_is_some(
    tmp_path: Path, first: str, second: str, stock: tuple[str, int | None]
) -> None:
    lines = "".join(f"K{n};Phone {n};Acme;{n}900;{first};{second};;\n" for n in range(1, 10))
    reading = read_text(tmp_path, "SKU;model;brand;price;PP1;PP2;PP3;preorder\n" + lines)

    assert (columns_of(reading)["quantity"], reading.mapping.added) == ("PP1", (5,))
    assert rows_of(reading, "quantity_kind", "quantity") == [stock] * 9
    assert "added" in codes(reading)


def test_of_what_a_fulfiller_keeps_only_what_can_be_sent_is_stock(tmp_path: Path) -> None:
    header = "sku,fnsku,your-price,afn-warehouse-quantity,afn-fulfillable-quantity,afn-total-quantity\n"
    reading = read_text(
        tmp_path, header + "".join(f"A{n},X00{n},9.5,{n + 2},{n},{n + 9}\n" for n in range(30))
    )

    assert (columns_of(reading)["quantity"], reading.mapping.added) == ("afn-fulfillable-quantity", ())
    assert [doubt.facts["others"] for doubt in reading.doubts] == [
        "“afn-total-quantity”, “afn-warehouse-quantity”"
    ]


@pytest.mark.parametrize(
    ("columns", "cells", "quantity"),
    [
        ("Price,Quantity", "19.00,5", 5),
        ("Incoming,Committed,Available", "100,2,5", 5),
        ("Cost,Barcode", "19.00,4006381333931", None),
    ],
)
def test_what_else_stands_where_the_places_of_a_shop_do_is_not_added(
    tmp_path: Path, columns: str, cells: str, quantity: int | None
) -> None:
    lines = "".join(f"h{n},T{n},A{n},,,{cells}\n" for n in range(9))
    reading = read_text(tmp_path, f"Handle,Title,SKU,HS Code,COO,{columns}\n{lines}")

    assert (reading.mapping.added, rows_of(reading, "quantity")[0]) == ((), (quantity,))


def test_a_stock_that_is_called_like_what_was_there_at_first_is_asked_about(tmp_path: Path) -> None:
    lines = "".join(f"A{n};Thing {n};{n % 7};{n}.5;{n % 3}\n" for n in range(1, 40))
    alone = read_text(tmp_path, "sku;name;Opening stock;price\n" + lines)
    beside = read_text(tmp_path, "sku;name;Stock initial;prix;Solde\n" + lines)

    assert (columns_of(alone)["quantity"], "moved" in codes(alone)) == ("Opening stock", True)
    assert (columns_of(beside)["quantity"], "moved" in codes(beside)) == ("Solde", False)


@pytest.mark.parametrize("name", ["Physical count", "Stock at end of day", "Total count", "Total amount"])
def test_a_count_of_what_is_there_is_a_stock(tmp_path: Path, name: str) -> None:
    reading = read_text(tmp_path, f"sku;{name}\n" + "".join(f"A{n};{n % 7}\n" for n in range(40)))

    assert columns_of(reading)["quantity"] == name


GERMAN = """Art.-Nr.;Name;Bestand Nord;Bestand Sued;EK netto
A1;Lampe;12;15;492,50
A2;Tisch;1.250;15;1.134,50
A3;Stuhl;0;4;326,00
"""


def test_another_column_of_stock_is_read_with_the_sign_that_the_file_has_for_decimals(tmp_path: Path) -> None:
    path = written(tmp_path, GERMAN)
    guessed = replace(read(path).mapping, fields={"key": 0, "name": 1, "quantity": 3, "price": 4}, added=())
    other = replace(guessed, fields={**guessed.fields, "quantity": 2})
    both = replace(guessed, added=(2,))

    assert [
        read(path, column_map=chosen).rows["quantity"].to_list() for chosen in (guessed, other, both)
    ] == [
        [15, 15, 4],
        [12, 1250, 0],
        [27, 1265, 4],
    ]


def test_a_column_of_one_number_that_counts_as_some_is_not_called_hardly_filled(tmp_path: Path) -> None:
    lines = "\n".join(f"A{number};Lamp;25;9.50" for number in range(30))
    reading = read(written(tmp_path, f"sku;name;stock;price\n{lines}\n"))

    assert [doubt.code for doubt in reading.doubts] == ["constant"]


def test_a_column_of_zeros_is_no_price_by_its_cells(tmp_path: Path) -> None:
    lines = "\n".join(f"A{number};Lamp;{number};0.00" for number in range(30))
    reading = read(written(tmp_path, f"sku;name;stock;pending\n{lines}\n"))

    assert "price" not in reading.mapping.fields
