"""The container of old Office files: a small file system of sectors in one file."""

import struct
from struct import unpack_from

from suppliers.readers.errors import refuse

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = 128
_LAST = 0xFFFFFFFA
_STREAM = 2
_ROOT = 5


def stream_of(content: bytes, names: tuple[str, ...]) -> bytes:
    """The stream of the first of these names that is there. Raises NotAFeed where the container is broken."""
    try:
        return _Container(content).stream(names)
    except (struct.error, IndexError) as error:
        raise refuse("unreadable") from error


class _Container:
    def __init__(self, content: bytes) -> None:
        self._content = content
        sector_bits, small_bits = unpack_from("<HH", content, 30)
        if sector_bits not in (9, 12) or not 4 <= small_bits < sector_bits:
            raise refuse("unreadable")
        self._size, self._small_size = 1 << sector_bits, 1 << small_bits
        self._table = self._sectors_table()
        first_entry, _signature, self._cutoff, first_small = unpack_from("<IIII", content, 48)
        self._entries = self._chain(first_entry)
        self._small_table = _numbers(self._chain(first_small))

    def stream(self, names: tuple[str, ...]) -> bytes:
        found = {
            name: entry
            for entry in range(0, len(self._entries) - _ENTRY + 1, _ENTRY)
            if (name := self._name(entry))
        }
        entry = next((found[name.casefold()] for name in names if name.casefold() in found), None)
        root = next((place for place in found.values() if self._entries[place + 66] == _ROOT), None)
        if entry is None or root is None:
            raise refuse("unreadable")
        first, size = unpack_from("<II", self._entries, entry + 116)
        if size >= self._cutoff:
            return self._chain(first)[:size]
        small = self._chain(unpack_from("<I", self._entries, root + 116)[0])
        places = _followed(self._small_table, first)
        return b"".join(small[at * self._small_size : (at + 1) * self._small_size] for at in places)[:size]

    def _name(self, entry: int) -> str:
        length, kind = unpack_from("<HB", self._entries, entry + 64)
        if kind not in (_STREAM, _ROOT) or not 2 <= length <= 64:
            return ""
        return self._entries[entry : entry + length - 2].decode("utf-16-le", errors="replace").casefold()

    def _sectors_table(self) -> tuple[int, ...]:
        """For each sector the next one of its chain."""
        places = list(unpack_from("<109I", self._content, 76))
        following, count = unpack_from("<II", self._content, 68)
        for _time in range(min(count, len(self._content) // self._size)):
            if following >= _LAST:
                break
            numbers = _numbers(self._sector(following))
            places, following = places + list(numbers[:-1]), numbers[-1]
        return tuple(number for place in places if place < _LAST for number in _numbers(self._sector(place)))

    def _sector(self, place: int) -> bytes:
        return self._content[(place + 1) * self._size : (place + 2) * self._size]

    def _chain(self, first: int) -> bytes:
        return b"".join(map(self._sector, _followed(self._table, first)))


def _followed(table: tuple[int, ...], first: int) -> list[int]:
    """The places of a chain; one that leads in a circle is cut where it closes."""
    places: list[int] = []
    while first < len(table) and len(places) <= len(table):
        places.append(first)
        first = table[first]
    return places


def _numbers(sector: bytes) -> tuple[int, ...]:
    return unpack_from(f"<{len(sector) // 4}I", sector)
