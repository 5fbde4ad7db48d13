"""Delimited files whose quote marks do not close, or that escape them with a backslash, written anew."""

import csv
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
        for count, (record, clean) in enumerate(_records(source, dialect, width)):
            writer.writerow([cell.replace("\r\n", "\n") for cell in record])
            broken += not clean
            if count % 10_000 == 0:
                deadline.check()
    return [Doubt("quotes", {"count": broken})] if broken else []


def _records(lines: Iterator[str], dialect: Dialect, width: int) -> Iterator[tuple[list[str], bool]]:
    """Each record, and whether its quote marks were in order."""
    waiting: list[str] = []
    for line in _following(lines, waiting):
        record = _strict([line], dialect)
        if record is None:
            record, used = _over_lines(line, lines, waiting, dialect, width)
            if record is not None:
                del waiting[:used]
                yield record, True
                continue
            yield _literal(line, dialect), False
            continue
        yield record, True


def _following(lines: Iterator[str], waiting: list[str]) -> Iterator[str]:
    """The lines that were looked at and put back, then the others."""
    while True:
        if waiting:
            yield waiting.pop(0)
            continue
        line = next(lines, None)
        if line is None:
            return
        yield line


def _over_lines(
    first: str, lines: Iterator[str], waiting: list[str], dialect: Dialect, width: int
) -> tuple[list[str] | None, int]:
    """A record that goes on over the next lines, and how many of them; None where its quote never closes."""
    for used in range(1, _LONGEST_RECORD):
        if len(waiting) < used:
            line = next(lines, None)
            if line is None:
                return None, 0
            waiting.append(line)
        if dialect.quote not in waiting[used - 1]:
            continue
        record = _strict([first, *waiting[:used]], dialect)
        if record is not None:
            return (record, used) if 1 < len(record) <= width + 1 else (None, 0)
    return None, 0


def _strict(lines: list[str], dialect: Dialect) -> list[str] | None:
    """The one record of these lines, or None where they are not exactly one well-formed record."""
    reader = csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar=dialect.escape or None,
        strict=True,
    )
    try:
        record = next(reader, [])
        return record if next(reader, None) is None else None
    except csv.Error:
        return None


def _literal(line: str, dialect: Dialect) -> list[str]:
    """The line cut at every delimiter, whatever its quote marks say."""
    cells = line.rstrip("\r\n").split(dialect.delimiter)
    return [cell.strip().strip(dialect.quote).replace(dialect.quote * 2, dialect.quote) for cell in cells]
