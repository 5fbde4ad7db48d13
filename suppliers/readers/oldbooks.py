"""Old XLS and binary XLSB workbooks, which are read as a whole."""

import datetime as dt
from collections.abc import Iterator
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
from suppliers.readers.grids import CHUNK, figure, frame_of
from suppliers.readers.limits import Deadline, Limits

_FAILURES = (CalamineError, OSError, ValueError, ArithmeticError, MemoryError)


class OldBook:
    """A workbook of 65,536 rows at most (XLS), or a packed one (XLSB)."""

    def __init__(self, path: Path, kind: str, limits: Limits, deadline: Deadline) -> None:
        self.kind, self._limits, self._deadline = kind, limits, deadline
        try:
            self._book = CalamineWorkbook.from_path(path)
        except PasswordError as error:
            raise refuse("encrypted") from error
        except _FAILURES as error:
            raise refuse("unreadable") from error
        sheets = [meta for meta in self._book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        visible = [meta.name for meta in sheets if meta.visible == SheetVisibleEnum.Visible]
        self.names = visible or self._book.sheet_names
        self._sheets: dict[str, CalamineSheet] = {}

    def size(self, name: str) -> int:
        """The number of rows."""
        return int(self._sheet(name).height)

    def frames(self, name: str) -> Iterator[pl.DataFrame]:
        """The rows of a sheet, some thousand at a time."""
        sheet = self._sheet(name)
        before = [None] * (sheet.start or (0, 0))[1]
        if sheet.width + len(before) > self._limits.max_columns:
            raise refuse("too_wide", limit=self._limits.max_columns)
        rows: list[tuple[int, list[str | None]]] = []
        for number, row in enumerate(sheet.iter_rows(), 1):
            rows.append((number, [*before, *map(_text, row)]))
            if len(rows) >= CHUNK:
                self._deadline.check()
                yield frame_of(rows)
                rows = []
        if rows:
            yield frame_of(rows)

    def _sheet(self, name: str) -> CalamineSheet:
        if name not in self._sheets:
            try:
                self._sheets[name] = self._book.get_sheet_by_name(name)
            except _FAILURES as error:
                raise refuse("unreadable") from error
        return self._sheets[name]


def _text(value: Any) -> str | None:
    """The cell as its reader sees it: 12.0 is 12, a date is ISO, an empty cell is nothing."""
    if isinstance(value, str):
        return value.replace("\x00", "") or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return figure(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return None if value is None else str(value)


def right_letters(grid: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Old XLS files may not say their code page; then Cyrillic comes out as "Öåíà" and is turned back."""
    texts = pl.concat([pl.Series(dtype=pl.String), *(grid[name] for name in grid.columns[1:])]).drop_nulls()
    odd = texts.filter(texts.str.contains(r"[^\x00-\x7f]")).unique(maintain_order=True)
    encoding = misread_as_western("\n".join(odd.head(2_000)))
    if not encoding:
        return grid, ""
    mended = odd.map_elements(lambda text: reread(text, encoding), return_dtype=pl.String)
    return grid.with_columns(pl.exclude("line").replace(odd, mended)), encoding


def reread(text: str, encoding: str) -> str:
    """A text whose bytes were taken for western letters."""
    return text.encode("cp1252", errors="replace").decode(encoding, errors="replace")
