"""Tables of web pages, as many programs save them under the name of a spreadsheet. A page without one is no feed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import batched
from pathlib import Path

import polars as pl

from suppliers.readers.encodings import encoding_of
from suppliers.readers.errors import readable_size, refuse
from suppliers.readers.grids import CHUNK, frame_of
from suppliers.readers.headers import names_known
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.xmltexts import declared_in

_BLOCK = 1 << 16
_LONGEST_PIECE = 1 << 22
_DEEPEST = 20
_SEARCHED = 80
_WIDEST_SPAN = 1_000
# A page that happens to lay out a form as a table names at most one thing that we know.
_ENOUGH_NAMES = 2
_BREAKS = {"br", "p", "div", "li"}
_SILENT = {"script", "style", "title"}

type Row = tuple[int, int, list[str | None]]


class HtmlBook:
    """The tables of a page that look like lists of goods, as the sheets of a workbook."""

    kind = "html"

    def __init__(self, path: Path, limits: Limits, deadline: Deadline) -> None:
        self._path, self._limits, self._deadline = path, limits, deadline
        self._encoding = encoding_of(path, deadline, declared=declared_in(path)).name
        self._sizes: dict[int, int] = {}
        known: set[int] = set()
        tables = _Tables(limits)
        for table, line, cells in self._rows(tables):
            self._sizes[table] = line
            if line <= _SEARCHED and names_known(cells) >= _ENOUGH_NAMES:
                known.add(table)
        self.breaks_off = tables.is_open
        self.names = [
            f"Table {table}" for table, height in self._sizes.items() if table in known and height > 1
        ]
        if not self.names:
            raise refuse("html")

    def size(self, name: str) -> int:
        """The number of rows."""
        return self._sizes[_number(name)]

    def frames(self, name: str) -> Iterator[pl.DataFrame]:
        """The rows of a table, some thousand at a time."""
        wanted = _number(name)
        rows = ((line, cells) for table, line, cells in self._rows(_Tables(self._limits)) if table == wanted)
        yield from (frame_of(some) for some in batched(rows, CHUNK))

    def _rows(self, tables: "_Tables") -> Iterator[Row]:
        with self._path.open(encoding=self._encoding, errors="replace") as file:
            while block := file.read(_BLOCK):
                self._deadline.check()
                tables.feed(block.replace("\x00", ""))
                if len(tables.rawdata) > _LONGEST_PIECE:
                    raise refuse("too_long_piece", limit=readable_size(_LONGEST_PIECE))
                yield from tables.found()
        tables.close()
        yield from tables.found()


def _number(name: str) -> int:
    return int(name.rpartition(" ")[2])


@dataclass
class _Table:
    """A table that is open. `below` are the rows that a cell of a row above still reaches into, by column."""

    number: int
    lines: int = 0
    row: list[str | None] | None = None
    cell: list[str] | None = None
    across: int = 1
    down: int = 1
    below: dict[int, int] = field(default_factory=dict)


class _Tables(HTMLParser):
    """The rows of all tables, those inside others too, in the order in which they end."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self._limits = limits
        self._open: list[_Table] = []
        self._count, self._silent = 0, ""
        self._found: list[Row] = []

    @property
    def is_open(self) -> bool:
        """Whether the file ended inside a table."""
        return bool(self._open)

    def found(self) -> list[Row]:
        """Table, line and cells of the rows that ended since the last call."""
        found, self._found = self._found, []
        return found

    def handle_starttag(self, tag: str, attributes: Sequence[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._begin_table()
        elif tag in _SILENT:
            self._silent = tag
        elif self._open:
            self._begin_part(self._open[-1], tag, dict(attributes))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""
        if not self._open:
            return
        if tag in {"td", "th"}:
            self._end_cell(self._open[-1])
        elif tag in {"tr", "table"}:
            self._end_row(self._open[-1])
        if tag == "table":
            self._open.pop()

    def handle_data(self, data: str) -> None:
        cell = self._open[-1].cell if self._open and not self._silent else None
        # Of what is longer than a cell may be, it is enough to know that it is longer.
        if cell is not None and sum(map(len, cell)) <= self._limits.max_cell:
            cell.append(data)

    def _begin_table(self) -> None:
        if len(self._open) >= _DEEPEST:
            raise refuse("too_deep", limit=_DEEPEST)
        self._count += 1
        self._open.append(_Table(self._count))

    def _begin_part(self, table: _Table, tag: str, attributes: dict[str, str | None]) -> None:
        if tag == "tr":
            self._end_row(table)
            table.row = []
        elif tag in {"td", "th"}:
            self._end_cell(table)
            table.row = [] if table.row is None else table.row
            table.cell = []
            table.across, table.down = (_span(attributes.get(name)) for name in ("colspan", "rowspan"))
        elif tag in _BREAKS and table.cell is not None:
            table.cell.append(" ")

    def _end_cell(self, table: _Table) -> None:
        if table.cell is None or table.row is None:
            return
        text = " ".join("".join(table.cell).split()) or None
        table.cell = None
        _pass_covered(table.row, table.below)
        for place in range(len(table.row), len(table.row) + table.across):
            if table.down > 1:
                table.below[place] = table.down - 1
        table.row += [text, *[None] * (table.across - 1)]
        if len(table.row) > self._limits.max_columns:
            raise refuse("too_wide", limit=self._limits.max_columns)

    def _end_row(self, table: _Table) -> None:
        self._end_cell(table)
        if table.row is None:
            return
        table.lines += 1
        self._found.append((table.number, table.lines, table.row))
        table.row = None


def _pass_covered(row: list[str | None], below: dict[int, int]) -> None:
    """The places of a row that a cell above covers stay empty, as in a spreadsheet with merged cells."""
    while left := below.get(len(row), 0):
        below[len(row)] = left - 1
        row.append(None)


def _span(stated: str | None) -> int:
    return (
        max(1, min(int(stated[:9]), _WIDEST_SPAN))
        if stated and stated.isascii() and stated.isdecimal()
        else 1
    )
