"""Whether a cell over several lines is a text, or lines of the table between two stray quote marks."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import polars as pl

from suppliers.readers.dialects import Dialect
from suppliers.readers.figures import number
from suppliers.readers.quantities import UNKNOWN, quantity
from suppliers.readers.sources import column

_LOOKED_AT = 400
_FEWEST = 3
_USUAL = 0.9
# In a table of two columns the delimiters of a line say too little; only its values do.
_NARROWEST, _NARROWEST_BY_SIGNS = 2, 3


@dataclass(frozen=True)
class _Habit:
    """What the cells of a column are. `sort` is "" where they are texts of any kind.

    `signs` are the sorts of signs that nearly every code has, `length` the one that all cells have.
    """

    sort: str
    may_be_empty: bool = True
    signs: frozenset[str] = frozenset()
    length: int | None = None

    def allows(self, cell: str) -> bool:
        if not cell or not self.sort:
            return bool(cell) or self.may_be_empty
        is_long = self.length is None or len(cell) == self.length
        return is_long and _SORTS[self.sort](cell) and self.signs <= _signs(cell)


@dataclass(frozen=True)
class Look:
    """What the lines of a table look like."""

    dialect: Dialect
    habits: tuple[_Habit, ...] = ()
    may_begin_blank: bool = False

    def seem_lines(self, lines: Sequence[str]) -> bool:
        """Whether some of these may be lines of the table.

        Each is as wide as it, to which the commas of a text may come by chance; or two of them have its values, too.
        """
        wide = [line for line in lines if self._is_wide(line)]
        if self.dialect.width >= _NARROWEST_BY_SIGNS and len(wide) == len(lines):
            return True
        return len(wide) > 1 and self._is_told and sum(map(self._has_values, wide)) > 1

    def are_lines(self, lines: Sequence[str]) -> bool:
        """Whether these are plainly lines of the table: a whole one is between two marks, and all have its values."""
        return (
            len(lines) > 2
            and self._is_told
            and all(self._is_wide(line) and self._has_values(line) for line in lines)
        )

    def _is_wide(self, line: str) -> bool:
        return line.count(self.dialect.delimiter) == self.dialect.width - 1

    @property
    def _is_told(self) -> bool:
        sorts = [habit.sort for habit in self.habits if habit.sort]
        return len(sorts) > 1 and any(sort != "code" for sort in sorts)

    def _has_values(self, line: str) -> bool:
        """Whether a line that is as wide as the table has values as its columns have them."""
        cells = literal(line, self.dialect)
        blank = any(cell[:1].isspace() for cell in cells)
        told = sum(bool(cell and habit.sort) for cell, habit in zip(cells, self.habits, strict=True))
        return (
            (self.may_begin_blank or not blank)
            and told > 1
            and all(habit.allows(cell.strip()) for cell, habit in zip(cells, self.habits, strict=True))
        )


def look_of(lines: Iterable[str], dialect: Dialect) -> Look:
    """What the first lines of a table look like; nothing looks like one that is too short to tell."""
    cells = (_cells(line, dialect) for line in islice(lines, _LOOKED_AT))
    _header, *table = [row for row in cells if len(row) == dialect.width] or [[]]
    if dialect.width < _NARROWEST or len(table) < _FEWEST:
        return Look(dialect)
    blank = sum(any(cell[:1].isspace() for cell in row) for row in table)
    habits = tuple(_habit([row[place].strip() for row in table]) for place in range(dialect.width))
    return Look(dialect, habits, blank > (1 - _USUAL) * len(table))


def _cells(line: str, dialect: Dialect) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=dialect.delimiter, quotechar=dialect.quote or None), [])
    except csv.Error:
        return []


def literal(line: str, dialect: Dialect) -> list[str]:
    """The line cut at every delimiter, whatever its quote marks say."""
    cells = line.rstrip("\r\n").split(dialect.delimiter)
    return [_unquoted(cell, dialect.quote) for cell in cells]


def _unquoted(cell: str, quote: str) -> str:
    bare = cell.strip()
    return bare.strip(quote).replace(quote * 2, quote) if quote else bare


def _habit(cells: Sequence[str]) -> _Habit:
    filled = [cell for cell in cells if cell]
    if len(filled) < _FEWEST:
        return _Habit("")
    sort = next((sort for sort, is_one in _SORTS.items() if _usual(map(is_one, filled), len(filled))), "")
    lengths = set(map(len, filled))
    signs = [_signs(cell) for cell in filled] if sort == "code" else []
    return _Habit(
        sort,
        may_be_empty=len(filled) < len(cells),
        signs=frozenset(
            sign for sign in frozenset().union(*signs) if _usual((sign in s for s in signs), len(signs))
        ),
        length=lengths.pop() if len(lengths) == 1 and len(filled[0]) > 2 else None,
    )


def _usual(found: Iterable[bool], count: int) -> bool:
    return sum(found) >= _USUAL * count


def _is_code(cell: str) -> bool:
    return any(map(str.isdecimal, cell)) and not any(map(str.isspace, cell))


def _signs(cell: str) -> frozenset[str]:
    return frozenset(
        "9" if sign.isdecimal() else "a" if sign.islower() else "A" if sign.isalpha() else sign
        for sign in cell
    )


_SORTS: Mapping[str, Callable[[str], bool]] = {
    "figure": lambda cell: number(cell) is not None,
    "stock": lambda cell: quantity(cell) != UNKNOWN,
    "code": _is_code,
}


def suspects(scan: pl.LazyFrame, dialect: Dialect) -> Iterator[list[str]]:
    """The lines of each record of which a cell goes on over lines, with signs enough for two lines of the table."""
    names = [column(place) for place in range(dialect.width)]
    texts = scan.filter(pl.any_horizontal(pl.col(names).str.contains("\n", literal=True))).select(
        text=pl.concat_str(pl.col(names).fill_null(""), separator=dialect.delimiter)
    )
    signs = pl.col("text").str.count_matches(dialect.delimiter, literal=True)
    for batch in texts.filter(signs >= 2 * (dialect.width - 1)).collect_batches(engine="streaming"):
        for text in batch["text"]:
            yield text.split("\n")
