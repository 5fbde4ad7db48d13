"""Numbers of purchase orders by the supplier's own rule: `{prefix}{year}-{number:05}`."""

import re
from datetime import date

from django.db import connection

from orders.models import OrderingRules, PurchaseCounter, PurchaseOrder, Transmission
from stocke.core.domain.numbers import next_numbers

LONGEST = 30
WIDEST = 9
NAMED = re.compile(r"\{(prefix|year|number)(?::0?([1-9]))?\}")
# What may stand in an address, in the name of a file and in a mail's subject.
PLAIN = re.compile(r"[A-Za-z0-9_.\-]*")
NEXT = """
INSERT INTO orders_purchasecounter (supplier_id, period, last) VALUES (%s, %s, 1)
ON CONFLICT (supplier_id, period) DO UPDATE SET last = orders_purchasecounter.last + 1
RETURNING last
"""


class BadPattern(Exception):
    """No rule for numbers. `code`: "number" (none in it), "signs" (a sign that no number may have), "long"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_pattern(pattern: str, prefix: str) -> None:
    """Raises BadPattern."""
    if not any(found[1] == "number" for found in NAMED.finditer(pattern)):
        raise BadPattern("number")
    if not PLAIN.fullmatch(NAMED.sub("", pattern) + prefix):
        raise BadPattern("signs")
    if len(filled(pattern, prefix, 2026, 1)) > LONGEST:
        raise BadPattern("long")


def filled(pattern: str, prefix: str, year: int, number: int) -> str:
    """The number in full. Pure."""
    values = {"prefix": prefix, "year": year, "number": number}

    def value(found: re.Match[str]) -> str:
        said = str(values[found[1]])
        return said.zfill(int(found[2])) if found[2] else said

    return NAMED.sub(value, pattern)


def next_number(rules: OrderingRules, today: date) -> str:
    """The next number of this supplier: one after the other, for ever or per year where the pattern names the year.

    The counter's row is held to the end of the transaction, so that what is rolled back leaves no gap. A number that
    another supplier's rule has given already is passed over.
    """
    if not rules.pattern:
        return f"CF-{next_numbers('purchase_number')[0]}"
    period = str(today.year) if "{year" in rules.pattern else ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(NEXT, [rules.supplier_id, period])
            number = filled(rules.pattern, rules.prefix, today.year, cursor.fetchone()[0])
        if not is_taken(number):
            return number


def is_taken(number: str) -> bool:
    given = Transmission.objects.filter(number=number).exists()
    return given or PurchaseOrder.objects.filter(number=number).exists()


def number_to_come(rules: OrderingRules, today: date) -> str:
    """What the next number would be, taken from nobody: for showing."""
    if not rules.pattern:
        return "CF-…"
    period = str(today.year) if "{year" in rules.pattern else ""
    counter = PurchaseCounter.objects.filter(supplier=rules.supplier_id, period=period).first()
    return filled(rules.pattern, rules.prefix, today.year, (counter.last if counter else 0) + 1)
