"""The spreadsheets of Excel 2003 that are XML."""

from collections.abc import Iterator
from itertools import batched
from pathlib import Path

import polars as pl

from suppliers.readers.errors import refuse
from suppliers.readers.grids import CHUNK, figure, frame_of
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.xmltexts import utf8_blocks
from suppliers.readers.xmlwalk import Attributes, Handler, NotWellFormed, walked


class XmlBook:
    """A workbook in SpreadsheetML."""

    kind = "xml"

    def __init__(self, path: Path, limits: Limits, deadline: Deadline) -> None:
        self._path, self._limits, self._deadline = path, limits, deadline
        counts = _Counts()
        for _nothing in self._walked(counts):
            pass
        self._rows = counts.rows
        self.names = list(counts.rows)

    def size(self, name: str) -> int:
        """The number of rows that are written down."""
        return self._rows[name]

    def frames(self, name: str) -> Iterator[pl.DataFrame]:
        """The rows of a sheet, some thousand at a time."""
        yield from self._walked(_Rows(name, self._limits))

    def _walked(self, handler: Handler[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        try:
            yield from walked(utf8_blocks(self._path, self._deadline), handler, self._deadline)
        except NotWellFormed as error:
            raise refuse("unreadable") from error


class _Counts(Handler[pl.DataFrame]):
    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self._sheet = ""

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Worksheet":
            self._sheet = attributes.get("ss:Name", "")
            self.rows.setdefault(self._sheet, 0)
        elif name == "Row" and self._sheet in self.rows:
            self.rows[self._sheet] += 1


class _Rows(Handler[pl.DataFrame]):
    """The rows of one sheet."""

    def __init__(self, sheet: str, limits: Limits) -> None:
        self._sheet, self._limits = sheet, limits
        self._inside = False
        self._line = self._length = 0
        self._cells: list[str | None] = []
        self._kind = ""
        self._texts: list[str] | None = None
        self._rows: list[tuple[int, list[str | None]]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "Worksheet":
            self._inside, self._line = attributes.get("ss:Name", "") == self._sheet, 0
        elif not self._inside:
            return
        elif name == "Row":
            self._line = self._place(attributes, self._line + 1)
            self._cells = []
        elif name == "Cell":
            self._start_cell(self._place(attributes, len(self._cells) + 1))
        elif name == "Data":
            self._kind, self._texts, self._length = attributes.get("ss:Type", ""), [], 0

    def _start_cell(self, place: int) -> None:
        if place > self._limits.max_columns:
            raise refuse("too_wide", limit=self._limits.max_columns)
        self._cells += [None] * (place - len(self._cells))

    def _place(self, attributes: Attributes, usual: int) -> int:
        stated = attributes.get("ss:Index", "")
        return int(stated) if stated.isdecimal() and len(stated) < 9 and int(stated) >= usual else usual

    def text(self, text: str) -> None:
        if self._texts is not None and self._length <= self._limits.max_cell:
            self._length += len(text)
            self._texts.append(text)

    def end(self, name: str) -> None:
        if name == "Data" and self._texts is not None and self._cells:
            self._cells[-1] = _value(self._kind, "".join(self._texts))
            self._texts = None
        elif name == "Row" and self._inside and self._cells:
            self._rows.append((self._line, self._cells))
        elif name == "Worksheet":
            self._inside = False

    def found(self) -> Iterator[pl.DataFrame]:
        rows, self._rows = self._rows, []
        yield from (frame_of(some) for some in batched(rows, CHUNK))


def _value(kind: str, text: str) -> str | None:
    if kind == "Number":
        try:
            return figure(float(text))
        except (ValueError, OverflowError):
            return text or None
    if kind == "DateTime":
        day, _mark, clock = text.partition("T")
        return day if not clock.strip("0:.") else f"{day} {clock}"
    return None if kind == "Error" else text or None
