"""Whether a file goes on to its end: one that was cut may look like a shorter one, and its last value may be half."""

import re
from collections.abc import Iterable
from pathlib import Path

from suppliers.readers.dialects import Dialect, parsed

_TAIL = 1 << 16
_COMPARED = 20
_ROOT = re.compile(rb"<([A-Za-z_\x80-\xff][^\s/>]*)")
_AFTER_ROOT = re.compile(rb"(?:\s|\x00|<!--.*?-->|<\?.*?\?>)*\Z", re.S)


def breaks_off(path: Path, dialect: Dialect) -> bool:
    """Whether the last line of a text in UTF-8 stops before its end: less than a line, and nothing after it."""
    if is_ended(path):
        return False
    *before, last = _tail(path).split("\n")
    before = [line for line in before[-_COMPARED - 1 :] if line.strip()][-_COMPARED:]
    if not before or (dialect.quote and any(line.count(dialect.quote) % 2 for line in before)):
        return False
    if dialect.quote and last.count(dialect.quote) % 2:
        return True
    width = min(_width(line, dialect) for line in before)
    return _width(last, dialect) < width


def is_ended(path: Path) -> bool:
    """Whether the last line has a line end. Some programs never write it; from one that did, its loss is telling."""
    return _tail(path, 2).rstrip("\x1a\x00")[-1:] in {"\n", ""}


def ends_with_root(blocks: Iterable[bytes]) -> bool:
    """Whether XML in UTF-8 ends with the end of the element that it began with."""
    head, tail = b"", b""
    for block in blocks:
        head = head or block
        tail = (tail + block)[-_TAIL:]
    root = _ROOT.search(head)
    if root is None:
        return True
    end = tail.rfind(b"</" + root.group(1))
    closed = tail.find(b">", end) + 1 if end >= 0 else 0
    return bool(closed) and bool(_AFTER_ROOT.match(tail, closed))


def _tail(path: Path, size: int = _TAIL) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - size))
        return file.read().decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")


def _width(line: str, dialect: Dialect) -> int:
    records = parsed(line, dialect.delimiter, dialect.quote, dialect.escape)
    return len(records[0]) if records else 0
