"""Spreadsheets of any kind: the sheet that holds the feed, as a grid."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import polars as pl

from suppliers.readers.encodings import reread
from suppliers.readers.errors import NotAFeed, refuse
from suppliers.readers.headers import names_known
from suppliers.readers.htmlbooks import HtmlBook
from suppliers.readers.layouts import is_store
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.names import meanings
from suppliers.readers.odsbooks import OdsBook
from suppliers.readers.sources import HEAD_ROWS, Origin
from suppliers.readers.spools import Spool
from suppliers.readers.values import Doubt
from suppliers.readers.xlsbooks import XlsBook, right_letters
from suppliers.readers.xlsxbooks import XlsxBook
from suppliers.readers.xmlbooks import XmlBook

_SHEETS = 50
_SURE = 0.7
_EPOCH = dt.date(1899, 12, 30)
# A spreadsheet shows a code as a date when its format says so; no feed has dates outside these years.
_FAR_DATE = r"^(?:1[0-8]\d\d|19[0-4]\d|210[1-9]|21[1-9]\d|2[2-9]\d\d|[3-9]\d\d\d)-\d\d-\d\d$"


class Book(Protocol):
    """A workbook: the names of its sheets, and the rows of each with `line` and texts `c0`, `c1`, ..."""

    @property
    def kind(self) -> str: ...

    @property
    def names(self) -> Sequence[str]: ...

    def size(self, name: str) -> int:
        """How much there is in a sheet, to compare it with others of the same book."""
        ...

    def frames(self, name: str) -> Iterator[pl.DataFrame]: ...


BOOKS: Mapping[str, Callable[[Path, Limits, Deadline], Book]] = {
    "xlsx": XlsxBook,
    "ods": OdsBook,
    "xml": XmlBook,
    "xls": XlsBook,
    "html": HtmlBook,
}


class Workbook:
    """The sheet of a workbook that holds the feed: the one asked for, or the one whose columns we know best."""

    def __init__(
        self, path: Path, kind: str, limits: Limits, deadline: Deadline, workdir: Path, *, sheet: str = ""
    ) -> None:
        book = BOOKS[kind](path, limits, deadline)
        name, doubts = _chosen(book, sheet)
        if isinstance(book, HtmlBook) and book.breaks_off:
            doubts = (*doubts, Doubt("breaks_off"))
        self._codes: set[str] = set()
        self._encoding = ""
        frames = self._mended(book.frames(name)) if kind == "xls" else book.frames(name)
        self._spool = Spool(self._looked_at(frames), limits, deadline, workdir)
        if not self._spool.height:
            raise refuse("empty")
        self.origin = Origin(
            format=kind,
            size_bytes=path.stat().st_size,
            width=self._spool.width,
            encoding=self._encoding or None,
            sheet=reread(name, self._encoding) if self._encoding else name,
            doubts=doubts,
        )

    def sample(self) -> pl.DataFrame:
        return self._with_codes(self._spool.sample())

    def batches(self, columns: Sequence[int]) -> Iterator[pl.DataFrame]:
        yield from map(self._with_codes, self._spool.batches(columns))

    def mend(self) -> None:
        raise refuse("unreadable")

    def _mended(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        grid = pl.concat([pl.DataFrame(schema={"line": pl.UInt32()}), *frames], how="diagonal")
        grid, self._encoding = right_letters(grid)
        yield grid

    def _looked_at(self, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """The frames as they are; remembers in which columns a wrong number format made codes into dates."""
        for frame in frames:
            far = frame.select(pl.exclude("line").str.contains(_FAR_DATE).any())
            self._codes |= {name for name in far.columns if far[name][0]}
            yield frame

    def _with_codes(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Columns of codes that are shown as dates, as the numbers they are."""
        codes = self._codes.intersection(frame.columns)
        return frame.with_columns(_as_numbers(name) for name in codes) if codes else frame


def _as_numbers(name: str) -> pl.Expr:
    day = pl.col(name).str.to_date("%Y-%m-%d", strict=False)
    return pl.coalesce((day - pl.lit(_EPOCH)).dt.total_days().cast(pl.String), name).alias(name)


def _chosen(book: Book, asked: str) -> tuple[str, tuple[Doubt, ...]]:
    """The sheet to read; the others that look like tables are named."""
    names = list(book.names)[:_SHEETS]
    if not names:
        raise refuse("empty")
    if asked in names:
        return asked, ()
    if len(names) == 1:
        return names[0], ()
    promises = {name: _promise(book, name) for name in names}
    best = max(names, key=lambda name: promises[name])
    others = [name for name in names if name != best and promises[name][0] > 0]
    doubt = Doubt("sheets", {"sheets": ", ".join(others), "sheet": best})
    return best, (doubt,) if others else ()


def _promise(book: Book, name: str) -> tuple[int, int, int]:
    """How much a sheet looks like the feed: columns we know by name, then its size."""
    try:
        head = next(iter(book.frames(name)), pl.DataFrame({"line": []})).head(HEAD_ROWS).drop("line")
    except NotAFeed as problem:
        if problem.code in {"too_slow", "too_large_unpacked"}:
            raise
        return 0, 0, 0
    known = max((names_known(row) for row in head.iter_rows()), default=0)
    if known > 1 and (
        is_store(name)
        or any(found.field == "quantity" for found in meanings(name)[:1] if found.score > _SURE)
    ):
        # Of two sheets alike, the one that is called a stock.
        known += 1
    return (known, book.size(name), head.height) if head.height > 1 else (0, head.height, 0)
