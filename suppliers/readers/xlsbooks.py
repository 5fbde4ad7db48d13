"""Old XLS workbooks, in their container or, as some programs write them, without."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from suppliers.readers.biff import Cell, cells, workbook_of
from suppliers.readers.compound import MAGIC, stream_of
from suppliers.readers.encodings import misread_as_western, reread, without_zeros
from suppliers.readers.errors import readable_size, refuse
from suppliers.readers.grids import CHUNK, figure, frame_of
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.numberformats import shows_day

_LARGEST = 256 * 1024**2
_LAST_DAY = 2_958_466


class XlsBook:
    """A workbook of 65,536 rows at most. Texts whose code page nobody names are told by their letters."""

    kind = "xls"

    def __init__(self, path: Path, limits: Limits, deadline: Deadline) -> None:
        size = path.stat().st_size
        if size > _LARGEST:
            raise refuse("too_large", size=readable_size(size), limit=readable_size(_LARGEST))
        content = path.read_bytes()
        self._stream = stream_of(content, ("Workbook", "Book")) if content.startswith(MAGIC) else content
        self._book = workbook_of(self._stream)
        self._limits, self._deadline = limits, deadline
        self._days = {at for at, number in enumerate(self._book.styles) if self._shows_day(number)}
        epoch = dt.datetime(1904, 1, 1) if self._book.since_1904 else dt.datetime(1899, 12, 30)  # noqa: DTZ001
        self._epoch = epoch
        visible = [name for name in self._book.sheets if name not in self._book.hidden]
        self.names = visible or list(self._book.sheets)

    def size(self, name: str) -> int:
        """How many bytes lie between the beginning of this sheet and the next."""
        places = sorted([*self._book.sheets.values(), len(self._stream)])
        place = self._book.sheets[name]
        return next((other for other in places if other > place), place) - place

    def frames(self, name: str) -> Iterator[pl.DataFrame]:
        """The rows of a sheet that hold something, some thousand at a time."""
        rows: dict[int, list[str | None]] = {}
        for count, cell in enumerate(cells(self._book, self._stream, name)):
            if count % 10_000 == 0:
                self._deadline.check()
            if len(rows) >= CHUNK and cell.row not in rows:
                yield _frame(rows)
                rows = {}
            self._put(rows, cell)
        if rows:
            yield _frame(rows)

    def _put(self, rows: dict[int, list[str | None]], cell: Cell) -> None:
        text = self._shown(cell)
        if not text:
            return
        if cell.column >= self._limits.max_columns:
            raise refuse("too_wide", limit=self._limits.max_columns)
        row = rows.setdefault(cell.row, [])
        row += [None] * (cell.column + 1 - len(row))
        row[cell.column] = text

    def _shows_day(self, number: int) -> bool:
        return shows_day(number, self._book.formats.get(number, ""))

    def _shown(self, cell: Cell) -> str | None:
        """The cell as its reader sees it: 12.0 is 12, a day is ISO."""
        value = cell.value
        if isinstance(value, str):
            return without_zeros(value)
        if isinstance(value, bool):
            return "true" if value else "false"
        if cell.style in self._days and 1 <= value < _LAST_DAY:
            moment = self._epoch + dt.timedelta(seconds=round(value * 86_400))
            return moment.date().isoformat() if value == int(value) else moment.isoformat(sep=" ")
        return figure(value)


def _frame(rows: dict[int, list[str | None]]) -> pl.DataFrame:
    return frame_of([(row + 1, rows[row]) for row in sorted(rows)])


def right_letters(grid: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Old XLS files may not say their code page; then Cyrillic comes out as "Öåíà" and is turned back."""
    texts = pl.concat([pl.Series(dtype=pl.String), *(grid[name] for name in grid.columns[1:])]).drop_nulls()
    odd = texts.filter(texts.str.contains(r"[^\x00-\x7f]")).unique(maintain_order=True)
    encoding = misread_as_western("\n".join(odd.head(2_000)))
    if not encoding:
        return grid, ""
    mended = odd.map_elements(lambda text: reread(text, encoding), return_dtype=pl.String)
    return grid.with_columns(pl.exclude("line").replace(odd, mended)), encoding
