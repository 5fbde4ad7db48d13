"""Small feed files for the tests of the readers."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from suppliers.readers import Reading, read

type Cells = Sequence[Sequence[object]]


def written(folder: Path, content: str | bytes, name: str = "feed.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def as_csv(
    rows: Cells, *, delimiter: str = ";", newline: str = "\n", quoting: int = csv.QUOTE_MINIMAL
) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=newline, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def workbook(
    folder: Path, sheets: Mapping[str, Cells], *, at: tuple[int, int] = (0, 0), name: str = "feed.xlsx"
) -> Path:
    """An XLSX file; `at` is where the first cell of each sheet stands."""
    path = folder / name
    with xlsxwriter.Workbook(str(path)) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for place, row in enumerate(rows):
                sheet.write_row(at[0] + place, at[1], row)
    return path


def ods(folder: Path, sheets: Mapping[str, Cells], *, body: str | None = None) -> Path:
    """An ODS file; `body` is the XML of its sheets where a test writes it itself."""
    tables = "".join(
        f'<table:table table:name="{title}">{"".join(map(_ods_row, rows))}</table:table>'
        for title, rows in sheets.items()
    )
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    path = folder / "feed.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>{body or tables}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def _ods_row(cells: Sequence[object]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>"


def _ods_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}">'
            f"<text:p>{value:.2f}</text:p></table:table-cell>"
        )
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'


def columns_of(reading: Reading) -> dict[str, str]:
    """Which column was taken for each field."""
    return {guess.field: guess.column for guess in reading.guesses if guess.column is not None}


def rows_of(reading: Reading, *names: str) -> list[tuple[Any, ...]]:
    return reading.rows.select(names).rows()


def read_text(folder: Path, content: str | bytes) -> Reading:
    return read(written(folder, content))
