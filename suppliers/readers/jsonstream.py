"""JSON as a stream of values: what is small is decoded whole, what is large is gone into."""

import codecs
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from suppliers.readers.errors import readable_size, refuse
from suppliers.readers.limits import Deadline

WINDOW = 4 * 1024**2
_DEEPEST = 50
_SPACE = " \t\n\r\ufeff\x00"

# Told a name, the value that is taken and another one.
type Twice = Callable[[str, Any, Any], None]
type Group = tuple[str, ...]


@dataclass(frozen=True)
class Element:
    """A value, the list or object it stands in, and its key where that is an object.

    Values that follow one another at the top, as in JSON Lines, stand in the group ().
    """

    group: Group
    key: str
    value: Any


class JsonStream:
    """The values of a JSON file, or of several one after the other. Numbers are texts. Raises NotAFeed.

    Of a name that an object has twice the last value is taken; `twice` is told of the others.
    """

    def __init__(self, blocks: Iterable[bytes], encoding: str, deadline: Deadline, twice: Twice) -> None:
        self._texts = iter(codecs.iterdecode(blocks, encoding, errors="replace"))
        self._deadline = deadline
        self._text, self._place, self._over = "", 0, False
        self._twice = twice
        self._decoder = json.JSONDecoder(
            parse_float=str,
            parse_int=str,
            parse_constant=lambda _name: None,
            object_pairs_hook=self._joined,
        )

    def elements(self) -> Iterator[Element]:
        """Every value that fits into WINDOW; larger ones are handed out as their parts."""
        while self._sign():
            yield from self._value((), "", 0)
            if self._sign() in (",", ";"):
                self._place += 1

    def _joined(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        joined = dict(pairs)
        if len(joined) < len(pairs):
            for name, value in pairs:
                if joined[name] != value:
                    self._twice(name, joined[name], value)
        return joined

    def _value(self, group: Group, key: str, depth: int) -> Iterator[Element]:
        if depth > _DEEPEST:
            raise refuse("too_deep", limit=_DEEPEST)
        found, value = self._decoded()
        if found:
            yield Element(group, key, value)
            return
        sign = self._sign()
        self._place += 1
        if sign == "[":
            yield from self._list((*group, key, "[]"), depth)
        elif sign == "{":
            yield from self._object((*group, key, "{}"), depth)
        elif sign == '"':
            raise refuse("too_long_piece", limit=readable_size(WINDOW))
        else:
            raise refuse("unreadable")

    def _list(self, group: Group, depth: int) -> Iterator[Element]:
        while self._sign() != "]":
            yield from self._value(group, "", depth + 1)
            self._pass(",", "]")
        self._place += 1

    def _object(self, group: Group, depth: int) -> Iterator[Element]:
        while self._sign() != "}":
            found, key = self._decoded()
            if not found or not isinstance(key, str) or self._sign() != ":":
                raise refuse("unreadable")
            self._place += 1
            yield from self._value(group, key, depth + 1)
            self._pass(",", "}")
        self._place += 1

    def _pass(self, comma: str, end: str) -> None:
        sign = self._sign()
        if sign == comma:
            self._place += 1
        elif sign != end:
            raise refuse("unreadable" if sign else "cut_short")

    def _decoded(self) -> tuple[bool, Any]:
        """The value that begins here; False where it is larger than WINDOW."""
        self._sign()
        size = 0
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._place)
            except RecursionError as error:
                raise refuse("too_deep", limit=_DEEPEST) from error
            except ValueError as error:
                size = max(2 * size, 1 << 16)
                if len(self._text) - self._place >= WINDOW:
                    return False, None
                if not self._more(size):
                    raise refuse("cut_short" if _is_at_end(error, self._text) else "unreadable") from error
            else:
                # A number may go on in the next block.
                if end < len(self._text) or not self._more(1):
                    self._place = end
                    return True, value

    def _sign(self) -> str:
        """The next sign that is no space; nothing at the end."""
        while True:
            while self._place < len(self._text):
                sign = self._text[self._place]
                if sign not in _SPACE:
                    return sign
                self._place += 1
            if not self._more(1):
                return ""

    def _more(self, size: int) -> bool:
        """Reads at least so many signs more; False where there are none left."""
        parts = [self._text[self._place :]]
        got = 0
        while got < size and not self._over:
            self._deadline.check()
            text = next(self._texts, None)
            self._over = text is None
            parts.append(text or "")
            got += len(parts[-1])
        self._text, self._place = "".join(parts), 0
        return got > 0


def _is_at_end(error: ValueError, text: str) -> bool:
    """Whether the text only broke off, so far as one can see."""
    at = error.pos if isinstance(error, json.JSONDecodeError) else 0
    return not text[at:].strip(_SPACE) or "Unterminated" in str(error)
