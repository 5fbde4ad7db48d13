"""A file of orders opened: its encoding, its separator, its columns, its lines. Nothing is written."""

import csv
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from orders.domain.order_files.columns import Header, header_of
from orders.domain.order_files.errors import FileRefused
from orders.domain.order_files.grouping import OrderInFile, orders_of
from orders.domain.order_files.lines import FileLine
from suppliers.readers import Limits, NotAFeed
from suppliers.readers.detection import format_of
from suppliers.readers.dialects import Dialect, dialect_of
from suppliers.readers.encodings import encoding_of, rewritten
from suppliers.readers.errors import readable_size
from suppliers.readers.figures import decimal_sign
from suppliers.readers.limits import Deadline

MAX_BYTES = 10 * 1024**2
MAX_LINES = 20_000
LIMITS = Limits(max_bytes=MAX_BYTES, max_rows=MAX_LINES, seconds=20)
SAMPLE = 1 << 18
# ="00123" is how a CSV tells a spreadsheet to keep the zeros.
KEPT_ZEROS = re.compile(r'^="(.*)"$')
PRICES = ("unit price", "shipping")


@dataclass(frozen=True)
class OrderFile:
    """What a file says, and how it was read."""

    orders: list[OrderInFile]
    header: Header
    encoding: str
    delimiter: str
    line_count: int


def read_order_file(path: Path, channel: str) -> OrderFile:
    """Every order of the file, as orders of this channel. Raises FileRefused when it is none that we can read."""
    deadline = Deadline(LIMITS)
    with tempfile.TemporaryDirectory(prefix="stocke-orders-") as folder:
        try:
            check_format(path)
            text_path, encoding = decoded(path, Path(folder), deadline)
            dialect = dialect_in(text_path)
            header, lines = table(text_path, dialect, deadline)
        except NotAFeed as problem:
            raise FileRefused(
                problem.code if problem.code in {"empty", "too_slow"} else "not_csv"
            ) from problem
    decimal = decimal_sign(line[column] for line in lines for column in PRICES if line[column])
    orders = orders_of(lines, channel=channel, decimal=decimal.sign)
    return OrderFile(orders, header, encoding, dialect.delimiter, len(lines))


def check_format(path: Path) -> None:
    if path.stat().st_size > MAX_BYTES:
        size, limit = readable_size(path.stat().st_size), readable_size(MAX_BYTES)
        raise FileRefused("too_large", size=size, limit=limit)
    found = format_of(path, LIMITS)
    if found != "csv":
        raise FileRefused("workbook" if found in {"xlsx", "xls", "ods"} else "not_csv")


def decoded(path: Path, folder: Path, deadline: Deadline) -> tuple[Path, str]:
    """The file as UTF-8, and what it was written in."""
    encoding = encoding_of(path, deadline)
    if not encoding.rewrite:
        return path, encoding.name
    target = folder / "utf8.csv"
    rewritten(path, encoding.name, target, deadline)
    return target, encoding.name


def dialect_in(path: Path) -> Dialect:
    with path.open(encoding="utf-8-sig", newline="") as file:
        text = file.read(SAMPLE)
    dialect = dialect_of(text if len(text) < SAMPLE else text[: text.rfind("\n") + 1])
    if dialect is None:
        raise FileRefused("no_table")
    return dialect


def table(path: Path, dialect: Dialect, deadline: Deadline) -> tuple[Header, list[FileLine]]:
    """The named columns and every line below them. Raises FileRefused."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = filled(file, dialect)
        _number, names = next(records, (0, []))
        header = header_of([" ".join(name.split()) for name in names])
        lines = [line_of(header, number, record) for number, record in islice(records, MAX_LINES + 1)]
    deadline.check()
    if not lines:
        raise FileRefused("no_orders")
    if len(lines) > MAX_LINES:
        raise FileRefused("too_many_rows", limit=f"{MAX_LINES:,}")
    return header, lines


def filled(file: Iterator[str], dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """The records that are not empty, each with the number of its first line. Raises FileRefused at a stray quote."""
    for _skipped in range(dialect.skip):
        next(file, None)
    reader = csv.reader(
        file,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar=dialect.escape or None,
        strict=True,
    )
    while True:
        number = dialect.skip + reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error as error:
            raise FileRefused("quotes", line=number) from error
        if record is None:
            return
        if any(cell.strip() for cell in record):
            yield number, record


def line_of(header: Header, number: int, record: list[str]) -> FileLine:
    cells = {column: record[place].strip() for column, place in header.places.items() if place < len(record)}
    return FileLine(number, {column: KEPT_ZEROS.sub(r"\1", text) for column, text in cells.items() if text})
