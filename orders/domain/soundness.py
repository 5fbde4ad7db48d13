"""Whether an incoming order can be taken in at all: a pure function that finds every problem, not the first."""

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import asdict

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from orders.domain.problems import Code, Problem
from stocke.channels.incoming import IncomingLine, IncomingOrder
from stocke.core.texts import is_storable

MAX_LINES = 1000
MAX_QUANTITY = 100_000
MAX_CENTS = 2_147_483_647
YEARS = range(2000, 2100)
# Their smallest coin is no hundredth (ISO 4217): an amount in hundredths would be read a hundred times too large or
# lose its last digit somewhere, so that nothing is taken in rather than wrong money.
OTHER_UNITS = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF "  # noqa: SIM905 (one a line is a page)
    "BHD IQD JOD KWD LYD OMR TND CLF UYW".split()
)
LENGTHS = {"external_id": 120, "sku": 80, "line_id": 120, "currency": 3, "channel": 40, "note": 4000}


def problems_of(incoming: IncomingOrder, known_skus: Container[str]) -> list[Problem]:
    """Everything that forbids taking this order in; empty when nothing does."""
    found = [*_of_the_order(incoming), *_of_the_dates(incoming), *_of_the_customer(incoming)]
    for row, line in enumerate(incoming.lines[:MAX_LINES], start=1):
        found += [*_of_the_line(row, line), *_of_the_sku(row, line, known_skus)]
    return [*found, *_repeated(incoming)]


def _of_the_order(incoming: IncomingOrder) -> Iterator[Problem]:
    yield from _text("external_id", incoming.external_id)
    yield from _text("note", incoming.note, may_be_blank=True)
    if len(incoming.currency) != 3 or not incoming.currency.isascii() or not incoming.currency.isupper():
        yield Problem(Code.MALFORMED, "currency", value=incoming.currency)
    if incoming.currency in OTHER_UNITS:
        yield Problem(Code.CURRENCY_UNIT, "currency", value=incoming.currency)
    if incoming.shipping_cents < 0:
        yield Problem(Code.NEGATIVE, "shipping_cents", value=incoming.shipping_cents)
    if not incoming.lines:
        yield Problem(Code.MISSING, "lines")
    if len(incoming.lines) > MAX_LINES:
        yield Problem(Code.TOO_LARGE, "lines", value=len(incoming.lines), limit=MAX_LINES)
    if total_cents(incoming) > MAX_CENTS:
        yield Problem(Code.TOO_LARGE, "total", value=total_cents(incoming), limit=MAX_CENTS)


def _of_the_dates(incoming: IncomingOrder) -> Iterator[Problem]:
    if incoming.placed_at.year not in YEARS:
        yield Problem(Code.MALFORMED, "placed_at", value=incoming.placed_at.isoformat())
    if incoming.promised_on is not None and incoming.promised_on.year not in YEARS:
        yield Problem(Code.MALFORMED, "promised_on", value=incoming.promised_on.isoformat())


def total_cents(incoming: IncomingOrder) -> int:
    return incoming.shipping_cents + sum(line.quantity * line.unit_price_cents for line in incoming.lines)


def _of_the_customer(incoming: IncomingOrder) -> Iterator[Problem]:
    email = incoming.customer.email.strip()
    try:
        validate_email(email)
    except ValidationError:
        code = Code.MALFORMED if email else Code.MISSING
        yield Problem(code, "customer.email", value=email)
    for name, value in asdict(incoming.customer).items():
        if name != "email" and not is_storable(value):
            yield Problem(Code.MALFORMED, f"customer.{name}", value=readable(value))
    for name, value in incoming.ship_to.items():
        if not is_storable(value):
            yield Problem(Code.MALFORMED, f"ship_to.{name}", value=readable(value))


def readable(text: str) -> str:
    return text.replace("\x00", "�").encode("utf-8", "replace").decode()[:40]


def _of_the_line(row: int, line: IncomingLine) -> Iterator[Problem]:
    yield from _text("line_id", line.external_id, row=row, may_be_blank=True)
    if not is_storable(line.name):
        yield Problem(Code.MALFORMED, "name", row, readable(line.name))
    if line.quantity < 1:
        yield Problem(Code.NOT_POSITIVE, "quantity", row, line.quantity)
    if line.quantity > MAX_QUANTITY:
        yield Problem(Code.TOO_LARGE, "quantity", row, line.quantity, MAX_QUANTITY)
    if line.unit_price_cents < 0:
        yield Problem(Code.NEGATIVE, "unit_price_cents", row, line.unit_price_cents)


def _of_the_sku(row: int, line: IncomingLine, known_skus: Container[str]) -> Iterator[Problem]:
    wrong = list(_text("sku", line.sku, row=row))
    yield from wrong
    if not wrong and line.sku not in known_skus:
        yield Problem(Code.UNKNOWN_SKU, "sku", row, line.sku)


def _repeated(incoming: IncomingOrder) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for row, line in enumerate(incoming.lines, start=1):
        seen[line.external_id] += 1
        if line.external_id and seen[line.external_id] > 1:
            yield Problem(Code.REPEATED, "line_id", row, line.external_id)


def _text(field: str, value: str, *, row: int | None = None, may_be_blank: bool = False) -> Iterator[Problem]:
    """A text of sound length that can be kept."""
    if not value.strip() and not may_be_blank:
        yield Problem(Code.MISSING, field, row)
    elif not is_storable(value):
        yield Problem(Code.MALFORMED, field, row, readable(value))
    elif len(value) > LENGTHS[field]:
        yield Problem(Code.TOO_LONG, field, row, limit=LENGTHS[field])
