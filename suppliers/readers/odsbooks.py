"""ODS: the sheets of an OpenDocument spreadsheet, row by row."""

from collections.abc import Iterator
from itertools import batched
from pathlib import Path

import polars as pl

from suppliers.readers.errors import refuse
from suppliers.readers.grids import CHUNK, figure, frame_of
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.xmlwalk import Attributes, Handler, NotWellFormed, walked
from suppliers.readers.zipparts import Parts

_CONTENT = "content.xml"
_DEEPEST_ROW = 1 << 24
_CELLS = ("table-cell", "covered-table-cell")
# What a cell may hold besides its own text: notes, drawings.
_ASIDE = {"annotation", "frame", "custom-shape", "tracked-changes"}
_PARAGRAPHS = {"p", "h"}


class OdsBook:
    """An OpenDocument spreadsheet."""

    kind = "ods"

    def __init__(self, path: Path, limits: Limits, deadline: Deadline) -> None:
        self._parts, self._limits, self._deadline = Parts(path, limits, deadline), limits, deadline
        if b"encryption-data" in self._parts.small("META-INF/manifest.xml"):
            raise refuse("encrypted")
        handler = _Sheets()
        for _nothing in self._walked(handler):
            pass
        self._sizes = handler.rows
        self.names = [name for name in handler.rows if name not in handler.hidden] or list(handler.rows)

    def size(self, name: str) -> int:
        """The number of rows that are written down."""
        return self._sizes[name]

    def frames(self, name: str) -> Iterator[pl.DataFrame]:
        """The rows of a sheet that have cells, some thousand at a time."""
        yield from self._walked(_Rows(name, self._limits))

    def _walked(self, handler: Handler[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        try:
            yield from walked(self._parts.blocks(_CONTENT), handler, self._deadline)
        except NotWellFormed as error:
            raise refuse("unreadable") from error


class _Sheets(Handler[pl.DataFrame]):
    """Which sheets there are, which of them are hidden, and how many rows each writes down."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self.hidden: set[str] = set()
        self._hiding_styles: set[str] = set()
        self._style = self._sheet = ""

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "table-row":
            self.rows[self._sheet] = self.rows.get(self._sheet, 0) + 1
        elif name == "table":
            self._sheet = attributes.get("table:name", "")
            self.rows.setdefault(self._sheet, 0)
            if attributes.get("table:style-name") in self._hiding_styles:
                self.hidden.add(self._sheet)
        elif name == "style":
            self._style = attributes.get("style:name", "")
        elif name == "table-properties" and attributes.get("table:display") == "false":
            self._hiding_styles.add(self._style)


class _Rows(Handler[pl.DataFrame]):
    """The rows of one sheet. Repeated rows and cells are laid out only where they hold something, and to a bound."""

    def __init__(self, sheet: str, limits: Limits) -> None:
        self._sheet, self._limits = sheet, limits
        self._inside = False
        self._line = 0
        self._row_times = self._cell_times = 1
        self._cells: list[str | None] = []
        self._blank = self._aside = self._length = 0
        self._texts: list[str] | None = None
        self._attributes: Attributes = {}
        self._rows: list[tuple[int, int, list[str | None]]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "table":
            self._inside = attributes.get("table:name", "") == self._sheet
        elif not self._inside:
            return
        elif name == "table-row":
            self._row_times = _times(attributes, "table:number-rows-repeated")
            self._cells, self._blank = [], 0
        elif name in _CELLS:
            self._attributes, self._texts, self._length = attributes, [], 0
            self._cell_times = _times(attributes, "table:number-columns-repeated")
        elif name in _ASIDE:
            self._aside += 1
        elif self._texts is not None and not self._aside:
            self._spacing(name, attributes)

    def _spacing(self, name: str, attributes: Attributes) -> None:
        if self._texts is None:
            return
        if name in _PARAGRAPHS and self._texts:
            self._texts.append("\n")
        elif name == "s":
            self._texts.append(" " * min(100, _times(attributes, "text:c")))
        elif name == "tab":
            self._texts.append("\t")
        elif name == "line-break":
            self._texts.append("\n")

    def text(self, text: str) -> None:
        if self._texts is not None and not self._aside and self._length <= self._limits.max_cell:
            self._length += len(text)
            self._texts.append(text)

    def end(self, name: str) -> None:
        if not self._inside:
            return
        if name in _CELLS and self._texts is not None:
            self._keep(_value(self._attributes, "".join(self._texts)))
            self._texts = None
        elif name in _ASIDE:
            self._aside -= 1
        elif name == "table-row":
            self._end_row()
        elif name == "table":
            self._inside = False

    def _keep(self, value: str | None) -> None:
        if value is None:
            self._blank += self._cell_times
            return
        if len(self._cells) + self._blank + self._cell_times > self._limits.max_columns:
            raise refuse("too_wide", limit=self._limits.max_columns)
        self._cells += [None] * self._blank + [value] * self._cell_times
        self._blank = 0

    def _end_row(self) -> None:
        if self._cells:
            if self._line + self._row_times > self._limits.max_rows:
                raise refuse("too_many_rows", limit=f"{self._limits.max_rows:,}")
            self._rows.append((self._line + 1, self._row_times, self._cells))
        self._line = min(_DEEPEST_ROW, self._line + self._row_times)

    def found(self) -> Iterator[pl.DataFrame]:
        """The rows, each laid out as often as it is said to be repeated."""
        rows, self._rows = self._rows, []
        for some in batched(_repeated(rows), CHUNK):
            yield frame_of(some)


def _repeated(rows: list[tuple[int, int, list[str | None]]]) -> Iterator[tuple[int, list[str | None]]]:
    for line, times, cells in rows:
        yield from ((line + time, cells) for time in range(times))


def _times(attributes: Attributes, name: str) -> int:
    text = attributes.get(name, "1")
    return max(1, int(text)) if text.isdecimal() and len(text) < 10 else 1


def _value(attributes: Attributes, shown: str) -> str | None:
    """The value of a cell rather than what its format makes of it."""
    kind = attributes.get("office:value-type")
    if kind in {"float", "percentage", "currency"}:
        return _number(attributes.get("office:value", ""), shown.strip())
    if kind == "date":
        day, _mark, clock = attributes.get("office:date-value", shown).partition("T")
        return (day if not clock.strip("0:.Z") else f"{day} {clock}") or None
    if kind == "boolean":
        return attributes.get("office:boolean-value") or shown or None
    return attributes.get("office:string-value") or shown or None


def _number(stored: str, shown: str) -> str | None:
    try:
        return figure(float(stored))
    except (ValueError, OverflowError):
        return stored or shown or None
