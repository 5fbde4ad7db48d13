"""XLSX and old XLS spreadsheets."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from suppliers.readers.encodings import misread_as_western
from suppliers.readers.errors import refuse
from suppliers.readers.headers import names_known
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.sources import BATCH_ROWS, HEAD_ROWS, SAMPLE_ROWS, Origin, column
from suppliers.readers.values import Doubt
from suppliers.readers.zipguard import guard

_CHUNK = 20_000
_SHEETS = 50
_EPOCH = dt.date(1899, 12, 30)
# A spreadsheet shows a code as a date when its format says so; no feed has dates outside these years.
_YEARS = range(1950, 2101)
_FAR_DATE = r"^(?:1[0-8]\d\d|19[0-4]\d|210[1-9]|21[1-9]\d|2[2-9]\d\d|[3-9]\d\d\d)-\d\d-\d\d$"


class Workbook:
    """The sheet of a workbook that holds the feed: the one asked for, or the one whose columns we know best."""

    def __init__(self, path: Path, kind: str, limits: Limits, deadline: Deadline, *, sheet: str = "") -> None:
        self._limits, self._deadline = limits, deadline
        if kind == "xlsx":
            guard(path, limits, deadline)
        try:
            book = CalamineWorkbook.from_path(path)
            name, grid, doubts = self._chosen(book, sheet)
        except PasswordError as error:
            raise refuse("encrypted") from error
        except (CalamineError, OSError, ValueError, ArithmeticError, MemoryError) as error:
            raise refuse("unreadable") from error
        self._frame, encoding = _right_letters(grid) if kind == "xls" else (grid, "")
        if not self._frame.height:
            raise refuse("empty")
        self.origin = Origin(
            format=kind,
            size_bytes=path.stat().st_size,
            width=self._frame.width - 2,
            encoding=encoding or None,
            sheet=_reread(name, encoding) if encoding else name,
            doubts=doubts,
        )

    def sample(self) -> pl.DataFrame:
        step = max(1, self._frame.height // SAMPLE_ROWS)
        return self._frame.filter((pl.col("line") <= HEAD_ROWS) | (pl.col("line") % step == 0))

    def batches(self, columns: Sequence[int]) -> Iterator[pl.DataFrame]:
        wanted = self._frame.select("line", *(column(index) for index in columns))
        for start in range(0, wanted.height, BATCH_ROWS):
            self._deadline.check()
            yield wanted.slice(start, BATCH_ROWS)

    def mend(self) -> None:
        raise refuse("unreadable")

    def _chosen(self, book: CalamineWorkbook, asked: str) -> tuple[str, pl.DataFrame, tuple[Doubt, ...]]:
        names = [
            meta.name
            for meta in book.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet and meta.visible == SheetVisibleEnum.Visible
        ][:_SHEETS] or book.sheet_names[:_SHEETS]
        if not names:
            raise refuse("empty")
        if asked in names:
            return asked, self._grid(book.get_sheet_by_name(asked)), ()
        grids = {name: self._grid(book.get_sheet_by_name(name)) for name in names}
        best = max(grids, key=lambda name: _promise(grids[name]))
        others = [name for name in names if name != best and _promise(grids[name])[0] > 0]
        doubt = Doubt("sheets", {"sheets": ", ".join(others), "sheet": best})
        return best, grids[best], (doubt,) if others else ()

    def _grid(self, sheet: CalamineSheet) -> pl.DataFrame:
        width = sheet.width + (sheet.start or (0, 0))[1]
        if width > self._limits.max_columns:
            raise refuse("too_wide", limit=self._limits.max_columns)
        if sheet.height > self._limits.max_rows:
            raise refuse("too_many_rows", limit=f"{self._limits.max_rows:,}")
        frames = [_frame(rows, width) for rows in self._chunks(sheet)]
        frame = pl.concat(frames) if frames else _frame([], width)
        return _without_far_dates(frame.with_row_index("line", offset=1))

    def _chunks(self, sheet: CalamineSheet) -> Iterator[list[list[Any]]]:
        rows: list[list[Any]] = []
        for row in sheet.iter_rows():
            rows.append(row)
            if len(rows) >= _CHUNK:
                self._deadline.check()
                yield rows
                rows = []
        if rows:
            yield rows


def _frame(rows: list[list[Any]], width: int) -> pl.DataFrame:
    schema = {column(index): pl.String() for index in range(width + 1)}
    columns = zip(*rows, strict=True) if rows else [[]] * width
    texts = [[_text(value) for value in values] for values in columns]
    missing = width - len(texts)
    # Cells before the first used column are not handed out.
    blank: list[list[str | None]] = [[None] * len(rows)] * missing
    return pl.DataFrame([*blank, *texts, [None] * len(rows)], schema=schema, orient="col")


def _text(value: Any) -> str | None:
    """The cell as its reader sees it: 12.0 is 12, a date is ISO, an empty cell is nothing."""
    if isinstance(value, str):
        return value.replace("\x00", "") or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _figure(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return None if value is None else str(value)


def _figure(value: float) -> str | None:
    if value != value or value in (float("inf"), float("-inf")):
        return None
    if value == int(value) and abs(value) < 1e18:
        return str(int(value))
    # Fifteen digits are what a spreadsheet keeps: 0.30000000000000004 is 0.3.
    text = f"{value:.15g}"
    return f"{value:.20f}".rstrip("0") if "e-" in text else text


def _without_far_dates(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns of codes that a wrong number format made into dates, as the numbers they are."""
    changed = []
    for name in frame.columns[1:]:
        if frame[name].str.contains(_FAR_DATE).any():
            day = pl.col(name).str.to_date("%Y-%m-%d", strict=False)
            number = (day - pl.lit(_EPOCH)).dt.total_days().cast(pl.String)
            changed.append(pl.coalesce(number, name).alias(name))
    return frame.with_columns(changed) if changed else frame


def _promise(grid: pl.DataFrame) -> tuple[int, int]:
    """How much a sheet looks like the feed: columns we know by name, then its size."""
    head = grid.head(HEAD_ROWS).drop("line")
    known = max((names_known(row) for row in head.iter_rows()), default=0)
    filled = int(grid.select(pl.all_horizontal(pl.exclude("line").is_null()).not_().sum()).item())
    return (known, filled) if filled > 1 else (0, filled)


def _right_letters(grid: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Old XLS files may not say their code page; then Cyrillic comes out as "Öåíà" and is turned back."""
    texts = pl.concat([grid[name] for name in grid.columns[1:]]).drop_nulls()
    odd = texts.filter(texts.str.contains(r"[^\x00-\x7f]")).unique(maintain_order=True)
    encoding = misread_as_western("\n".join(odd.head(2_000)))
    if not encoding:
        return grid, ""
    mended = odd.map_elements(lambda text: _reread(text, encoding), return_dtype=pl.String)
    return grid.with_columns(pl.exclude("line").replace(odd, mended)), encoding


def _reread(text: str, encoding: str) -> str:
    return text.encode("cp1252", errors="replace").decode(encoding, errors="replace")
