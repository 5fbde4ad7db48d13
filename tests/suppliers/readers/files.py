"""Small feed files for the tests of the readers."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

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


def columns_of(reading: Reading) -> dict[str, str]:
    """Which column was taken for each field."""
    return {guess.field: guess.column for guess in reading.guesses if guess.column is not None}


def rows_of(reading: Reading, *names: str) -> list[tuple[Any, ...]]:
    return reading.rows.select(names).rows()


def read_text(folder: Path, content: str | bytes) -> Reading:
    return read(written(folder, content))
