"""Lines and cells without an end: pieces of many megabytes would be many times in memory."""

from mmap import ACCESS_READ, mmap
from pathlib import Path

from suppliers.readers.dialects import Dialect
from suppliers.readers.errors import NotAFeed, readable_size, refuse
from suppliers.readers.limits import Deadline

_BLOCK = 1 << 20
_LONGEST = 32 * 1024**2
_BEFORE_CELLS = frozenset({b",", b";", b"\t", b"|", b"\n", b"\r", b" "})
_LOOKED_AT = 1 << 16
_OF_THE_TABLE = 0.8


def refuse_endless_line(path: Path, deadline: Deadline) -> None:
    """Raises NotAFeed where a line is longer than any of ours."""
    size, begin = path.stat().st_size, 0
    if size <= _LONGEST:
        return
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        while begin < size - _LONGEST:
            deadline.check()
            longest = begin, begin + _LONGEST + 1
            # Whoever ends lines otherwise has no line feeds at all.
            if (end := content.rfind(b"\n", *longest)) < 0 and (end := content.rfind(b"\r", *longest)) < 0:
                raise _too_long()
            begin = end + 1


def endless_cell(path: Path, deadline: Deadline) -> int | None:
    """Where a quote mark opens a cell that goes on for many megabytes, over however many lines; None without one."""
    if path.stat().st_size <= _LONGEST:
        return None
    place, opened = 0, None
    with path.open("rb") as file:
        before = b"\n"
        while block := file.read(_BLOCK):
            deadline.check()
            opened = _open_at_end(before + block, place - 1, opened)
            place += len(block)
            if opened is not None and place - opened > _LONGEST:
                return opened
            before = block[-1:]
    return None


def _open_at_end(text: bytes, place: int, opened: int | None) -> int | None:
    """Where the cell was opened that is still open at the end of this piece, which begins at `place`."""
    if b'"' not in text:
        return opened
    # Doubled marks stand inside a cell and neither begin nor end it.
    text = text.replace(b'""', b"\0\0")
    last = text.rfind(b'"')
    if last <= 0:
        return opened
    inside = (opened is not None) != bool(text.count(b'"', 1) % 2)
    # A mark that opens a cell stands behind a separator; one behind a number is an inch.
    return place + last if inside and text[:last].rstrip(b"\0")[-1:] in _BEFORE_CELLS else None


def refuse_endless_cell(path: Path, opened: int, dialect: Dialect) -> None:
    """Raises NotAFeed for a cell without end, unless lines of the table follow its mark, which then is a stray one."""
    with path.open("rb") as file:
        file.seek(opened)
        _rest, *lines = file.read(_LOOKED_AT).decode("utf-8", errors="replace").splitlines()[:-1]
    whole = sum(line.count(dialect.delimiter) == dialect.width - 1 for line in lines)
    if dialect.width < 2 or whole < _OF_THE_TABLE * max(1, len(lines)):
        raise _too_long()


def _too_long() -> NotAFeed:
    return refuse("too_long_piece", limit=readable_size(_LONGEST))
