"""Price lists in sheets as their programs write them: headers over two rows, remarks beside the table, ragged lines."""

from decimal import Decimal
from pathlib import Path

import pytest

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


def test_two_rows_name_columns_together_that_neither_names_alone(tmp_path: Path) -> None:
    rows: Cells = [
        ["№", None, "Товар", "Цены, руб.", None, None, None],
        [None, "Ключ (вид)", None, "Мелкооптовая от 10 000", "Оптовая от 20 000", "Розница до 10", "Опт"],
        *([n, f"k-{n}-x", f"Мыло {n}", 150 + n, 130 + n, 220 + n, 110 + n] for n in range(20)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert reading.facts.header_row == 1
    assert "quantity" not in reading.mapping.fields


def grouped(*, priced: bool, many: int = 8) -> Cells:
    """Groups of two articles each, and above each the line that says how many there are in it."""
    groups: list[Cells] = [
        [
            [None, f"Group {n}", 3 * n + 1, None],
            [f"A{n}", f"Lamp {n}", 2 * n, 9.5],
            [f"B{n}", f"Sofa {n}", n + 1, 8.5 if priced else None],
        ]
        for n in range(1, many + 1)
    ]
    return [["SKU", "Name", "Stock", "Price"], *(row for group in groups for row in group)]


def test_the_line_above_a_group_that_sums_it_up_is_no_article(tmp_path: Path) -> None:
    rows: Cells = [[row[0] or row[1], *row[1:]] for row in grouped(priced=True)]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert rows_of(reading, "key", "quantity")[:3] == [("A1", 2), ("B1", 2), ("A2", 4)]
    assert (reading.totals.items, reading.totals.quantity_sum) == (16, 116)
    assert reading.rejects["reason"].to_list() == ["total_line"] * 8


def test_lines_without_a_price_that_sum_up_nothing_stay_articles(tmp_path: Path) -> None:
    rows: Cells = [[row[0] or row[1], *row[1:]] for row in grouped(priced=True)]
    rows = [row if row[3] else [*row[:2], 1, None] for row in rows]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (reading.totals.items, reading.rejects.height) == (24, 0)


def test_articles_of_which_there_are_none_and_that_have_no_price_are_no_totals(tmp_path: Path) -> None:
    groups: list[Cells] = [
        [[f"C{n}", f"Chair {n}", 0, None], [f"A{n}", f"Lamp {n}", n, 9.5], [f"B{n}", f"Sofa {n}", 1, 8.5]]
        for n in range(1, 9)
    ]
    rows: Cells = [["SKU", "Name", "Stock", "Price"], *(row for group in groups for row in group)]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (reading.totals.items, reading.rejects.height) == (24, 0)


@pytest.mark.parametrize("stocks", [[10], [1, 0, 1, 1, 2], [0, 3, 0]])
def test_an_article_without_a_price_is_no_total_because_others_have_as_many(
    tmp_path: Path, stocks: list[int]
) -> None:
    articles = [
        [f"A{n}", f"Thing {n}", stocks[n % len(stocks)], None if n % 12 == 5 else n + 0.9]
        for n in range(1, 61)
    ]
    rows: Cells = [["SKU", "Name", "Stock", "Price"], *articles]

    reading = read(workbook(tmp_path, {"List": rows}))

    assert (reading.totals.items, reading.rejects.height) == (60, 0)


def test_a_group_of_which_there_are_more_than_the_lines_below_say_is_summed_up_too(tmp_path: Path) -> None:
    groups: list[Cells] = [
        [[f"Group {n}", 60 + n, None], [f"A{n}", ">20", 9.5], [f"B{n}", 5, 7.5]] for n in range(1, 9)
    ]
    rows: Cells = [["Name", "Stock", "Price"], *(row for group in groups for row in group)]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert reading.totals.items == 16
    assert reading.rejects["reason"].to_list() == ["total_line"] * 8


def test_months_of_guarantee_are_no_stock(tmp_path: Path) -> None:
    rows: Cells = [
        [f"Keyboard K{n} with cable", 100 + n / 4, (12, 24, 36, 12, 0, 6)[n % 6]] for n in range(30)
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (reading.mapping.fields["price"], "quantity" in reading.mapping.fields) == (1, False)


def test_numbers_of_articles_without_a_header_are_codes_and_no_prices(tmp_path: Path) -> None:
    rows: Cells = [
        [220611 + 7 * max(n, 2), f"Old malt whisky {n} 70cl", n % 7, n * n % 23 + 0.25] for n in range(40)
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    fields = reading.mapping.fields
    assert (fields["key"], fields["quantity"], fields["price"]) == (0, 2, 3)


def test_what_a_line_costs_beside_an_empty_quantity_is_no_stock(tmp_path: Path) -> None:
    rows: Cells = [
        ["Ref", "Designation", "Price", "QTY", "Total amount"],
        *([f"P{n}", f"Perfume {n}", n + 0.5, None, 0] for n in range(20)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert columns_of(reading)["quantity"] == "QTY"
    assert [doubt.code for doubt in reading.doubts] == ["empty_quantity"]


def test_a_quantity_on_its_way_is_no_time(tmp_path: Path) -> None:
    rows: Cells = [
        ["Material", "Texto", "Disponible", "Cantidad en Entregas"],
        *([f"M{n}", f"Baldosa {n}", n, n % 5] for n in range(20)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (columns_of(reading)["quantity"], "lead" in reading.mapping.fields) == ("Disponible", False)


def test_lots_of_one_article_are_added_up(tmp_path: Path) -> None:
    rows: Cells = [
        ["Code", "Product", "Batch", "Stock"],
        *([f"M{n // 3}", "Tablets", f"L{n}", n] for n in range(30)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert reading.mapping.repeated == "sum"
    assert rows_of(reading, "key", "quantity")[:2] == [("M0", 3), ("M1", 12)]


def test_a_stock_to_start_with_is_not_added_to_that_of_today(tmp_path: Path) -> None:
    rows: Cells = [
        ["SKU", "Name", "Source stock", "Starting stock"],
        *([f"M{n}", f"Lamp {n}", n, n % 3] for n in range(30)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (columns_of(reading)["quantity"], reading.mapping.added) == ("Source stock", ())


def test_one_word_in_different_cases_on_every_line_proves_no_stock(tmp_path: Path) -> None:
    rows: Cells = [
        ["SKU", "Name", "Gama"],
        *([f"M{n}", f"Lamp {n}", "ACTIVE" if n else "Active"] for n in range(30)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert "quantity" not in reading.mapping.fields


def test_codes_that_come_again_are_codes_beside_the_names_of_the_products(tmp_path: Path) -> None:
    rows: Cells = [
        ["termek", "nev", "ar", "mennyiseg"],
        *([f"P{n % 5:03}", f"Fehér póló {n % 5}", 3200, n] for n in range(60)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (columns_of(reading)["key"], columns_of(reading)["name"]) == ("termek", "nev")


def test_one_word_on_a_few_lines_proves_no_stock(tmp_path: Path) -> None:
    rows: Cells = [
        ["ID", "Название", "Комментарий"],
        *([f"M{n}", f"Лампа {n}", "OK"] for n in range(5)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert "quantity" not in reading.mapping.fields


def barcode(number: int) -> str:
    """A GTIN-13 with its check digit."""
    digits = f"400638{number:06}"
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighed % 10}"


def test_colours_with_barcodes_of_their_own_are_told_apart_by_them(tmp_path: Path) -> None:
    rows: Cells = [
        ["EAN", "Referencia", "Nombre", "Color", "Stock"],
        *(
            [barcode(n), f"T{n // 3}", f"Top {n // 3}", ("Blanco", "Negro", "Rojo")[n % 3], n]
            for n in range(60)
        ),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (columns_of(reading)["key"], reading.rows.height) == ("EAN", 60)
    assert [dict(doubt.facts) for doubt in reading.doubts if doubt.code == "column"] == [
        {"field": "key", "column": "EAN", "others": "“Referencia”"}
    ]


def test_lines_of_one_barcode_keep_the_code_of_their_article(tmp_path: Path) -> None:
    rows: Cells = [
        ["EAN", "Referencia", "Nombre", "Almacén", "Stock"],
        *([barcode(n // 3), f"T{n // 3}", f"Top {n // 3}", f"A{n % 3}", n] for n in range(60)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (columns_of(reading)["key"], reading.rows.height) == ("Referencia", 20)


@pytest.mark.parametrize(
    "header",
    [
        ["מק״ט", "שם מוצר", "מלאי", "מחיר"],
        ["كود الصنف", "اسم الصنف", "الكمية", "سعر الشراء"],
        ["商品コード", "商品名", "在庫数", "仕入価格"],
        ["商品编码", "商品名称", "库存数量", "进价"],
        ["상품코드", "상품명", "재고", "공급가"],
        ["Mã hàng", "Tên hàng", "Tồn kho", "Giá nhập"],
    ],
)
def test_columns_of_suppliers_far_away_are_known_by_their_names(tmp_path: Path, header: list[str]) -> None:
    rows: Cells = [header, *([f"A{n}", f"Fine thing {n}", n % 7, n * n % 23 + 0.5] for n in range(30))]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert columns_of(reading) == dict(zip(["key", "name", "quantity", "price"], header, strict=True))
    assert {guess.by for guess in reading.guesses if guess.column} == {"name"}


def test_names_written_without_blanks_are_no_codes(tmp_path: Path) -> None:
    rows: Cells = [
        ["店仓", "商品", "品名", "零售价", "库存数量"],
        *([f"{n % 3}号店", f"BJXJA{n // 3:04}", f"白云边{n // 3}度500ml", n + 0.5, n] for n in range(60)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    columns = columns_of(reading)
    assert (columns["key"], columns["name"], columns["quantity"]) == ("商品", "品名", "库存数量")
    assert reading.mapping.repeated == "sum"


def test_prices_in_currencies_from_far_away_are_amounts(tmp_path: Path) -> None:
    said = {
        "36 000 сум": "UZS",
        "1 200 сом": "KGS",
        "25元": "CNY",
        "3,500円": "JPY",
        "₩12,000": "KRW",
        "150.000 ₫": "VND",
    }
    rows: Cells = [["SKU", "Name", "Price"], *([f"A{n}", f"Lamp {n}", text] for n, text in enumerate(said))]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert reading.rows["currency"].to_list() == list(said.values())
    assert reading.totals.prices == len(said)


def test_a_score_of_what_is_in_an_inventory_is_no_stock(tmp_path: Path) -> None:
    rows: Cells = [
        ["Ref", "Name", "Inventory match score"],
        *([f"A{n}", f"Lamp {n}", 80 + n % 9] for n in range(30)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert "quantity" not in reading.mapping.fields


@pytest.mark.parametrize(
    "banner", [["Price list Lumo", None, None, "Date"], ["Price list", None, "Date", "01.12.2026"]]
)
def test_a_banner_above_names_that_need_none_is_no_part_of_them(
    tmp_path: Path, banner: list[str | None]
) -> None:
    rows: Cells = [
        banner,
        ["SKU", "Name", "Stock", "Price"],
        *([f"L-{n}", f"Lamp {n}", n, n + 9.5] for n in range(1, 5)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert reading.facts.columns == ("SKU", "Name", "Stock", "Price")
    assert rows_of(reading, "key", "quantity", "price")[0] == ("L-1", 1, Decimal("10.5"))


def test_several_barcodes_of_an_article_whose_lines_say_all_of_its_stock_are_no_colours(
    tmp_path: Path,
) -> None:
    rows: Cells = [
        ["SKU", "Name", "EAN", "Stock"],
        *([f"T{n // 2}", f"Top {n // 2}", barcode(n), n // 2] for n in range(60)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (columns_of(reading)["key"], reading.rows.height) == ("SKU", 30)
    assert reading.rows["quantity"].sum() == sum(range(30))


def test_codes_that_no_two_lines_share_stay_codes_where_some_lines_have_none(tmp_path: Path) -> None:
    rows: Cells = [
        ["SKU", "Name", "EAN", "Stock"],
        *([f"T{n}" if n % 3 else None, f"Top {n}", barcode(n), n] for n in range(60)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (columns_of(reading)["key"], reading.rows.height) == ("SKU", 40)


def test_an_article_without_a_price_stays_one_among_totals_of_groups(tmp_path: Path) -> None:
    rows: Cells = [[row[0] or row[1], *row[1:]] for row in grouped(priced=True, many=30)]
    rows = [[*row[:3], None] if row[0] == "B4" else row for row in rows]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert ("B4", 5) in rows_of(reading, "key", "quantity")
    assert (reading.totals.items, reading.rejects.height) == (90, 0)


def test_an_article_of_which_there_is_none_stays_one_below_the_total_of_its_group(tmp_path: Path) -> None:
    groups = [[row[0] or row[1], *row[1:]] for row in grouped(priced=True)]
    reading = read(workbook(tmp_path, {"List": [*groups, ["C1", "Desk", 0, None]]}))

    assert rows_of(reading, "key", "quantity", "price")[-1] == ("C1", 0, None)
    assert (reading.totals.items, reading.rejects.height) == (17, 8)


def test_two_articles_without_a_name_are_no_totals_of_the_few_below_them(tmp_path: Path) -> None:
    rows: Cells = [
        ["SKU", "Name", "Stock"],
        *(
            [f"P{n}", name, stock]
            for n, (name, stock) in enumerate(
                [(None, 5), ("Bolt", 2), ("Nut", 3), (None, 3), ("Screw", 1), ("Washer", 2)]
            )
        ),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (reading.totals.items, reading.rejects.height) == (6, 0)
