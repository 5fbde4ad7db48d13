"""The records of old XLS workbooks, from the first Excel to that of 2003: cells by row and column."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import unpack_from

from suppliers.readers.bifftexts import decoded, shared_texts, short_text, unicode_text
from suppliers.readers.errors import refuse

BEGINNINGS = {0x0009: 2, 0x0209: 3, 0x0409: 4, 0x0809: 5}
_BIFF8 = 0x0600
_SHEET, _GLOBALS = 0x10, 0x05
_FORMULAS, _STRINGS = (0x06, 0x206, 0x406), (0x07, 0x207)
_END, _CONTINUE, _PASSWORD = 0x0A, 0x3C, 0x2F
_CODE_PAGES = {0x8000: "mac_roman", 0x8001: "cp1252", 0x04B0: "utf-16-le"}


@dataclass(frozen=True)
class Cell:
    """A cell: a number with the place of its style, or a text, or a truth."""

    row: int
    column: int
    style: int
    value: float | str | bool


@dataclass
class Workbook:
    """What is said once for all sheets. `sheets` are the places of the visible and hidden ones in the stream."""

    version: int
    encoding: str = ""
    since_1904: bool = False
    sheets: dict[str, int] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)


def records(stream: bytes, place: int) -> Iterator[tuple[int, int, bytes]]:
    """Each record from here on: where it stands, its kind and its content. Ends where the stream does."""
    while place + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, place)
        yield place, kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def workbook_of(stream: bytes) -> Workbook:
    """The part of the stream before the first sheet. Raises NotAFeed."""
    kind = unpack_from("<H", stream)[0] if len(stream) > 1 else 0
    if kind not in BEGINNINGS:
        raise refuse("unreadable")
    book = Workbook(BEGINNINGS[kind])
    if book.version == 5 and len(stream) >= 8:
        version, what = unpack_from("<HH", stream, 4)
        book.version = 8 if version == _BIFF8 else 5
        if what == _GLOBALS:
            _read_globals(book, stream)
            return book
    # Before workbooks there were only sheets.
    book.sheets[""] = 0
    _read_globals(book, stream)
    return book


def _read_globals(book: Workbook, stream: bytes) -> None:
    texts: list[bytes] = []
    last = 0
    for _place, kind, body in records(stream, 0):
        if kind == _CONTINUE and last == 0xFC:
            texts.append(body)
            continue
        last = kind
        if kind == _PASSWORD:
            raise refuse("encrypted")
        if kind == _END:
            break
        if kind == 0xFC:
            texts.append(body)
        elif kind in _GLOBAL_RECORDS:
            try:
                _GLOBAL_RECORDS[kind](book, body)
            except struct.error:
                continue
    if texts:
        book.texts = shared_texts(texts)


def _sheet(book: Workbook, body: bytes) -> None:
    place, state, kind = unpack_from("<IBB", body)
    if kind == 0:
        name = _short_text(book, body[6:])
        book.sheets.setdefault(name, place)
        if state & 3:
            book.hidden.add(name)


def _code_page(book: Workbook, body: bytes) -> None:
    page = unpack_from("<H", body)[0]
    book.encoding = _CODE_PAGES.get(page, f"cp{page}")


def _dates(book: Workbook, body: bytes) -> None:
    book.since_1904 = unpack_from("<H", body)[0] == 1


def _format(book: Workbook, body: bytes) -> None:
    if book.version == 8:
        book.formats[unpack_from("<H", body)[0]] = unicode_text(body, 2, 2)
    elif book.version == 5:
        book.formats[unpack_from("<H", body)[0]] = _short_text(book, body[2:])
    else:
        # Formats are numbered by their order.
        book.formats[len(book.formats)] = _short_text(book, body[2 if book.version == 4 else 0 :])


def _style(book: Workbook, body: bytes) -> None:
    book.styles.append(body[1] if book.version < 5 else unpack_from("<H", body, 2)[0])


_GLOBAL_RECORDS = {
    0x85: _sheet,
    0x42: _code_page,
    0x22: _dates,
    0x41E: _format,
    0x1E: _format,
    0xE0: _style,
    0x43: _style,
    0x243: _style,
    0x443: _style,
}


def cells(book: Workbook, stream: bytes, name: str) -> Iterator[Cell]:
    """The cells of a sheet that hold something, in the order of the file."""
    reader, depth = _Cells(book), 0
    for _place, kind, body in records(stream, book.sheets[name]):
        depth += (kind in BEGINNINGS) - (kind == _END)
        if depth <= 0:
            return
        # Deeper down is a chart.
        if depth == 1:
            try:
                yield from reader.read(kind, body)
            except (struct.error, IndexError):
                continue


class _Cells:
    """Turns records into cells; the text of a formula comes after it."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._waiting: tuple[int, int, int] | None = None

    def read(self, kind: int, body: bytes) -> Iterator[Cell]:
        """What a record holds."""
        if kind in _FORMULAS:
            yield from self._formula(body)
        elif kind in _STRINGS and self._waiting:
            yield Cell(*self._waiting, _long_text(self._book, body, 0, short=kind == _STRINGS[0]))
            self._waiting = None
        elif kind in _CELL_RECORDS:
            yield from _CELL_RECORDS[kind](self._book, body)

    def _formula(self, body: bytes) -> Iterator[Cell]:
        at, place = _at(self._book, body), _value_at(self._book)
        self._waiting = None
        if body[place + 6 : place + 8] != b"\xff\xff":
            yield Cell(*at, unpack_from("<d", body, place)[0])
        elif body[place] == 0:
            self._waiting = at
        elif body[place] == 1:
            yield Cell(*at, bool(body[place + 2]))


