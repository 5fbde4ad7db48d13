"""Delimited files whose quote marks do not close, or that escape them with a backslash, written anew."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from suppliers.readers.dialects import Dialect
from suppliers.readers.limits import Deadline
from suppliers.readers.sources import column
from suppliers.readers.values import Doubt

_LONGEST_RECORD = 200
_LARGEST_RECORD = 1 << 20


def repaired(path: Path, dialect: Dialect, target: Path, width: int, deadline: Deadline) -> list[Doubt]:
    """Writes a clean CSV to `target`; says how many lines had to be read without regard to their quote marks."""
    broken = 0
    with (
        path.open(encoding="utf-8-sig", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out, lineterminator="\n")
        for _skipped in range(dialect.skip):
            source.readline()
        for count, (record, clean) in enumerate(_records(_Lines(source), dialect, width)):
            writer.writerow(record)
            broken += not clean
            if count % 10_000 == 0:
                deadline.check()
    return [Doubt("quotes", {"count": broken})] if broken else []


class _Lines:
    """Lines for a reader of records, handed out until a record has more than it may; `record` are those of the last."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source, self._again = source, deque[str]()
        self.record: list[str] = []
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self.record:
            self._size = 0
        if len(self.record) == _LONGEST_RECORD or self._size > _LARGEST_RECORD:
            raise StopIteration
        line = self._again.popleft() if self._again else next(self._source)
        self._size += len(line)
        self.record.append(line)
        return line

    def first(self) -> str:
        """The first line of what turned out to be no record; the others are handed out again."""
        line, *others = self.record
        self._again.extendleft(reversed(others))
        self.record.clear()
        return line


def _records(lines: _Lines, dialect: Dialect, width: int) -> Iterator[tuple[list[str], bool]]:
    """Each record, and whether its quote marks were in order. One reader goes on until it meets one that is not."""
    while True:
        try:
            for record in _reader(lines, dialect):
                if len(lines.record) > 1:
                    if not 1 < len(record) <= width + 1 or _are_lines(lines.record, dialect):
                        break
                    record = [cell.replace("\r\n", "\n") for cell in record]
                lines.record.clear()
                yield record, True
        except csv.Error:
            pass
        if not lines.record:
            return
        yield _literal(lines.first(), dialect), False


def _are_lines(record: Sequence[str], dialect: Dialect) -> bool:
    """Whether what two marks hold together are lines of the table, each as wide as it is: both marks are stray ones."""
    return dialect.width > 2 and all(
        len(line.rstrip("\r\n").split(dialect.delimiter)) == dialect.width for line in record
    )


def swallows_lines(batch: pl.DataFrame, dialect: Dialect) -> bool:
    """Whether a cell of these holds the end of its line, perhaps lines of the table, and the beginning of another."""
    if not dialect.quote or dialect.width < 3:
        return False
    places = [place for place in range(dialect.width) if column(place) in batch.columns]
    return any(
        _is_swallowed(cell, place, dialect) for place in places for cell in _suspect(batch, place, dialect)
    )


def _suspect(batch: pl.DataFrame, place: int, dialect: Dialect) -> Iterable[str]:
    """Cells over several lines with as many signs between cells as so many lines of the table have."""
    texts = batch[column(place)]
    texts = texts.filter(texts.str.len_bytes() > dialect.width)
    texts = texts.filter(texts.str.contains("\n", literal=True))
    signs, ends = (texts.str.count_matches(sign, literal=True) for sign in (dialect.delimiter, "\n"))
    return texts.filter(signs == ends * (dialect.width - 1))


def _is_swallowed(cell: str, place: int, dialect: Dialect) -> bool:
    first, *between, last = (line.count(dialect.delimiter) for line in cell.split("\n"))
    after = dialect.width - 1 - place
    return first == after and last == place and all(count == dialect.width - 1 for count in between)


def _reader(lines: Iterator[str], dialect: Dialect) -> Iterator[list[str]]:
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar=dialect.escape or None,
        strict=True,
    )


def _literal(line: str, dialect: Dialect) -> list[str]:
    """The line cut at every delimiter, whatever its quote marks say."""
    cells = line.rstrip("\r\n").split(dialect.delimiter)
    return [cell.strip().strip(dialect.quote).replace(dialect.quote * 2, dialect.quote) for cell in cells]
