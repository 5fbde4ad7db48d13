"""Spreadsheets that are not Excel's of today: ODS, and the XML of Excel 2003."""

import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from suppliers.readers import NotAFeed, read
from suppliers.readers.sampling import sample
from tests.suppliers.readers.files import Cells, columns_of, ods, rows_of, written

TABLE: Cells = [
    ["SKU", "Name", "Qty", "Price"],
    ["A-1", "Chair & <table>", 5, 12.5],
    ["B-2", "Lamp", ">20", 3],
]
ROWS = [
    (2, "A-1", "Chair & <table>", "exact", 5, Decimal("12.5")),
    (3, "B-2", "Lamp", "at_least", 20, Decimal(3)),
]
FIELDS = ("line", "key", "name", "quantity_kind", "quantity", "price")


def refused(path: Path) -> str:
    with pytest.raises(NotAFeed) as error:
        read(path)
    return error.value.code


def sheet(rows: str, name: str = "S") -> str:
    return f'<table:table table:name="{name}">{rows}</table:table>'


EMPTY = '<table:table-cell table:number-columns-repeated="{}"/>'
SOME = '<table:table-cell table:number-columns-repeated="{}"><text:p>{}</text:p></table:table-cell>'


def in_row(inside: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{inside}</table:table-row>"


def cells(*texts: str) -> str:
    return in_row("".join(SOME.format(1, text) for text in texts))


def test_an_ods_reads_like_the_same_csv(tmp_path: Path) -> None:
    reading = read(ods(tmp_path, {"Stock": TABLE}))

    assert (reading.facts.format, reading.facts.sheet, reading.facts.header_row) == ("ods", "Stock", 1)
    assert rows_of(reading, *FIELDS) == ROWS


def test_the_sheet_with_known_columns_is_read_below_its_banner(tmp_path: Path) -> None:
    banner: Cells = [["Price list of 1 March"], [None], ["Tel.", "01 23 45"]]
    groups: Cells = [TABLE[0], ["Chairs"], TABLE[1], ["Lamps"], TABLE[2]]

    reading = read(ods(tmp_path, {"Read me": [["hello"], ["bye"]], "Stock": [*banner, *groups]}))

    assert (reading.facts.sheet, reading.facts.header_row) == ("Stock", 4)
    assert rows_of(reading, "line", "key") == [(6, "A-1"), (8, "B-2")]
    assert reading.skipped.headings == 2


def test_numbers_are_what_is_stored_whatever_is_shown(tmp_path: Path) -> None:
    def number(value: str, shown: str, kind: str = "float") -> str:
        return (
            f'<table:table-cell office:value-type="{kind}" office:value="{value}"><text:p>{shown}</text:p>'
            "</table:table-cell>"
        )

    def row(code: str, shown: str, price: str) -> str:
        return in_row(number(code, shown) + number("5", "5,00") + number(price, "1 234,50 €", "currency"))

    rows = [row("586786748", "586 786 748", "1234.5"), row("45.0", "45,00", "0.1")]

    reading = read(ods(tmp_path, {}, body=sheet(cells("SKU", "Qty", "Price") + "".join(rows))))

    assert rows_of(reading, "key", "quantity", "price") == [
        ("586786748", 5, Decimal("1234.5")),
        ("45", 5, Decimal("0.1")),
    ]


def test_dates_notes_spaces_and_paragraphs(tmp_path: Path) -> None:
    day = (
        '<table:table-cell office:value-type="date" office:date-value="2026-03-05"><text:p>5/3/26</text:p>'
        "</table:table-cell>"
    )
    name = (
        "<table:table-cell><office:annotation><text:p>a note</text:p></office:annotation>"
        '<text:p>Big<text:s text:c="2"/><text:span>red</text:span></text:p><text:p>chair</text:p></table:table-cell>'
    )
    code = "<table:table-cell><text:p>A-1</text:p></table:table-cell>"
    row = in_row(code + name + day)

    looked = sample(ods(tmp_path, {}, body=sheet(cells("SKU", "Name", "Arrival") + row)))

    assert looked.lines[1].cells == ("A-1", "Big  red\nchair", "2026-03-05")


def test_empty_cells_to_the_edge_of_the_sheet_cost_nothing(tmp_path: Path) -> None:
    blank, below = EMPTY.format(16384), 'table:number-rows-repeated="{}"'
    rows = cells("SKU", "Qty") + in_row(blank) + in_row(blank, below.format(3))
    rows += in_row(
        "<table:table-cell><text:p>A-1</text:p></table:table-cell>" + SOME.format(1, 5) + EMPTY.format(16382)
    )
    rows += in_row(blank, below.format(1048570))

    assert rows_of(read(ods(tmp_path, {}, body=sheet(rows))), "line", "key", "quantity") == [(6, "A-1", 5)]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (in_row(SOME.format(1, "x"), 'table:number-rows-repeated="99999999"'), "too_many_rows"),
        (in_row(SOME.format(16384, "x")), "too_wide"),
    ],
)
def test_repeated_cells_are_no_bomb(tmp_path: Path, row: str, code: str) -> None:
    assert refused(ods(tmp_path, {}, body=sheet(cells("SKU", "Qty") + row))) == code


def test_a_hidden_sheet_is_not_the_feed(tmp_path: Path) -> None:
    body = sheet(cells("SKU", "Qty") + cells("A-1", "5"), "Shown") + sheet(
        cells("SKU", "Qty", "Price") + cells("Z-9", "7", "1.5"), "Hidden"
    ).replace("table:name", 'table:style-name="ta1" table:name')
    style = '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'

    reading = read(ods(tmp_path, {}, body=style + body))

    assert (reading.facts.sheet, rows_of(reading, "key"), reading.doubts) == ("Shown", [("A-1",)], ())


def test_an_ods_behind_a_password(tmp_path: Path) -> None:
    path = ods(tmp_path, {"S": TABLE})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "META-INF/manifest.xml", "<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
        )

    assert refused(path) == "encrypted"


def test_half_an_ods(tmp_path: Path) -> None:
    content = ods(tmp_path, {"S": [[f"A-{number}", number] for number in range(500)]}).read_bytes()

    assert refused(written(tmp_path, content[: len(content) // 2])) == "cut_short"


EXCEL_2003 = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="Prices"><Table>
<Row><Cell ss:StyleID="s1"><Data ss:Type="String">SKU</Data></Cell><Cell><Data ss:Type="String">Qty</Data></Cell>
<Cell ss:Index="4"><Data ss:Type="String">Price</Data></Cell></Row>
<Row ss:Index="5"><Cell><Data ss:Type="String">A-1</Data></Cell><Cell><Data ss:Type="Number">5</Data></Cell>
<Cell ss:Index="4"><Data ss:Type="Number">12.50</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">77</Data></Cell><Cell><Data ss:Type="String">&gt;20</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


def test_the_xml_of_excel_2003(tmp_path: Path) -> None:
    reading = read(written(tmp_path, EXCEL_2003, "prices.xls"))

    assert (reading.facts.format, reading.facts.sheet, reading.facts.header_row) == ("xml", "Prices", 1)
    assert columns_of(reading) == {"key": "SKU", "quantity": "Qty", "price": "Price"}
    assert rows_of(reading, "line", "key", "quantity_kind", "quantity", "price") == [
        (5, "A-1", "exact", 5, Decimal("12.5")),
        (6, "77", "at_least", 20, None),
    ]
