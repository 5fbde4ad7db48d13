"""Answers of suppliers as files: CSV or XLSX with the columns of our own purchase orders, or JSON with their names."""

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from orders.domain.acknowledgements import REASONS, SaidLine
from orders.models import Answer
from suppliers.readers.errors import NotAFeed
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.xlsxbooks import XlsxBook

MOST_BYTES, MOST_ROWS = 2 * 1024 * 1024, 5000
BOOK_LIMITS = Limits(
    max_rows=MOST_ROWS + 2, max_columns=100, max_unpacked=50 * 1024**2, max_grid=600_000, seconds=10
)
WORDS = {
    "accepted": Answer.ACCEPTED,
    "yes": Answer.ACCEPTED,
    "oui": Answer.ACCEPTED,
    "part": Answer.PART,
    "partial": Answer.PART,
    "rejected": Answer.REJECTED,
    "no": Answer.REJECTED,
    "non": Answer.REJECTED,
}


class NotReadable(Exception):
    """The file is none of ours; nothing was taken. `code`: "encoding", "columns", "json", "rows", "large", or the
    column in which `row` holds something that we do not understand."""

    def __init__(self, code: str, row: int | None = None) -> None:
        super().__init__(code)
        self.code, self.row = code, row


def answers_in(content: bytes) -> dict[str, list[SaidLine]]:
    """The rows by purchase order, in their order. Raises NotReadable: one bad row refuses the whole file."""
    return answers_of(rows_in(content))


def answers_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[SaidLine]]:
    by_purchase: dict[str, list[SaidLine]] = {}
    for number, row in enumerate(rows, start=1):
        name = word(row, "purchase_order")
        if not name:
            raise NotReadable("purchase_order", number)
        by_purchase.setdefault(name, []).append(said_in(row, number))
    if not by_purchase:
        raise NotReadable("rows")
    return by_purchase


def rows_in(content: bytes) -> list[Mapping[str, Any]]:
    """The rows of the file, whatever they say. Raises NotReadable where it is none of ours or too large."""
    if len(content) > MOST_BYTES:
        raise NotReadable("large")
    found = rows_of_xlsx(content) if content.startswith(b"PK") else rows_of_text(content)
    rows = list(islice(found, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise NotReadable("rows")
    return rows


def rows_of_text(content: bytes) -> Iterator[Mapping[str, Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotReadable("encoding") from None
    return rows_of_json(text) if text.lstrip()[:1] in ("[", "{") else rows_of_csv(text)


def rows_of_xlsx(content: bytes) -> Iterator[Mapping[str, Any]]:
    """The first sheet; its first row names the columns."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as kept:
        kept.write(content)
        kept.flush()
        try:
            book = XlsxBook(Path(kept.name), BOOK_LIMITS, Deadline(BOOK_LIMITS))
            grid = pl.concat(list(book.frames(book.names[0])), how="diagonal").drop("line")
        except (NotAFeed, pl.exceptions.PolarsError, ValueError, IndexError):
            raise NotReadable("columns") from None
    names, *rows = grid.rows() or [()]
    known = named_columns(names)
    return iter([dict(zip(known, row, strict=True)) for row in rows])


def named_columns(names: Iterable[Any]) -> list[str]:
    """The columns by name. Raises NotReadable unless they can be an answer, or say what was sent."""
    known = [str(name or "").strip().lower() for name in names]
    if "purchase_order" not in known or not {"answer", "tracking_number"} & {*known}:
        raise NotReadable("columns")
    if not {"line", "sku"} & {*known}:
        raise NotReadable("columns")
    return known


def rows_of_csv(text: str) -> Iterator[Mapping[str, Any]]:
    head = text.partition("\n")[0]
    delimiter = max(";,\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    named_columns(reader.fieldnames or ())
    try:
        for row in reader:
            yield {(name or "").strip().lower(): value for name, value in row.items()}
    except csv.Error:
        raise NotReadable("columns") from None


def rows_of_json(text: str) -> Iterator[Mapping[str, Any]]:
    """A list of lines, or {"answers": [...]}."""
    try:
        found = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise NotReadable("json") from None
    rows = found.get("answers") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise NotReadable("json")
    return iter(rows)


def said_in(row: Mapping[str, Any], number: int) -> SaidLine:
    answer, reason = WORDS.get(word(row, "answer").lower()), word(row, "reason")
    if answer is None:
        raise NotReadable("answer", number)
    if reason and reason not in {one.value for one in REASONS}:
        raise NotReadable("reason", number)
    return SaidLine(
        number,
        answer,
        line=whole(row, "line", number),
        sku=word(row, "sku"),
        quantity=whole(row, "quantity", number),
        reason=reason,
        note=word(row, "note")[:250],
        restock_on=day(row, "restock_on", number),
        ship_on=day(row, "ship_on", number),
        price_cents=cents(row, "price", number),
        currency=word(row, "currency").upper() if word(row, "price") else "",
    )


def word(row: Mapping[str, Any], name: str) -> str:
    """A cell as text without signs that nobody sees."""
    value = row.get(name)
    text = "" if value is None or isinstance(value, (list, dict)) else str(value).strip()
    return text if text.isprintable() else ""


def whole(row: Mapping[str, Any], name: str, number: int) -> int | None:
    text = word(row, name)
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise NotReadable(name, number)
    return int(text)


def day(row: Mapping[str, Any], name: str, number: int) -> date | None:
    text = word(row, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise NotReadable(name, number) from None


def cents(row: Mapping[str, Any], name: str, number: int) -> int | None:
    text = word(row, name).replace(",", ".")
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise NotReadable(name, number) from None
    if not amount.is_finite() or not 0 < amount < 10**7 or amount != round(amount, 2):
        raise NotReadable(name, number)
    return int(amount * 100)
