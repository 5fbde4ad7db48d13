"""What a late refund costs in France: tiers by days past the term, owed without being asked."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from orders.domain.legal.days import after, days_between, months_after
from orders.domain.legal.rates import LEGAL_RATES, Rate, interest_cents, to_cents

# Code de la consommation L241-4 (ordonnance 2021-1247, art. 13): last day past the term, percent. FR-06.
NON_DELIVERY = ((14, 10), (30, 20))
NON_DELIVERY_BEYOND = 50
# L242-4: the first ten days cost the legal rate. FR-14.
LEGAL_RATE_DAYS = 10
WITHDRAWAL = ((20, 5), (30, 10), (60, 20), (90, 50))
POINTS_A_MONTH = 5
WHOLE_PRICE = 100


def non_delivery_cents(cents: int, due: date, paid: date) -> int:
    """The surcharge on a refund for non-delivery (FR-06), in the unit of `cents`; 0 when paid in time."""
    late = days_between(due, paid)
    if late <= 0:
        return 0
    percent = next((share for last, share in NON_DELIVERY if late <= last), NON_DELIVERY_BEYOND)
    return share_of(cents, percent)


def withdrawal_cents(cents: int, due: date, paid: date, rates: Sequence[Rate] = LEGAL_RATES) -> int:
    """The surcharge on a refund after withdrawal (FR-14). Raises RateUnknown where the legal rate is needed.

    The tiers' bounds are readings: "entre dix et vingt" begins on day 11, each new month on day 91 (prudent).
    """
    late = days_between(due, paid)
    if late <= 0:
        return 0
    if late <= LEGAL_RATE_DAYS:
        return interest_cents(cents, due, paid, rates)
    for last, percent in WITHDRAWAL:
        if late <= last:
            return share_of(cents, percent)
    return beyond_ninety_days(cents, due, paid, rates)


def beyond_ninety_days(cents: int, due: date, paid: date, rates: Sequence[Rate]) -> int:
    """Half the price and five points for each month begun, up to the price; from then on the legal rate on top."""
    last, percent = WITHDRAWAL[-1]
    begins, months = after(due, last + 1), 1
    while months_after(begins, months) <= paid:
        months += 1
    points = percent + POINTS_A_MONTH * months
    if points < WHOLE_PRICE:
        return share_of(cents, points)
    reached = months_after(begins, (WHOLE_PRICE - percent) // POINTS_A_MONTH - 1)
    return cents + interest_cents(cents, reached, paid, rates)


def share_of(cents: int, percent: int) -> int:
    return to_cents(Decimal(cents) * percent / 100)


def prepaid_interest_cents(
    cents: int, paid_on: date, delivered: date, rates: Sequence[Rate] = LEGAL_RATES
) -> int:
    """Interest on a prepayment undelivered for three months (FR-16, L214-2). Raises RateUnknown."""
    begins = months_after(paid_on, 3)
    return interest_cents(cents, begins, delivered, rates) if delivered > begins else 0
