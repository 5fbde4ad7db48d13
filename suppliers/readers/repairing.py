"""Delimited files whose quote marks do not close, or that escape them with a backslash, written anew."""

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from suppliers.readers.dialects import Dialect
from suppliers.readers.limits import Deadline
from suppliers.readers.values import Doubt

_LONGEST_RECORD = 200


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

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.record) == _LONGEST_RECORD:
            raise StopIteration
        line = self._again.popleft() if self._again else next(self._source)
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
                    if not 1 < len(record) <= width + 1:
                        break
                    record = [cell.replace("\r\n", "\n") for cell in record]
                lines.record.clear()
                yield record, True
        except csv.Error:
            pass
        if not lines.record:
            return
        yield _literal(lines.first(), dialect), False


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
