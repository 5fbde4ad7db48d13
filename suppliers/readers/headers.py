"""Where the column names stand: in the first row, below a banner, over two rows, or nowhere."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from suppliers.readers.names import is_known, meanings

type Row = Sequence[str | None]

_MONEY = r"(?:[A-Z]{0,2}\$|[€£₴₽₺₸₹]|EUR|USD|грн\.?|руб\.?|zł|Kč)"
_NUMERIC = re.compile(
    rf"(?:[<>≥≤]=?\s?)?(?:{_MONEY}\s?)?[+-]?[\d.,\s]*\d[\d.,\s]*(?:%|\+|{_MONEY})?"
    r"|\d{4}-\d\d-\d\d.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}.*",
    re.ASCII,
)
_SEARCHED, _DOUBLE_SEARCHED = 80, 20
_LONGEST_NAME = 120
_SURELY_NAMES = 5
_WHOLE = 0.9


@dataclass(frozen=True)
class Header:
    """`row` is the place among the rows given, None where the file names nothing; `height` is 2 where it goes on."""

    row: int | None
    names: tuple[str, ...]
    height: int = 1


NO_HEADER = Header(None, ())


def header_of(rows: Sequence[Row]) -> Header:
    """The row of column names among the first rows of a table."""
    width = _usual_width(rows)
    candidates = [place for place in range(min(_SEARCHED, len(rows))) if _may_be_header(rows[place], width)]
    best = max(candidates, key=lambda place: (names_known(rows[place]), -place), default=None)
    if best is not None and _is_sure(rows[best], width):
        return header_at(rows, best - 1 if _begins_above(rows, best) else best)
    near = range(min(_DOUBLE_SEARCHED, len(rows)))
    double = next((place for place in near if _is_double(rows, place, width)), None)
    if double is not None:
        return header_at(rows, double)
    first = next((place for place in candidates if _stands_out(rows, place)), None)
    return NO_HEADER if first is None else header_at(rows, first)


def header_at(rows: Sequence[Row], place: int) -> Header:
    """The header that begins in this row: "Stock" above "Berlin" and "Hamburg" are "Stock Berlin", "Stock Hamburg"."""
    height, names = (2, _joined(rows[place], rows[place + 1])) if _goes_on(rows, place) else (1, rows[place])
    below = place + height
    if below < len(rows) and _is_numbering(rows[below]):
        height += 1
    return Header(place, _names(names), height)


def _joined(top: Row, below: Row) -> Row:
    names: list[str | None] = []
    group = ""
    for upper, lower in zip(top, below, strict=True):
        # A cell over several columns is written in the first of them.
        group = (upper if lower else "") or (group if lower and not upper else "")
        names.append(f"{group} {lower}" if lower else upper)
    return names


def _is_numbering(row: Row) -> bool:
    """Whether a row numbers the columns: 1, 2, 3, as forms do below their header."""
    cells = [cell.strip().removesuffix(".0") for cell in row if cell and cell.strip()]
    if len(cells) < 3 or not cells[0].isdecimal():
        return False
    return cells == [str(int(cells[0]) + place) for place in range(len(cells))]


def _is_double(rows: Sequence[Row], place: int, width: int) -> bool:
    """Whether two rows surely name the columns together, though neither does alone."""
    if not _goes_on(rows, place):
        return False
    names, body = _joined(rows[place], rows[place + 1]), rows[place + 2 :]
    is_above_numbers = any(_is_numeric_below(index, body) for index in _places(names))
    sure = _is_sure(names, width) or names_known(rows[place]) > 1
    return sure and is_above_numbers and _may_be_header(names, width)


def _begins_above(rows: Sequence[Row], place: int) -> bool:
    """Whether the row above groups the columns that this one names: "Stock" twice, below "Kiev" and "Lviv"."""
    if not place or not _goes_on(rows, place - 1):
        return False
    above, below = rows[place - 1], rows[place]
    names = [cell.casefold() for cell in below if cell]
    return len(set(names)) < len(names) or (_names_more(above, below) and _gains(above, below))


def _names_more(above: Row, below: Row) -> bool:
    """Whether the upper one of two rows names several columns, or one of several that the lower one leaves free."""
    free = [cell for index, cell in enumerate(above) if index not in _places(below)]
    return names_known(above) > 1 or (_filled(above) > 1 and names_known(free) > 0)


def _gains(above: Row, below: Row) -> bool:
    """Whether more is known of the columns by both rows than by the lower one alone, to which a banner adds nothing."""
    return _surely(_joined(above, below)) > _surely(below)


def _surely(row: Row) -> float:
    """How much we know of the columns by their names."""
    return sum(found[0].score for cell in row if cell and (found := meanings(cell)))


def names_known(row: Row) -> int:
    """How many cells of a row are names of columns that we know."""
    return sum(1 for cell in row if cell and len(cell) <= _LONGEST_NAME and is_known(cell))


def _is_sure(row: Row, width: int) -> bool:
    known = names_known(row)
    # One known name is enough for two columns; a wide row of data may well hold the word "Color".
    return known >= 3 or known >= max(1, 0.34 * _filled(row)) or (known >= 2 and width <= 8)


def _names(row: Row) -> tuple[str, ...]:
    # The mark of the encoding stands inside the file where something was written before it.
    names = [" ".join((cell or "").replace("\ufeff", "").split()) for cell in row]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _filled(row: Row) -> int:
    return len(_places(row))


def _places(row: Row) -> list[int]:
    return [index for index, cell in enumerate(row) if cell and cell.strip()]


def _usual_width(rows: Sequence[Row]) -> int:
    filled = sorted(_filled(row) for row in rows if _filled(row))
    return filled[len(filled) // 2] if filled else 0


def _may_be_header(row: Row, width: int) -> bool:
    filled = [cell.strip() for cell in row if cell and cell.strip()]
    if len(filled) < 2 or len(filled) < 0.5 * width:
        return False
    numeric = sum(1 for cell in filled if _NUMERIC.fullmatch(cell))
    if numeric > 0.2 * len(filled):
        return False
    # Wide exports repeat "Attribute name" and "Attribute value"; data repeat themselves, too.
    return len({cell.casefold() for cell in filled}) >= 0.6 * len(filled) or names_known(row) >= _SURELY_NAMES


def _goes_on(rows: Sequence[Row], place: int) -> bool:
    """Whether the next row names columns, too: words above numbers, some of them known or below a wide cell."""
    if place + 2 >= len(rows):
        return False
    top, below = rows[place], rows[place + 1]
    parts = _places(below)
    words = [below[index] or "" for index in parts]
    if not parts or parts == _places(top) or any(_NUMERIC.fullmatch(word.strip()) for word in words):
        return False
    known = [is_known(word) for word in words]
    body = rows[place + 2 :]
    # A word that we do not know may fill a place that the upper row leaves free, among others that we do.
    named_above = names_known(top) > 1
    free = [(any(known) or named_above) and not (top[index] or "").strip() for index in parts]
    named = all(
        sure or may_be or _is_numeric_below(index, body)
        for index, sure, may_be in zip(parts, known, free, strict=True)
    )
    if len(parts) == 1 and top[parts[0]] and not _is_whole_name(words[0]):
        # One cell below a name is a heading: that of the first group of goods.
        return False
    return named and (any(known) or any(not top[index] for index in parts))


def _is_whole_name(word: str) -> bool:
    """Whether a text is the name of a column and nothing more: "Price", and not "Group pumps"."""
    found = meanings(word)
    return bool(found) and found[0].score > _WHOLE


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
