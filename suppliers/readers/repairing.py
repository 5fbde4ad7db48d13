"""Delimited files whose quote marks do not close, or that escape them with a backslash, written anew."""

import csv
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path

from suppliers.readers.dialects import Dialect
from suppliers.readers.limits import Deadline
from suppliers.readers.swallowing import Look, literal
from suppliers.readers.values import Doubt

_LONGEST_RECORD = 200
_LARGEST_RECORD = 1 << 20


def repaired(path: Path, look: Look, target: Path, width: int, deadline: Deadline) -> list[Doubt]:
    """Writes a clean CSV to `target`; says how many lines had to be read without regard to their quote marks.

    A cell over several lines is one, but where these are plainly lines of the table; where they may be, that is said.
    """
    doubts: Counter[str] = Counter()
    with (
        path.open(encoding="utf-8-sig", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out, lineterminator="\n")
        for _skipped in range(look.dialect.skip):
            source.readline()
        for count, (record, doubt) in enumerate(_records(_Lines(source), look, width)):
            writer.writerow(record)
            doubts[doubt] += 1
            if count % 10_000 == 0:
                deadline.check()
    return [Doubt(code, {"count": doubts[code]}) for code in ("quotes", "lines_in_cells") if doubts[code]]


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


def _records(lines: _Lines, look: Look, width: int) -> Iterator[tuple[list[str], str]]:
    """Each record, and the doubt about its quote marks. One reader goes on until it meets one that is in disorder."""
    while True:
        try:
            for record in _reader(lines, look.dialect):
                doubt = ""
                if len(lines.record) > 1:
                    bare = [line.rstrip("\r\n") for line in lines.record]
                    if not 1 < len(record) <= width + 1 or look.are_lines(bare):
                        break
                    doubt = "lines_in_cells" if look.seem_lines(bare) else ""
                    record = [cell.replace("\r\n", "\n") for cell in record]
                lines.record.clear()
                yield record, doubt
        except csv.Error:
            pass
        if not lines.record:
            return
        yield literal(lines.first(), look.dialect), "quotes"


def _reader(lines: Iterator[str], dialect: Dialect) -> Iterator[list[str]]:
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar=dialect.escape or None,
        strict=True,
    )
