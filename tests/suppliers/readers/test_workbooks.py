"""Spreadsheets: sheets, floats, dates that are codes, and bombs."""

import datetime as dt
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from suppliers.readers import ColumnMap, Limits, NotAFeed, Reading, read, xlsxbooks
from suppliers.readers.encodings import misread_as_western
from suppliers.readers.sampling import sample
from tests.suppliers.readers.files import Cells, columns_of, rows_of, workbook

TABLE: Cells = [["SKU", "Name", "Qty", "Price"], ["A-1", "Chair", 5, 12.5], ["B-2", "Lamp", ">20", 0.1 + 0.2]]


def test_a_workbook_reads_like_the_same_csv(tmp_path: Path) -> None:
    reading = read(workbook(tmp_path, {"Stock": TABLE}))

    assert (reading.facts.format, reading.facts.sheet, reading.facts.header_row) == ("xlsx", "Stock", 1)
    assert rows_of(reading, "line", "key", "name", "quantity_kind", "quantity", "price") == [
        (2, "A-1", "Chair", "exact", 5, Decimal("12.5")),
        (3, "B-2", "Lamp", "at_least", 20, Decimal("0.3")),
    ]


def test_codes_stored_as_numbers_have_no_decimals(tmp_path: Path) -> None:
    reading = read(
        workbook(
            tmp_path, {"S": [["SKU", "EAN", "Qty"], [586786748, 4006381333931, 8], [2, 8720602828605, 9]]}
        )
    )

    assert rows_of(reading, "key", "gtin", "quantity") == [
        ("586786748", "4006381333931", 8),
        ("2", "8720602828605", 9),
    ]


def test_lines_are_counted_as_the_spreadsheet_shows_them(tmp_path: Path) -> None:
    reading = read(workbook(tmp_path, {"S": TABLE}, at=(3, 2)))

    assert reading.facts.header_row == 4
    assert rows_of(reading, "line", "key") == [(5, "A-1"), (6, "B-2")]


def test_codes_that_a_wrong_format_shows_as_dates_are_numbers_again(tmp_path: Path) -> None:
    far = [dt.datetime(7905, 1, 30), dt.datetime(2009, 7, 6)]  # noqa: DTZ001
    path = tmp_path / "dates.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, as_date = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["Code", "Qty"])
        for place, day in enumerate(far, 1):
            sheet.write_datetime(place, 0, day, as_date)
            sheet.write(place, 1, place)

    assert rows_of(read(path), "key") == [("2193312",), ("40000",)]


def test_the_sheet_with_known_columns_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"Read me": [["hello"], ["bye"]], "Stock": TABLE, "Old": [*TABLE[:2]]})

    reading = read(path)

    assert reading.facts.sheet == "Stock"
    assert [(doubt.code, doubt.facts) for doubt in reading.doubts] == [
        ("sheets", {"sheets": "Old", "sheet": "Stock"})
    ]


def test_the_sheet_of_a_saved_mapping_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"Stock": TABLE, "Old": [TABLE[0], ["Z-9", "Old thing", 1, 2]]})
    mapping = ColumnMap.from_json(read(path).mapping.to_json() | {"sheet": "Old"})

    assert rows_of(read(path, column_map=mapping), "key") == [("Z-9",)]


def test_a_workbook_without_a_line_is_no_feed(tmp_path: Path) -> None:
    with pytest.raises(NotAFeed) as empty:
        read(workbook(tmp_path, {"S": []}))
    with pytest.raises(NotAFeed) as header_only:
        read(workbook(tmp_path, {"S": [["SKU", "Qty"]]}, name="other.xlsx"))

    assert (empty.value.code, header_only.value.code) == ("empty", "header_only")


def replaced(path: Path, entry: str, content: bytes) -> Path:
    """The workbook with one of its parts replaced."""
    target = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name in source.namelist():
            out.writestr(name, content if name == entry else source.read(name))
    return target