def _at(book: Workbook, body: bytes) -> tuple[int, int, int]:
    """Row, column and style; the first Excel had attributes instead of styles."""
    row, column, style = unpack_from("<HHH", body)
    return row, column, -1 if book.version == 2 else style


def _value_at(book: Workbook) -> int:
    return 7 if book.version == 2 else 6


def _number(book: Workbook, body: bytes) -> Iterator[Cell]:
    yield Cell(*_at(book, body), unpack_from("<d", body, _value_at(book))[0])


def _integer(book: Workbook, body: bytes) -> Iterator[Cell]:
    yield Cell(*_at(book, body), float(unpack_from("<H", body, 7)[0]))


def _short_number(book: Workbook, body: bytes) -> Iterator[Cell]:
    yield Cell(*_at(book, body), _unpacked(unpack_from("<I", body, 6)[0]))


def _short_numbers(book: Workbook, body: bytes) -> Iterator[Cell]:
    row, first = unpack_from("<HH", body)
    for place in range((len(body) - 6) // 6):
        style, packed = unpack_from("<HI", body, 4 + 6 * place)
        yield Cell(row, first + place, style, _unpacked(packed))


def _unpacked(packed: int) -> float:
    """A number in thirty bits: whole or the upper half of a fraction, perhaps a hundredth of itself."""
    if packed & 2:
        value = float((packed >> 2) - (1 << 30 if packed & 0x80000000 else 0))
    else:
        value = unpack_from("<d", b"\0\0\0\0" + (packed & 0xFFFFFFFC).to_bytes(4, "little"))[0]
    return value / 100 if packed & 1 else value


def _shared_text(book: Workbook, body: bytes) -> Iterator[Cell]:
    yield Cell(*_at(book, body), book.texts[unpack_from("<I", body, 6)[0]])


def _label(book: Workbook, body: bytes) -> Iterator[Cell]:
    yield Cell(*_at(book, body), _long_text(book, body, _value_at(book), short=book.version == 2))


def _truth(book: Workbook, body: bytes) -> Iterator[Cell]:
    value, is_error = unpack_from("<BB", body, _value_at(book))
    if not is_error:
        yield Cell(*_at(book, body), bool(value))


_CELL_RECORDS = {
    0x02: _integer,
    0x03: _number,
    0x203: _number,
    0x27E: _short_number,
    0xBD: _short_numbers,
    0xFD: _shared_text,
    0x04: _label,
    0x204: _label,
    0xD6: _label,
    0x05: _truth,
    0x205: _truth,
}


def _short_text(book: Workbook, body: bytes) -> str:
    return short_text(body, book.encoding, is_unicode=book.version == 8)


def _long_text(book: Workbook, body: bytes, place: int, *, short: bool) -> str:
    if book.version == 8:
        return unicode_text(body, place, 2)
    length = body[place] if short else unpack_from("<H", body, place)[0]
    start = place + (1 if short else 2)
    return decoded(body[start : start + length], book.encoding)
