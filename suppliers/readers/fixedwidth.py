"""Text whose columns are aligned by blanks, with no sign between them, written anew as CSV."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from suppliers.readers.dialects import Dialect
from suppliers.readers.limits import Deadline
from suppliers.readers.values import Doubt

# What a file must have for its blanks to be no accident: so many lines, of so many columns, one of them of numbers.
_ENOUGH_LINES, _SURE_LINES, _ENOUGH_COLUMNS = 4, 10, 3
_LOOKED_AT, _WIDEST = 400, 2_000
_ALIGNED, _NUMERIC = 0.95, 0.7
_NUMBER = re.compile(r"[+-]?[\d.,' ]*\d[\d.,' ]*[+-]?|>\s?\d+|\d+\+")
# Commas that only stand between digits divide numbers, not cells.
_DIVIDING_COMMA = re.compile(r",(?!\d)|(?<!\d),")
_RULE = re.compile(r"[\s=_+|-]*")

type Gap = tuple[int, int]


def gaps_of(text: str, dialect: Dialect | None) -> tuple[Gap, ...]:
    """The columns of blanks between the columns of a text; none where a sign divides it, or nothing does."""
    if dialect is not None and (dialect.delimiter != "," or _DIVIDING_COMMA.search(text)):
        return ()
    lines = [line.rstrip() for line in text.split("\n")[:_LOOKED_AT] if not _RULE.fullmatch(line)]
    if len(lines) < _ENOUGH_LINES or "\t" in text or max(map(len, lines)) > _WIDEST:
        return ()
    # A banner above the table is no line of it.
    typical = sorted(map(len, lines))[len(lines) // 2]
    table = [line for line in lines if len(line) >= 0.6 * typical]
    gaps = _blank_runs(table)
    return gaps if _is_table(table, gaps) else ()


def _blank_runs(lines: Sequence[str]) -> tuple[Gap, ...]:
    """The runs of places where nearly every line is blank, between others. A single blank must stand in all lines."""
    width = max(map(len, lines))
    counts = [0] * width
    for line in lines:
        for place, sign in enumerate(line):
            counts[place] += sign != " "
    most = (1 - _ALIGNED) * len(lines)
    runs: list[Gap] = []
    start = None
    for place, filled in enumerate(counts):
        if filled <= most:
            start = place if start is None else start
        elif start is not None:
            runs.append((start, place))
            start = None
    return tuple(
        run for run in runs if run[0] > 0 and (run[1] - run[0] > 1 or _is_sure(counts[run[0]], lines))
    )


def _is_sure(filled: int, lines: Sequence[str]) -> bool:
    return not filled and len(lines) >= _SURE_LINES


def _is_table(lines: Sequence[str], gaps: Sequence[Gap]) -> bool:
    rows = [cells for line in lines if (cells := _cut(line, gaps)) is not None]
    if len(gaps) + 1 < _ENOUGH_COLUMNS or len(rows) < _ALIGNED * len(lines):
        return False
    columns = [[cell for cell in column if cell] for column in zip(*rows, strict=True)]
    numeric = [
        sum(bool(_NUMBER.fullmatch(cell)) for cell in cells) / len(cells) for cells in columns if cells
    ]
    return max(numeric, default=0) >= _NUMERIC


def _cut(line: str, gaps: Sequence[Gap]) -> list[str] | None:
    """The cells of a line; None where a word stands over a gap, so that cutting would tear it."""
    cells, begin = [], 0
    for start, end in gaps:
        # One that reaches into the gap from the left or the right is cut where it leaves a blank.
        place = line.find(" ", start, end) if len(line) > start else len(line)
        if place < 0:
            return None
        cells.append(line[begin:place].strip())
        begin = place
    return [*cells, line[begin:].strip()]


def as_csv(path: Path, gaps: Sequence[Gap], target: Path, deadline: Deadline) -> list[Doubt]:
    """Writes the table as CSV, a line for each line; says how many lines were out of their columns."""
    crooked = 0
    with (
        path.open(encoding="utf-8-sig", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out, lineterminator="\n")
        for count, line in enumerate(source):
            text = line.rstrip("\r\n")
            cells = [] if _RULE.fullmatch(text) else _cut(text, gaps)
            crooked += cells is None
            # What cannot be cut is put beyond the columns, where it is no article, and listed among what was not read.
            beyond = [*[""] * (len(gaps) + 1), text.strip()]
            writer.writerow(beyond if cells is None else cells or [""])
            if count % 10_000 == 0:
                deadline.check()
    return [Doubt("crooked", {"count": crooked})] if crooked else []
