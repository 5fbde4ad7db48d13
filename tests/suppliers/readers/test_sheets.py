"""Price lists in sheets as their programs write them: headers over two rows, remarks beside the table, ragged lines."""

from decimal import Decimal
from pathlib import Path

from suppliers.readers import read
from tests.suppliers.readers.files import Cells, columns_of, rows_of, workbook


def test_a_row_that_names_a_column_of_its_own_is_the_upper_half_of_a_header(tmp_path: Path) -> None:
    rows: Cells = [
        ["Номенклатура", None, "Номенклатура.Артикул", "Основная цена", None],
        [None, "Бренд", None, "Цена", "Ед."],
        *([f"Лампа {n}", "Lumo", f"L-{n}", n + 0.5, "шт"] for n in range(20)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (reading.facts.header_row, columns_of(reading)["key"]) == (1, "Номенклатура.Артикул")
    assert rows_of(reading, "key", "name", "brand", "price")[1] == ("L-1", "Лампа 1", "Lumo", Decimal("1.5"))


def test_as_many_names_below_as_above_go_on_a_header_where_they_stand_elsewhere(tmp_path: Path) -> None:
    rows: Cells = [
        ["№", "Наименование", "Описание", "Цена, руб.", None, None, None],
        [None, None, None, "Розница", "Мелк. опт", "Опт", "Круп. опт"],
        *([n, f"Чай {n}", f"Травы {n}", 80 + n, 60 + n, 40 + n, 30 + n] for n in range(20)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert columns_of(reading)["price"] == "Цена, руб. Опт"
    assert rows_of(reading, "key", "price", "currency")[1] == ("Чай 1", Decimal(41), "RUB")


def test_a_name_that_nobody_knows_fills_the_place_that_the_row_above_leaves_free(tmp_path: Path) -> None:
    rows: Cells = [
        ["Группа", None, None, "Цена", "Склад", None],
        ["Артикул", "Номенклатура", "Состояние", None, "Кол-во", "Сумма"],
        *([f"N-{n}", f"Насос {n}", "Новинка" if n % 3 else "Старый", n + 100, n, 0] for n in range(20)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (columns_of(reading)["quantity"], columns_of(reading)["price"]) == ("Склад Кол-во", "Цена")
    assert rows_of(reading, "key", "quantity", "price")[3] == ("N-3", 3, Decimal(103))


def test_a_word_beside_a_last_column_that_nobody_fills_pushes_nothing_aside(tmp_path: Path) -> None:
    rows: Cells = [
        ["Name", "Price", "Your order"],
        *([f"Lamp {n}", n + 0.5, None, *(["New!"] if n % 9 == 3 else [])] for n in range(20)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (reading.rows.height, reading.rejects.height) == (20, 0)


def test_a_number_far_beside_the_table_pushes_nothing_aside(tmp_path: Path) -> None:
    rows: Cells = [
        ["Name", "Qty", "Price"],
        *([f"Lamp {n}", n, n + 0.5, *([None, None, 6] if n == 3 else [])] for n in range(20)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (reading.rows.height, reading.rejects.height) == (20, 0)


def test_a_sentence_with_a_number_beside_the_table_pushes_nothing_aside(tmp_path: Path) -> None:
    rows: Cells = [
        ["Name", "Qty", "Price"],
        *([f"Lamp {n}", n, n + 0.5, *(["total: 190.50"] if n == 3 else [])] for n in range(20)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (reading.rows.height, reading.rejects.height) == (20, 0)


def test_a_sheet_is_as_wide_as_its_many_lines_with_further_properties(tmp_path: Path) -> None:
    rows: Cells = [
        ["sku", "name", "price"],
        *([f"D{n}", f"Door {n}", n + 0.5, *(["Width", "900"] if n % 3 == 0 else [])] for n in range(30)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (reading.rows.height, reading.rejects.height) == (30, 0)


def test_a_column_without_a_name_beside_named_ones_is_no_stock(tmp_path: Path) -> None:
    rows: Cells = [
        ["Article", None, "Name", "Price"],
        *([f"D{n}", n % 3 + 1, f"Door {n}", n + 0.5] for n in range(30)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert "quantity" not in reading.mapping.fields
    assert [doubt.code for doubt in reading.doubts] == ["no_quantity"]


def test_shares_of_a_hundred_are_no_stock(tmp_path: Path) -> None:
    rows: Cells = [
        ["Article", "Bonus %", "Name", "Price"],
        *([f"D{n}", n % 4 * 5, f"Door {n}", n + 0.5] for n in range(30)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert "quantity" not in reading.mapping.fields
