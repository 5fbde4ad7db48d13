"""Spreadsheets: sheets, floats, dates that are codes, and bombs."""

import datetime as dt
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from suppliers.readers import ColumnMap, Limits, NotAFeed, read
from suppliers.readers.encodings import misread_as_western
from suppliers.readers.zipguard import column_number
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


@pytest.mark.parametrize(("cell", "code"), [("XFD1048576", "too_wide"), ("B1048576", "too_many_rows")])
def test_one_far_cell_does_not_make_a_sheet_of_billions(tmp_path: Path, cell: str, code: str) -> None:
    path = workbook(tmp_path, {"S": TABLE})
    bomb = replaced(
        path, "xl/worksheets/sheet1.xml", re.sub(rb'r="D3"', f'r="{cell}"'.encode(), sheet_xml(path))
    )

    with pytest.raises(NotAFeed) as refused:
        read(bomb, limits=Limits(max_grid=1_000_000))

    assert refused.value.code == code


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


def test_columns_are_lettered_as_in_a_spreadsheet() -> None:
    assert [column_number(letters) for letters in ("A", "Z", "AA", "XFD")] == [1, 26, 27, 16_384]


def test_a_headerless_sheet_names_its_columns_by_letter(tmp_path: Path) -> None:
    rows = [[f"X{number}AB", number % 5, number * 10 + 0.5] for number in range(1, 40)]

    assert columns_of(read(workbook(tmp_path, {"S": rows}))) == {"key": "A", "quantity": "B", "price": "C"}
