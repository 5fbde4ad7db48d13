"""Reports, order forms and lists of parts: what stands beside a stock and is none, and articles that lack something."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.suppliers.readers.files import columns_of, read_text, rows_of

PLACES = "Barcode;Name;Code;North (main);;South;\n;;;Kept aside;Available;Kept aside;Available\n"


def test_a_second_row_of_names_stands_above_numbers_that_are_open_at_the_end(tmp_path: Path) -> None:
    lines = "".join(f"{n};Lamp {n};L-{n};{n};> 500;> 500;{n + 3}\n" for n in range(1, 9))
    reading = read_text(tmp_path, PLACES + lines)

    stocks = [reading.mapping.fields["quantity"], *reading.mapping.added]
    assert [reading.mapping.header[index] for index in sorted(stocks)] == [
        "North (main) Available",
        "South Available",
    ]
    assert rows_of(reading, "key", "quantity_kind", "quantity")[0] == ("L-1", "at_least", 504)


def test_an_article_with_another_price_than_ours_is_no_heading(tmp_path: Path) -> None:
    lines = "".join(f"Paste {n};1x10;{n}0;{n}\n" for n in range(1, 9))
    reading = read_text(
        tmp_path, f"Product;Packing;MRP;Rate\nNEW GOODS;;;\n{lines}Drops;1x5;12;\nSyrup;1x1;30;\n"
    )

    assert columns_of(reading)["price"] == "Rate"
    assert rows_of(reading, "key", "price")[-3:] == [
        ("Paste 8", Decimal(8)),
        ("Drops", None),
        ("Syrup", None),
    ]
    assert (reading.skipped.headings, reading.totals.without_price) == (1, 2)


def test_a_heading_whose_text_stands_in_every_column_stays_one_beside_other_prices(tmp_path: Path) -> None:
    lines = "".join(f"A{n};Paste {n};{n}0;{n}\n" for n in range(1, 9))
    reading = read_text(
        tmp_path, f"Code;Name;MRP;Rate\nGroup one;;;\n{lines}Group two;;see below;\nB1;Oil;4;3\n"
    )

    assert (reading.rows.height, reading.skipped.headings) == (9, 2)


@pytest.mark.parametrize(
    "name", ["Quantity needed", "Potrzebna ilość", "Shortfall quantity", "Cantidad requerida"]
)
def test_what_somebody_needs_or_lacks_is_no_stock(tmp_path: Path, name: str) -> None:
    lines = "".join(f"A{n};Flour {n};{n}.50;{n}00\n" for n in range(1, 9))
    reading = read_text(tmp_path, f"sku;name;price;{name}\n{lines}")

    assert "quantity" not in columns_of(reading)
    assert "no_quantity" in [doubt.code for doubt in reading.doubts]


@pytest.mark.parametrize("name", ["Última compra", "Last sale", "Bestellvorschlag", "Compras recomendadas"])
def test_how_much_was_bought_last_or_should_be_is_no_price(tmp_path: Path, name: str) -> None:
    lines = "".join(f"A{n};Filter {n};{n};{n}.5\n" for n in range(1, 9))
    reading = read_text(tmp_path, f"sku;name;stock;{name}\n{lines}")

    assert columns_of(reading) == {"key": "sku", "name": "name", "quantity": "stock"}


@pytest.mark.parametrize("name", ["Precio última compra", "Last purchase price", "Costo ultima compra"])
def test_the_price_of_what_was_bought_last_is_a_price(tmp_path: Path, name: str) -> None:
    lines = "".join(f"A{n};Filter {n};{n};{n}.5\n" for n in range(1, 9))
    reading = read_text(tmp_path, f"sku;name;stock;{name}\n{lines}")

    assert columns_of(reading) == {"key": "sku", "name": "name", "quantity": "stock", "price": name}


def _form(filled: int, lines: int) -> str:
    return "sku;name;price;qty\n" + "".join(
        f"A{n};Rocket {n};{n};{n if n <= filled else ''}\n" for n in range(1, lines + 1)
    )


def test_a_column_that_hardly_a_line_fills_may_be_for_orders_and_is_asked_about(tmp_path: Path) -> None:
    reading = read_text(tmp_path, _form(2, 40))

    asked = [doubt for doubt in reading.doubts if doubt.code == "hardly_filled"]
    assert [doubt.facts for doubt in asked] == [{"column": "“qty”", "count": 2, "items": 40}]


@pytest.mark.parametrize(("filled", "lines"), [(40, 40), (4, 40), (1, 19), (1, 1), (0, 40)])
def test_a_stock_that_some_lines_state_or_few_lines_have_is_not_asked_about(
    tmp_path: Path, filled: int, lines: int
) -> None:
    reading = read_text(tmp_path, _form(filled, lines))

    assert "hardly_filled" not in [doubt.code for doubt in reading.doubts]


def test_parts_without_a_number_that_have_names_of_their_own_go_on_with_none_above(tmp_path: Path) -> None:
    names = ["Coil 2u", "Diode 1N", "Plug RJ", "Fuse 2A", "Relay 5V", "Clamp M3"]
    bare = "".join(f";{name};Drawer {n};{n}\n" for n, name in enumerate(names))
    reading = read_text(
        tmp_path, f"Part number;Name;Location;Qty\nC-1;Capacitor;Box A;5\nC-2;Crystal;Box B;6\n{bare}"
    )

    assert rows_of(reading, "key", "quantity") == [("C-1", 5), ("C-2", 6)]
    assert reading.rejects["reason"].to_list() == ["no_code"] * 6


def test_sizes_that_repeat_the_name_of_their_article_go_on_with_it(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path,
        "Code;Name;Size;Qty\nA1;Shirt small;S;5\n;Shirt medium;M;3\n;Shirt large;L;1\nA2;Skirt;S;1\n;Skirt wide;M;2\n",
    )

    assert rows_of(reading, "key", "quantity") == [("A1", 9), ("A2", 3)]


@pytest.mark.parametrize("name", ["loja_id", "Sucursal", "Tienda", "Negozio", "Filiale"])
def test_lines_of_one_code_in_several_shops_are_added_up(tmp_path: Path, name: str) -> None:
    reading = read_text(tmp_path, f"sku;{name};stock\nA1;Porto;3\nA1;Faro;4\nB2;Porto;1\n")

    assert rows_of(reading, "key", "quantity") == [("A1", 7), ("B2", 1)]


def _of_machines(shared: int) -> str:
    codes = [f"M-{max(n, shared)}" for n in range(8)]
    return "place mark;what;stock;price\n" + "".join(
        f"{code};Bolt, long {n};{n};{n}.50\n" for n, code in enumerate(codes)
    )


def test_codes_that_lines_share_are_asked_about_where_no_name_says_that_they_are_codes(
    tmp_path: Path,
) -> None:
    reading = read_text(tmp_path, _of_machines(shared=3))

    asked = [doubt.facts for doubt in reading.doubts if doubt.code == "by_cells"]
    assert asked == [{"field": "key", "column": "place mark"}]


def test_codes_of_which_each_line_has_its_own_are_not_asked_about(tmp_path: Path) -> None:
    reading = read_text(tmp_path, _of_machines(shared=0))

    assert (columns_of(reading)["key"], [doubt.code for doubt in reading.doubts]) == ("place mark", [])
