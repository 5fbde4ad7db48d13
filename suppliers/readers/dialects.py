"""How a text file is divided: which sign separates the cells, which one encloses them."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, replace

_DELIMITERS = ("\t", ";", "|", ",", "\x1f", "^", "~")
_RECORDS = 400
_CLEAN = re.compile(r"|[+-]?[\d.,' ]+(?: ?[€$£%])?|[\w\-/.#+]+|https?://\S+|[\d\-/.: T]+", re.ASCII)
_SEP_LINE = re.compile(r"""^\ufeff?["']?sep=(.)["']?\r?\n""", re.I)
csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True)
class Dialect:
    """`quote` is empty where quote marks are ordinary characters; `escape` where none is used.

    `skip` is the number of lines before the table that only speak to Excel ("sep=;").
    """

    delimiter: str
    quote: str
    escape: str = ""
    skip: int = 0
    width: int = 1


def dialect_of(text: str) -> Dialect | None:
    """The dialect that divides the sample most evenly; None where nothing divides it. The sample ends with a line."""
    if match := _SEP_LINE.match(text):
        body = text[match.end() :]
        named = max(
            (_tried(body, match.group(1), quote) for quote in ('"', "") if quote != match.group(1)),
            key=_merit,
        )
        return Dialect(match.group(1), named.quote, named.escape, 1, named.width)
    tried = [
        _tried(text, delimiter, quote)
        for delimiter in _DELIMITERS
        if delimiter in text
        for quote in ('"', "'", "")
        if not quote or quote in text
    ]
    good = [attempt for attempt in tried if attempt.width > 1]
    best = max(good, key=_merit, default=None)
    return (
        Dialect(best.delimiter, best.quote, best.escape, 0, best.width)
        if best and best.score > 0.25
        else None
    )


def quoted_as(dialect: Dialect, text: str) -> Dialect:
    """The dialect with the quote marks of a later piece, for a file whose beginning has none."""
    tried = max((_tried(text, dialect.delimiter, quote) for quote in ('"', "")), key=_merit)
    return replace(dialect, quote=tried.quote, escape=tried.escape)


@dataclass(frozen=True)
class _Attempt:
    delimiter: str
    quote: str
    escape: str
    width: int
    score: float


def _merit(attempt: _Attempt) -> tuple[float, int, int]:
    """Equal scores go to the rarer delimiter, and to quoting with double marks."""
    return (
        round(attempt.score, 2),
        -_DELIMITERS.index(attempt.delimiter) if attempt.delimiter in _DELIMITERS else 0,
        {'"': 2, "": 1, "'": 0}[attempt.quote],
    )


def _tried(text: str, delimiter: str, quote: str) -> _Attempt:
    attempt = _scored(text, delimiter, quote, "")
    if quote and f"\\{quote}" in text:
        escaped = _scored(text, delimiter, quote, "\\")
        return escaped if escaped.score >= attempt.score else attempt
    return attempt


def _scored(text: str, delimiter: str, quote: str, escape: str) -> _Attempt:
    records = parsed(text, delimiter, quote, escape)
    # The sample may end inside a record.
    records = records[:-1] if len(records) > 20 else records
    # Weighed by lines, because a stray quote mark swallows many lines into one record.
    widths: Counter[int] = Counter()
    for record in records:
        if any(cell.strip() for cell in record):
            is_torn = quote != '"' and _tears_quotes(record)
            widths[0 if is_torn else len(record)] += 1 + sum(cell.count("\n") for cell in record)
    if not widths:
        return _Attempt(delimiter, quote, escape, 1, 0)
    width = max((width for width in widths if width > 1), key=lambda width: widths[width], default=1)
    even = sum(lines for other, lines in widths.items() if abs(other - width) <= (width > 5)) / widths.total()
    clean = _cleanness(records, delimiter, quote)
    return _Attempt(delimiter, quote, escape, width, even * (0.6 + 0.4 * clean) * (1 - 0.5 / width))


def _tears_quotes(record: list[str]) -> bool:
    """Whether a quoted value with the delimiter in it was divided: a cell begins with the mark, a later one ends so."""
    bare = (cell.replace('\\"', "").strip() for cell in record)
    halves = [cell for cell in bare if cell.count('"') % 2]
    begins = next((place for place, cell in enumerate(halves) if cell.startswith('"')), len(halves))
    return any(cell.endswith('"') for cell in halves[begins + 1 :])


def parsed(text: str, delimiter: str, quote: str, escape: str) -> list[list[str]]:
    """The first records of a text, by Python's own reader."""
    reader = csv.reader(
        io.StringIO(text),
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        escapechar=escape or None,
    )
    records: list[list[str]] = []
    try:
        for record in reader:
            records.append(record)
            if len(records) >= _RECORDS:
                break
    except csv.Error:
        return []
    return records


def _cleanness(records: list[list[str]], delimiter: str, quote: str) -> float:
    """Which share of the cells looks like a value, rather than like two values or half of one."""
    cells = [cell.strip() for record in records[:200] for cell in record]
    if not cells:
        return 0
    others = [sign for sign in ("\t", ";", "|") if sign != delimiter]
    clean = sum(1.0 if _CLEAN.fullmatch(cell) else 0.7 for cell in cells)
    torn = sum(any(sign in cell for sign in others) and len(cell) < 100 for cell in cells)
    # Between single marks, a double one is a sign like any other.
    double = 0 if quote == "'" else sum(cell.count('"') % 2 for cell in cells)
    half = double + sum(cell[:1] == "'" == cell[-1:] and len(cell) > 1 for cell in cells)
    return max(0.0, (clean - torn - (0 if quote == '"' else half)) / len(cells))