def sheet_xml(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def test_a_small_zip_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"S": TABLE})
    bomb = replaced(path, "xl/worksheets/sheet1.xml", sheet_xml(path) + b" " * 30_000_000)

    with pytest.raises(NotAFeed) as refused:
        read(bomb, limits=Limits(max_unpacked=10_000_000))

    assert refused.value.code == "too_large_unpacked"
    assert bomb.stat().st_size < 100_000


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"S": TABLE})
    bomb = replaced(path, "xl/worksheets/sheet1.xml", sheet_xml(path) + b" " * 30_000_000)
    content = bytearray(bomb.read_bytes())
    true_size = (len(sheet_xml(path)) + 30_000_000).to_bytes(4, "little")
    bomb.write_bytes(bytes(content).replace(true_size, (1_000).to_bytes(4, "little")))

    with pytest.raises(NotAFeed) as refused:
        read(bomb, limits=Limits(max_unpacked=10_000_000))

    assert refused.value.code == "unreadable"


def with_last_cell_at(path: Path, cell: str) -> Path:
    return replaced(
        path, "xl/worksheets/sheet1.xml", re.sub(rb'r="D3"', f'r="{cell}"'.encode(), sheet_xml(path))
    )


def test_one_far_cell_does_not_make_a_sheet_of_billions(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"S": TABLE})

    with pytest.raises(NotAFeed) as refused:
        read(with_last_cell_at(path, "XFD1048576"))
    low = read(with_last_cell_at(path, "B1048576"))

    assert refused.value.code == "too_wide"
    assert rows_of(low, "key") == [("A-1",), ("B-2",)]


def test_what_a_sheet_claims_to_be_is_not_believed(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"S": TABLE})
    claim = re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1:XFD1048576"/>', sheet_xml(path))

    reading = read(replaced(path, "xl/worksheets/sheet1.xml", claim))

    assert rows_of(reading, "key") == [("A-1",), ("B-2",)]


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_workbook_cut_short_says_so(tmp_path: Path, keep: float) -> None:
    path = workbook(tmp_path, {"S": TABLE})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])

    with pytest.raises(NotAFeed) as refused:
        read(path)

    assert refused.value.code == "cut_short"


def test_cyrillic_that_was_taken_for_western_letters_is_turned_back() -> None:
    assert misread_as_western("Öåíà Íàçâàíèå Êàòåãîðèÿ") == "cp1251"
    assert misread_as_western("Größe Mütze Löffel") == ""
    assert misread_as_western("Цена") == ""


def test_a_headerless_sheet_names_its_columns_by_letter(tmp_path: Path) -> None:
    rows = [[f"X{number}AB", number % 5, number * 10 + 0.5] for number in range(1, 40)]

    assert columns_of(read(workbook(tmp_path, {"S": rows}))) == {"key": "A", "quantity": "B", "price": "C"}


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cols><col min="1"/></cols>'
    "<sheetData>{0}</sheetData><pageMargins/></worksheet>"
)


def read_sheet(folder: Path, rows: str) -> Reading:
    """A sheet whose XML a program of its own kind wrote."""
    path = workbook(folder, {"S": TABLE})
    return read(replaced(path, "xl/worksheets/sheet1.xml", SHEET.format(rows).encode()))


def test_cells_of_every_type(tmp_path: Path) -> None:
    reading = read_sheet(
        tmp_path,
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>S</t></r><r><t xml:space="preserve">KU</t></r></is></c>'
        '<c r="B1" t="str"><f>"Q"&amp;"ty"</f><v>Qty</v></c><c r="C1" t="inlineStr"><is><t>Price</t></is></c></row>'
        '<row r="3"><c t="inlineStr" r="A3"><is><t>A &amp; &lt;B&gt; &#233;_x000D_</t></is></c>'
        "<c r='B3'><v>5.0</v></c><c r=\"C3\"><f>1/8</f><v>1.25E-1</v></c></row>"
        '<row r="4"><c r="A4" s="0"/><c r="B4" t="e"><v>#N/A</v></c></row>'
        '<row><c t="str"><v>B-2</v></c><c><v>-1</v></c><c t="b"><v>1</v></c></row>',
    )

    assert rows_of(reading, "line", "key", "quantity_stated", "price_raw") == [
        (3, "A & <B> é", 5.0, "0.125"),
        (5, "B-2", -1.0, "true"),
    ]


