"""Another look at old XLS workbooks than the reader's: every cell of every sheet by its row, whatever else it is."""

import codecs
import re
import struct
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import accumulate

_CONTAINER = b"\xd0\xcf\x11\xe0"
_NAMES = ("workbook", "book")
_NO_SECTOR = 0xFFFFFFFA
_BEGINNING = re.compile(rb"(?=\x09[\x00\x02\x04\x08])")
_CODE_PAGE, _SHARED, _GOES_ON = 0x42, 0xFC, 0x3C
_FORMULAS, _STRINGS = (0x06, 0x206, 0x406), (0x07, 0x207)


def texts_by_line(content: bytes) -> dict[int, list[str]]:
    """What the cells of each line say, of all sheets alike; the same cell may be said in several ways."""
    stream = _Container(content).stream() if content.startswith(_CONTAINER) else content
    return _Walk(stream).lines


class _Container:
    """The file as sectors that follow one another; only what a workbook needs."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._size, self._small_size = (1 << bits for bits in struct.unpack_from("<2H", content, 30))
        self._next = [*self._table()]

    def stream(self) -> bytes:
        directory, small = self._at(48), self._at(60)
        entries = [directory[place : place + 128] for place in range(0, len(directory) - 127, 128)]
        named = {self._name(entry): entry for entry in entries if entry[66] in (2, 5)}
        root = next(entry for entry in named.values() if entry[66] == 5)
        book = next(named[name] for name in _NAMES if name in named)
        first, size = struct.unpack_from("<II", book, 116)
        if size >= struct.unpack_from("<I", self._content, 56)[0]:
            return self._joined(first)[:size]
        inner = self._joined(struct.unpack_from("<I", root, 116)[0])
        following = [number for (number,) in struct.iter_unpack("<I", small[: len(small) // 4 * 4])]
        pieces = (inner[at * self._small_size :][: self._small_size] for at in _way(following, first))
        return b"".join(pieces)[:size]

    def _table(self) -> Iterator[int]:
        places = list(struct.unpack_from("<109I", self._content, 76))
        further, count = struct.unpack_from("<II", self._content, 68)
        while (
            further < _NO_SECTOR and count and len(places) * self._size <= 4 * len(self._content) + 109 * 4096
        ):
            *more, further = struct.unpack(f"<{self._size // 4}I", self._sector(further))
            places, count = places + more, count - 1
        for place in places:
            if place < _NO_SECTOR:
                sector = self._sector(place)
                yield from struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])

    def _sector(self, number: int) -> bytes:
        return self._content[self._size * (number + 1) :][: self._size]

    def _at(self, place: int) -> bytes:
        return self._joined(struct.unpack_from("<I", self._content, place)[0])

    def _joined(self, first: int) -> bytes:
        return b"".join(self._sector(number) for number in _way(self._next, first))

    def _name(self, entry: bytes) -> str:
        length = struct.unpack_from("<H", entry, 64)[0]
        return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").casefold()


def _way(following: list[int], first: int) -> list[int]:
    """A chain to its end, or once around."""
    found: list[int] = []
    while first < len(following) and len(found) <= len(following):
        found.append(first)
        first = following[first]
    return found


class _Walk:
    """All records from every place where a sheet might begin, without asking which sheet they are of."""

    def __init__(self, stream: bytes) -> None:
        self.lines: dict[int, list[str]] = defaultdict(list)
        self._pages, self._shared, self._waiting = {"cp1252", "cp1251"}, [""], 0
        self._seen: set[int] = set()
        # What is said once for all sheets stands before the first.
        for kind, body in _records(stream, 0, set()):
            if kind == _CODE_PAGE and len(body) > 1:
                self._pages.add(f"cp{int.from_bytes(body[:2], 'little')}")
        self._shared = _shared_texts(stream)
        for place in [match.start() for match in _BEGINNING.finditer(stream)]:
            for kind, body in _records(stream, place, self._seen):
                with suppress(struct.error, IndexError):
                    self._cell(kind, body)

    def _cell(self, kind: int, body: bytes) -> None:
        if kind in _STRINGS:
            self.lines[self._waiting] += self._texts(body)
            return
        if kind not in _CELLS:
            return
        line = int.from_bytes(body[:2], "little") + 1
        if kind in _FORMULAS:
            self._waiting = line
        self.lines[line] += _CELLS[kind](self, body)

    def shared(self, body: bytes) -> list[str]:
        """The text that the cell names by its number."""
        return [self._shared[struct.unpack_from("<I", body, 6)[0]]]

    def text(self, body: bytes) -> list[str]:
        """The text in the cell, as any Excel would write it."""
        return [*self._texts(body[6:]), *self._texts(body[7:])]

    def _texts(self, body: bytes) -> list[str]:
        short, long = body[0], int.from_bytes(body[:2], "little")
        pieces = [body[1 : 1 + short], body[2 : 2 + long]]
        said = [piece.decode(page, "replace") for piece in pieces for page in self._pages if _is_known(page)]
        wide = body[2] & 1 if len(body) > 2 else 0
        skipped = 3 + 2 * bool(body[2] & 8) + 4 * bool(body[2] & 4) if len(body) > 2 else 3
        piece = body[skipped : skipped + long * (2 if wide else 1)]
        return [*said, piece.decode("utf-16-le" if wide else "cp1252", "replace")]


def _double(_walk: _Walk, body: bytes) -> list[str]:
    """The number, where the oldest Excel and the others write it."""
    return [_written(*struct.unpack_from("<d", body, place)) for place in (6, 7) if len(body) >= place + 8]


def _integer(_walk: _Walk, body: bytes) -> list[str]:
    return [str(int.from_bytes(body[7:9], "little"))]


def _packed(_walk: _Walk, body: bytes) -> list[str]:
    """One number or many in a row, each behind the number of its style."""
    pieces = [body[place : place + 4] for place in range(6, len(body) - 3, 6)]
    return [_written(_unpacked(*struct.unpack("<i", piece))) for piece in pieces]


def _unpacked(bits: int) -> float:
    fraction: float = struct.unpack("<d", struct.pack("<ii", 0, bits & ~3))[0]
    value = float(bits >> 2) if bits & 2 else fraction
    return value / 100 if bits & 1 else value


def _written(value: float) -> str:
    return f"{value:.15g}" if abs(value) < 1e15 else f"{value:.0f}"


def _truth(_walk: _Walk, body: bytes) -> list[str]:
    return ["true" if any(body[6:8]) else "false", "false"]


_CELLS: Mapping[int, Callable[[_Walk, bytes], list[str]]] = {
    0x02: _integer,
    **dict.fromkeys((0x03, 0x203, *_FORMULAS), _double),
    **dict.fromkeys((0x27E, 0xBD), _packed),
    **dict.fromkeys((0x04, 0x204, 0xD6), _Walk.text),
    **dict.fromkeys((0x05, 0x205), _truth),
    0xFD: _Walk.shared,
}


def _records(stream: bytes, place: int, seen: set[int]) -> Iterator[tuple[int, bytes]]:
    """The records from here on, up to one that was seen before."""
    while place + 4 <= len(stream) and place not in seen:
        seen.add(place)
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _is_known(page: str) -> bool:
    try:
        return bool(codecs.lookup(page))
    except LookupError:
        return False


def _shared_texts(stream: bytes) -> list[str]:
    """The list of texts that cells name by number. It may go on in further records, a text in mid-word."""
    bodies: list[bytes] = []
    is_open = False
    for kind, body in _records(stream, 0, set()):
        is_open = kind == _SHARED or (kind == _GOES_ON and is_open)
        if is_open:
            bodies.append(body)
    found: list[str] = []
    reader = _Letters(bodies)
    with suppress(struct.error, IndexError, StopIteration):
        while True:
            found.append(reader.next())
    return found


class _Letters:
    """The bytes of several records as one, which remembers where a record ends."""

    def __init__(self, bodies: list[bytes]) -> None:
        self._all, self._place = b"".join(bodies), 8
        self._ends = [*accumulate(map(len, bodies))]

    def next(self) -> str:
        """The next text; IndexError behind the last."""
        count, flags = struct.unpack_from("<HB", self._all, self._place)
        self._place += 3
        runs = struct.unpack_from("<H", self._all, self._place)[0] if flags & 8 else 0
        self._place += 2 if flags & 8 else 0
        extra = struct.unpack_from("<I", self._all, self._place)[0] if flags & 4 else 0
        self._place += 4 if flags & 4 else 0
        text = ""
        while count > 0:
            if self._place in self._ends:
                flags = self._all[self._place]
                self._place += 1
            width = 2 if flags & 1 else 1
            end = next(end for end in self._ends if end > self._place)
            piece = self._all[self._place : min(end, self._place + count * width)]
            text += piece.decode("utf-16-le" if width == 2 else "cp1252", "replace")
            count, self._place = count - len(piece) // width, self._place + len(piece)
        self._place += 4 * runs + extra
        return text
