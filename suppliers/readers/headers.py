"""Where the column names stand: in the first row, below a banner, or nowhere."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from suppliers.readers.names import is_known

type Row = Sequence[str | None]

_NUMERIC = re.compile(
    r"[+-]?[\d.,\s]*\d[\d.,\s]*%?|\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}.*", re.ASCII
)
_SEARCHED = 80
_LONGEST_NAME = 120


@dataclass(frozen=True)
class Header:
    """`row` is the place among the rows given, None where the file names nothing. `width` counts its columns."""

    row: int | None
    names: tuple[str, ...]


def header_of(rows: Sequence[Row]) -> Header:
    """The row of column names among the first rows of a table."""
    width = _usual_width(rows)
    candidates = [place for place in range(min(_SEARCHED, len(rows))) if _may_be_header(rows[place], width)]
    best = max(candidates, key=lambda place: (names_known(rows[place]), -place), default=None)
    if best is not None and _is_sure(rows[best], width):
        return Header(best, _names(rows[best]))
    first = next((place for place in candidates if _stands_out(rows, place)), None)
    return Header(None, ()) if first is None else Header(first, _names(rows[first]))


def names_known(row: Row) -> int:
    """How many cells of a row are names of columns that we know."""
    return sum(1 for cell in row if cell and len(cell) <= _LONGEST_NAME and is_known(cell))


def _is_sure(row: Row, width: int) -> bool:
    known = names_known(row)
    # One known name is enough for two columns; a wide row of data may well hold the word "Color".
    return known >= 3 or known >= max(1, 0.34 * _filled(row)) or (known >= 2 and width <= 8)


def _names(row: Row) -> tuple[str, ...]:
    names = [" ".join((cell or "").split()) for cell in row]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _filled(row: Row) -> int:
    return sum(1 for cell in row if cell and cell.strip())


def _usual_width(rows: Sequence[Row]) -> int:
    filled = sorted(_filled(row) for row in rows if _filled(row))
    return filled[len(filled) // 2] if filled else 0


def _may_be_header(row: Row, width: int) -> bool:
    filled = [cell.strip() for cell in row if cell and cell.strip()]
    if len(filled) < 2 or len(filled) < 0.5 * width:
        return False
    numeric = sum(1 for cell in filled if _NUMERIC.fullmatch(cell))
    return numeric <= 0.2 * len(filled) and len({cell.casefold() for cell in filled}) >= 0.6 * len(filled)


def _stands_out(rows: Sequence[Row], place: int) -> bool:
    """Words above columns of numbers, in the first full row: names that we do not know."""
    row, body = rows[place], rows[place + 1 :]
    if not body or any(_filled(earlier) >= _filled(row) for earlier in rows[:place]):
        return False
    if any(cell and _NUMERIC.fullmatch(cell.strip()) for cell in row):
        return False
    return any(_is_word(cell) and _is_numeric_below(index, body) for index, cell in enumerate(row))


def _is_word(cell: str | None) -> bool:
    return bool(cell) and not any(character.isdigit() for character in cell or "")


def _is_numeric_below(index: int, body: Sequence[Row]) -> bool:
    below = [value.strip() for row in body if index < len(row) and (value := row[index]) and value.strip()]
    return bool(below) and sum(bool(_NUMERIC.fullmatch(value)) for value in below) > 0.8 * len(below)
