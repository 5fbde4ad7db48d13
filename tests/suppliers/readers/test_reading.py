"""What a reading holds: rows per code, availability beside quantities, saved mappings."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from suppliers.readers import (
    REJECT_SCHEMA,
    ROW_SCHEMA,
    ColumnMap,
    NotAFeed,
    read,
    row_lines,
    sentence,
    summary,
)
from suppliers.readers.doubts import _COUNTED, _SENTENCES
from suppliers.readers.values import IMPORTED, Doubt
from tests.suppliers.readers.files import read_text, rows_of, workbook, written

FEED = "sku;name;qty;price\nA1;Chair;5;12,50\nA2;Lamp;>20;3,00\nA3;Table;-;call\n"


def test_a_reading_has_the_promised_columns(tmp_path: Path) -> None:
    reading = read_text(tmp_path, FEED)

    assert dict(reading.rows.schema) == ROW_SCHEMA
    assert dict(reading.lines.schema) == ROW_SCHEMA
    assert dict(reading.rejects.schema) == REJECT_SCHEMA
    assert rows_of(reading, "key", "quantity_raw", "price_raw", "price_minor") == [
        ("A1", "5", "12,50", 1250),
        ("A2", ">20", "3,00", 300),
        ("A3", "-", "call", None),
    ]


def test_an_import_holds_the_columns_it_needs_and_hears_how_far_the_reading_is(tmp_path: Path) -> None:
    lines: list[int] = []

    reading = read(written(tmp_path, FEED), remember=True, progress=lines.append)

    assert (reading.rows.columns, reading.lines.columns) == (list(IMPORTED), list(IMPORTED))
    assert reading.rows["quantity_kind"].to_list() == ["exact", "at_least", "unknown"]
    assert lines == [4]


def test_lines_are_added_up_with_all_their_columns(tmp_path: Path) -> None:
    twice = ColumnMap(
        fields={"key": 0, "name": 1, "quantity": 2, "price": 3},
        header=("sku", "name", "qty", "price"),
        header_row=1,
        repeated="sum",
    )

    reading = read(written(tmp_path, FEED + "A1;Chair;6;12,50\n"), column_map=twice, remember=True)

    assert dict(reading.rows.schema) == ROW_SCHEMA
    assert rows_of(reading, "key", "quantity") == [("A1", 11), ("A2", 20), ("A3", None)]


def test_words_count_where_no_number_is_stated(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path,
        "sku;qty;availability\nA1;5;in stock\nA2;;in stock\nA3;;out of stock\nA4;;pre-order\nA5;;\nA6;3;out of stock\n",
    )

    assert rows_of(reading, "key", "quantity_kind", "quantity", "availability") == [
        ("A1", "exact", 5, "in_stock"),
        ("A2", "flag", None, "in_stock"),
        ("A3", "exact", 0, "out_of_stock"),
        ("A4", "unknown", None, "preorder"),
        ("A6", "exact", 3, "out_of_stock"),
    ]
    assert ("contradictions", {"count": 1}) in [(doubt.code, doubt.facts) for doubt in reading.doubts]


def test_a_number_says_by_itself_whether_there_is_any(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "sku;qty\nA1;5\nA2;0\nA3;>20\nA4;?\nA5;sold out\n")

    assert rows_of(reading, "availability") == [
        ("in_stock",),
        ("out_of_stock",),
        ("in_stock",),
        ("unknown",),
        ("out_of_stock",),
    ]


def test_a_negative_stock_counts_as_zero_and_a_fraction_is_rounded_down(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "sku;qty\nA1;-3\nA2;4,5\nA3;7\n")

    assert rows_of(reading, "quantity_kind", "quantity", "quantity_stated", "quantity_raw") == [
        ("exact", 0, -3.0, "-3"),
        ("exact", 4, 4.5, "4,5"),
        ("exact", 7, 7.0, "7"),
    ]
    assert reading.totals.quantity_sum == 8.5
    assert [doubt.code for doubt in reading.doubts] == ["negative", "fractions"]


def test_days_may_stand_in_the_availability(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "sku;Verfügbarkeit\nA1;auf Bestellung, 2 Wochen\nA2;auf Lager\n")

    assert rows_of(reading, "availability", "lead_days") == [("backorder", 14), ("in_stock", None)]


def test_barcodes_that_are_none_are_left_empty_and_counted(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path, 'sku;ean;qty\nA1;4006381333931;1\nA2;4006381333932;1\nA3;"4,03E+12";1\nA4;;1\n'
    )

    assert rows_of(reading, "gtin") == [("4006381333931",), (None,), (None,), (None,)]
    assert (reading.totals.gtins, reading.totals.gtins_wrong, reading.totals.gtins_ruined) == (1, 1, 1)


def test_the_last_line_of_a_code_counts(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "sku;qty\nA1;5\nA2;1\nA1;7\n")

    assert rows_of(reading, "line", "key", "quantity") == [(3, "A2", 1), (4, "A1", 7)]
    assert reading.lines.height == 3
    assert ("repeated_last", {"count": 1}) in [(doubt.code, doubt.facts) for doubt in reading.doubts]


def test_lines_of_one_code_in_several_warehouses_are_added_up(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path,
        "sku;Lager;Bestand;Preis\nA1;Nord;5;1,50\nA2;Nord;1;1,00\nA1;Süd;7;1,60\nA2;Süd;>10;1,00\nA3;Nord;?;1,00\nA3;Süd;?;1,00\n",
    )

    assert reading.mapping.repeated == "sum"
    assert rows_of(reading, "key", "quantity_kind", "quantity", "quantity_raw", "price") == [
        ("A1", "exact", 12, "5 + 7", Decimal("1.6")),
        ("A2", "at_least", 11, "1 + >10", Decimal(1)),
        ("A3", "unknown", None, "? + ?", Decimal(1)),
    ]


def test_the_first_line_counts_where_the_mapping_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "sku;qty\nA1;5\nA1;7\n")
    mapping = ColumnMap(
        fields={"key": 0, "quantity": 1}, header=("sku", "qty"), header_row=1, repeated="first"
    )

    assert rows_of(read(path, column_map=mapping), "quantity") == [(5,)]


def test_variants_without_a_code_are_named_by_product_and_options(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path,
        "Handle,Title,Option1 Value,Option2 Value,Variant SKU,Variant Inventory Qty,Variant Price,Image Src\n"
        "shoe,Fine shoe,Red,40,S-1,5,10.00,http://x/1.jpg\nshoe,,Red,41,,0,10.00,http://x/2.jpg\nshoe,,,,,,,http://x/3.jpg\n"
        "ring,Ring,Default Title,,,9,7.00,\n",
    )

    assert rows_of(reading, "key", "name", "quantity") == [
        ("S-1", "Fine shoe", 5),
        ("shoe/Red/41", "Fine shoe", 0),
        ("ring", "Ring", 9),
    ]
    assert reading.skipped.continuations == 1


def test_a_composed_code_that_is_too_long_is_shortened_the_same_way_every_day(tmp_path: Path) -> None:
    text = f"Handle,Option1 Value,SKU,Qty\n{'x' * 130},a,,1\n{'x' * 130},b,,2\nshort,c,K,3\n"

    first, second = read_text(tmp_path, text), read_text(tmp_path, text)

    assert first.rows["key"].to_list() == second.rows["key"].to_list()
    assert first.rows["key"].n_unique() == 3
    assert first.rows["key"].str.len_chars().max() == 120


def test_a_saved_mapping_survives_json_and_reads_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, FEED)
    guessed = read(path)

    mapping = ColumnMap.from_json(guessed.mapping.to_json())
    again = read(path, column_map=mapping)

    assert mapping == guessed.mapping
    assert again.rows.equals(guessed.rows)
    assert not again.columns_changed


def test_columns_that_moved_are_followed_by_name(tmp_path: Path) -> None:
    mapping = read_text(tmp_path, FEED).mapping

    moved = read(written(tmp_path, "price;new;qty;sku\n12,50;x;5;A1\n"), column_map=mapping)

    assert rows_of(moved, "key", "quantity", "price") == [("A1", 5, Decimal("12.5"))]
    assert moved.columns_changed
    assert moved.missing_columns == ("name",)


def test_without_the_column_of_the_code_nothing_is_read(tmp_path: Path) -> None:
    mapping = read_text(tmp_path, FEED).mapping

    with pytest.raises(NotAFeed) as error:
        read(written(tmp_path, "code2;qty\nA1;5\n"), column_map=mapping)

    assert error.value.code == "columns_changed"
    assert "sku" in str(error.value)


def test_a_saved_mapping_of_a_file_without_header(tmp_path: Path) -> None:
    path = written(tmp_path, "A1;5;12,50\nA2;7;13,50\n")
    mapping = ColumnMap(fields={"key": 0, "quantity": 1, "price": 2}, decimal=",", currency="EUR")

    assert rows_of(read(path, column_map=mapping), "key", "quantity", "price", "currency") == [
        ("A1", 5, Decimal("12.5"), "EUR"),
        ("A2", 7, Decimal("13.5"), "EUR"),
    ]


def test_a_suppliers_words_and_signs_come_from_the_mapping(tmp_path: Path) -> None:
    path = written(tmp_path, "sku;qty;price\nA1;viel;1.234\nA2;wenig;2.500\n")
    mapping = ColumnMap(
        fields={"key": 0, "quantity": 1, "price": 2},
        header=("sku", "qty", "price"),
        header_row=1,
        decimal=",",
        words={"Viel": "in_stock", "wenig": "out_of_stock"},
    )

    assert rows_of(read(path, column_map=mapping), "quantity_kind", "quantity", "price") == [
        ("flag", None, Decimal(1234)),
        ("exact", 0, Decimal(2500)),
    ]


def test_the_summary_adds_up(tmp_path: Path) -> None:
    found = summary(read_text(tmp_path, FEED))

    assert (found["items"], found["distinct_keys"]) == (3, 3)
    assert found["quantities"]["sum"] == 5
    assert found["quantities"]["kinds"] == {"exact": 1, "at_least": 1, "flag": 0, "unknown": 1}
    assert found["prices"]["sum"] == "15.50"
    assert found["prices"]["worded"] == {"call": 1}


def test_rows_as_json_state_the_number_as_it_was_written(tmp_path: Path) -> None:
    lines = list(row_lines(read_text(tmp_path, "sku;qty;price\nA1;-1;12,5\nA1;4,5;1636,51787\nA2;>20;\n")))

    assert lines[0] == (
        '{"key": "A1", "name": null, "gtin": null, "quantity_kind": "exact", "quantity": -1, '
        '"availability": "out_of_stock", "lead_days": null, "price": "12.50", "currency": null}'
    )
    assert [(json.loads(line)["quantity"], json.loads(line)["price"]) for line in lines] == [
        (-1, "12.50"),
        (4.5, "1636.51787"),
        (20, None),
    ]


def test_every_doubt_has_a_sentence() -> None:
    facts: dict[str, str | int] = {
        "field": "price",
        "column": "a",
        "others": "b",
        "sign": ".",
        "decimal": ",",
        "quantity": 8,
        "sheets": "x",
        "sheet": "y",
        "members": "x",
        "member": "y",
        "example": "z",
        "columns": "v",
        "days": 0,
        "divisor": 100,
        "currency": "EUR",
        "place": "p",
        "part": "q",
        "places": "p",
        "stated": 9,
        "count": 2,
        "items": 40,
    }

    for code in _SENTENCES:
        assert "{" not in sentence(Doubt(code, facts))
    for code in _COUNTED:
        assert "{" not in sentence(Doubt(code, {**facts, "count": 2}))


def test_a_workbook_and_a_csv_of_the_same_table_read_the_same(tmp_path: Path) -> None:
    table = [["sku", "qty", "price"], ["A1", "5", "12.5"], ["A2", ">20", "3"]]
    text = "\n".join(";".join(row) for row in table)

    from_book, from_text = read(workbook(tmp_path, {"S": table})), read_text(tmp_path, text)

    assert from_book.rows.equals(from_text.rows)


def test_names_in_a_doubt_stand_between_the_quote_marks_of_the_readers_language() -> None:
    doubt = Doubt(
        "column", {"field": "quantity", "column": "Lager Nord", "others": "“Lager Süd”, “Lager West”"}
    )

    with translation.override("fr"):
        assert sentence(doubt) == (
            "Le champ « quantité » est lu dans « Lager Nord » ; "
            "ce pourrait aussi être « Lager Süd », « Lager West »."
        )
