"""The texts of old XLS workbooks: bytes in some code page, then Unicode, then a list that cells refer to."""

import struct
from struct import unpack_from

from suppliers.readers.encodings import western


def short_text(body: bytes, encoding: str, *, is_unicode: bool) -> str:
    """A text whose length is one byte."""
    if is_unicode:
        return unicode_text(body, 0, 1)
    return decoded(body[1 : 1 + body[0]], encoding) if body else ""


def decoded(content: bytes, encoding: str) -> str:
    """The text of a time before Unicode. Where no code page is named, it is told later from all texts."""
    try:
        return content.decode(encoding) if encoding not in ("", "cp1252") else western(content)
    except (LookupError, ValueError):
        return western(content)


def unicode_text(body: bytes, place: int, size: int) -> str:
    """A text whose length takes `size` bytes, with letters of one or two bytes."""
    length = unpack_from("<H" if size == 2 else "<B", body, place)[0]
    flags = body[place + size]
    start = place + size + 1 + (2 if flags & 8 else 0) + (4 if flags & 4 else 0)
    content = body[start : start + length * (2 if flags & 1 else 1)]
    return _letters(content, wide=bool(flags & 1))


def _letters(content: bytes, *, wide: bool) -> str:
    return content.decode("utf-16-le", errors="replace") if wide else western(content)


def shared_texts(bodies: list[bytes]) -> list[str]:
    """The texts of all cells; one may go on in the next record, with or without wide letters."""
    reader = _Pieces(bodies)
    count = unpack_from("<I", bodies[0], 4)[0] if len(bodies[0]) >= 8 else 0
    reader.take(8)
    found: list[str] = []
    try:
        while len(found) < count and not reader.is_over:
            found.append(reader.text())
    except (struct.error, IndexError):
        return found
    return found


class _Pieces:
    """Reads over the ends of records."""

    def __init__(self, bodies: list[bytes]) -> None:
        self._bodies, self._which, self._place = bodies, 0, 0

    @property
    def is_over(self) -> bool:
        return self._which >= len(self._bodies)

    def take(self, size: int) -> bytes:
        """So many bytes, or fewer at the end."""
        taken = b""
        while len(taken) < size and not self.is_over:
            piece = self._bodies[self._which][self._place : self._place + size - len(taken)]
            taken += piece
            self._place += len(piece)
            self._turn()
        return taken

    def text(self) -> str:
        """The next text."""
        length, flags = unpack_from("<HB", self.take(3))
        runs = unpack_from("<H", self.take(2))[0] if flags & 8 else 0
        extra = unpack_from("<I", self.take(4))[0] if flags & 4 else 0
        parts: list[str] = []
        while length > 0 and not self.is_over:
            # Where a text goes on, the record says anew how wide its letters are, even if none came before.
            if self._place == 0:
                flags = self.take(1)[0]
            width = 2 if flags & 1 else 1
            left = len(self._bodies[self._which]) - self._place
            content = self.take(min(length * width, left))
            parts.append(_letters(content, wide=bool(flags & 1)))
            length -= len(content) // width
        self.take(4 * runs + extra)
        return "".join(parts)

    def _turn(self) -> None:
        while not self.is_over and self._place >= len(self._bodies[self._which]):
            self._which, self._place = self._which + 1, 0
