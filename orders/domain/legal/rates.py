"""The French legal rate of interest, by dates. Outside the table nothing is computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal


# Creditor: a private person. Re-check each 1 January and 1 July.
@dataclass(frozen=True)
class Rate:
    """`percent` a year, from `first` to `last` inclusive, and where it was read."""

    first: date
    last: date
    percent: Decimal
    source: str


LEGAL_RATES: Sequence[Rate] = (
    Rate(date(2025, 1, 1), date(2025, 6, 30), Decimal("7.21"), "1er semestre 2025"),
    Rate(date(2026, 1, 1), date(2026, 6, 30), Decimal("6.67"), "arrêté du 15 décembre 2025"),
)


class RateUnknown(Exception):
    """No legal rate is recorded for that day: a person looks it up, nothing is guessed."""

    def __init__(self, day: date) -> None:
        super().__init__(f"no legal rate is recorded for {day.isoformat()}")
        self.day = day


def rate_on(day: date, table: Sequence[Rate] = LEGAL_RATES) -> Decimal:
    """The rate of that day in percent a year. Raises RateUnknown."""
    for rate in table:
        if rate.first <= day <= rate.last:
            return rate.percent
    raise RateUnknown(day)


def interest_cents(cents: int, due: date, paid: date, table: Sequence[Rate] = LEGAL_RATES) -> int:
    """Simple interest for each day after `due` up to `paid`, day by day at its rate, over 365. Raises RateUnknown.

    Pro rata of days (a reading: a flat yearly rate would exceed the next tier of L242-4).
    """
    days = [due + timedelta(days=number) for number in range(1, (paid - due).days + 1)]
    points = sum((rate_on(day, table) for day in days), Decimal(0))
    return to_cents(cents * points / Decimal(36_500))


def to_cents(amount: Decimal) -> int:
    """Rounded half up."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
