"""When an order must be delivered (or, in the United States, shipped), and when the customer may end it."""

from dataclasses import dataclass
from datetime import date, timedelta

from orders.domain.legal.days import after, working_days_after

# FR-02, EU-01, DE-01, UK-01: 30 days after the contract where nothing was agreed; US-02: 30, or 50 on credit.
DEFAULT_DAYS = 30
US_CREDIT_DAYS = 50


@dataclass(frozen=True)
class NewDate:
    """A later date that was proposed; it binds only once the customer has accepted it."""

    on: date
    accepted_on: date | None = None


def deliver_by(ordered_on: date, announced: date | None = None, later: NewDate | None = None) -> date:
    """The last day for delivery. A new date that nobody accepted moves nothing: silence is no agreement."""
    if later is not None and later.accepted_on is not None:
        return later.on
    return announced or after(ordered_on, DEFAULT_DAYS)


def overdue_from(due: date) -> date:
    """The first day on which the order is late."""
    return due + timedelta(days=1)


def extra_period_ends(notice: date, days: int) -> date:
    """The end of the reasonable period that the customer set (FR-03, UK-02)."""
    return after(notice, days)


def may_end_from(notice: date, days: int) -> date:
    """The first day on which he may end the contract when nothing came."""
    return overdue_from(extra_period_ends(notice, days))


def ship_by(
    completed_on: date,
    *,
    stated: date | None = None,
    business_days: int | None = None,
    on_credit: bool = False,
) -> date:
    """T of 16 CFR 435.2(a)(1) (US-02): the stated time, else 30 days, 50 when the buyer applied for credit."""
    if stated is not None:
        return stated
    if business_days is not None:
        return working_days_after(completed_on, business_days, "US")
    return after(completed_on, US_CREDIT_DAYS if on_credit else DEFAULT_DAYS)