def test_elements_with_a_prefix(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"S": TABLE})
    prefixed = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", sheet_xml(path).partition(b"?>")[2])

    reading = read(replaced(path, "xl/worksheets/sheet1.xml", prefixed))

    assert rows_of(reading, "key", "quantity") == [("A-1", 5), ("B-2", 20)]


def test_days_are_days_whatever_their_format(tmp_path: Path) -> None:
    path = tmp_path / "days.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["SKU", "Qty", "Next delivery"])
        for place, pattern in enumerate(
            ["dd/mm/yy", "d mmm yyyy", "[$-40C]d mmmm yyyy;@", "yyyy-mm-dd hh:mm"], 1
        ):
            sheet.write_row(place, 0, [f"A-{place}", place])
            day = dt.datetime(2026, 3, 5, 0 if place < 4 else 14)  # noqa: DTZ001
            sheet.write_datetime(place, 2, day, book.add_format({"num_format": pattern}))

    assert sample(path).lines[1].cells[2] == "2026-03-05"
    assert [line.cells[2] for line in sample(path).lines[3:5]] == ["2026-03-05", "2026-03-05 14:00:00"]


def test_a_hidden_sheet_is_not_the_feed(tmp_path: Path) -> None:
    path = tmp_path / "hidden.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for title, code in (("Shown", "A-1"), ("Hidden", "Z-9")):
            sheet = book.add_worksheet(title)
            sheet.write_row(0, 0, ["SKU", "Qty", "Price"])
            sheet.write_row(1, 0, [code, 5, 1.5])
        sheet.hide()

    reading = read(path)

    assert (reading.facts.sheet, rows_of(reading, "key"), reading.doubts) == ("Shown", [("A-1",)], ())


def test_a_long_sheet_is_read_in_blocks_and_reads_like_a_short_one(tmp_path: Path) -> None:
    rows = [[f"A-{number}", f"Chair {number % 40}", number % 50, number / 4] for number in range(20_000)]

    reading = read(workbook(tmp_path, {"S": [["SKU", "Name", "Qty", "Price"], *rows]}))

    assert reading.rows.height == 20_000
    assert reading.totals.quantity_sum == sum(number % 50 for number in range(20_000))
    assert rows_of(reading, "line", "key", "quantity", "price")[-1] == (
        20_001,
        "A-19999",
        49,
        Decimal("4999.75"),
    )


def test_a_cell_of_megabytes_in_a_sheet_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsxbooks, "_LARGEST_ROW", 3_000_000)
    cell = f'<row><c t="inlineStr"><is><t>{"x" * 4_000_000}</t></is></c></row>'

    with pytest.raises(NotAFeed) as refused:
        read_sheet(tmp_path, cell)

    assert refused.value.code == "too_long_piece"


def test_a_remark_beside_the_table_of_a_sheet_pushes_no_cell_aside(tmp_path: Path) -> None:
    rows: Cells = [
        ["Name", "Price"],
        *([f"Wine {n}", n + 0.5, *(["rosé"] if n == 3 else [])] for n in range(20)),
    ]
    reading = read(workbook(tmp_path, {"List": rows}))

    assert (reading.rows.height, reading.rejects.height) == (20, 0)


@pytest.mark.parametrize(
    ("header", "pushed"),
    [
        (["sku", "name", "qty", "price"], ["A2", "Cable", "2 m", 7, 2.5]),
        (["sku", "name", "price", "qty"], ["A2", "Rope", 2, 50, 9]),
        (["sku", "qty", "price", "name"], ["A2", 9, 2, 50, "Rope"]),
    ],
)
def test_a_cell_that_was_divided_and_pushed_the_others_aside_rejects_its_line(
    tmp_path: Path, header: list[str], pushed: list[object]
) -> None:
    usual = {"sku": "B{}", "name": "Thing {}", "qty": "{}", "price": "{}.5"}
    rows = [[usual[name].format(n) for name in header] for n in range(30)]
    reading = read(workbook(tmp_path, {"List": [header, *rows, pushed]}))

    assert (reading.rows.height, reading.rejects["reason"].to_list()) == (30, ["too_many_cells"])
