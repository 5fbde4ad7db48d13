"""The delay notices of 16 CFR 435.2(b): what a first notice allows, and when its order is cancelled."""

from dataclasses import dataclass
from datetime import date

from orders.domain.legal.days import after, days_between
from orders.domain.legal.refunding import Term, us_refund_by
from orders.domain.legal.rule import Rule
from orders.domain.legal.rules import rule

LONGEST_SILENT_DELAY = 30


class NoticeTooLate(Exception):
    """A first notice after T is no valid one (US-03): the order counts as cancelled at T."""


@dataclass(frozen=True)
class Delay:
    """What a first notice leads to when the buyer says nothing. `wait_until` is the last day of allowed waiting."""

    rule: Rule
    wait_until: date
    silence_is_consent: bool
    refund: Term


def first_notice(ship_by: date, noticed_on: date, revised: date | None) -> Delay:
    """What silence means after the first notice. `revised` is the new date, None when there is none.

    Within 30 days past T silence is consent to wait until that date (US-04); beyond, or without a date, the order is
    cancelled at T + 30 unless it was shipped or expressly accepted by then (US-05). Raises NoticeTooLate.
    """
    if noticed_on > ship_by:
        raise NoticeTooLate(ship_by)
    if revised is not None and days_between(ship_by, revised) <= LONGEST_SILENT_DELAY:
        return Delay(rule("US-04"), revised, True, us_refund_by(revised))
    end = after(ship_by, LONGEST_SILENT_DELAY)
    return Delay(rule("US-05"), end, False, us_refund_by(end))


def without_notice(ship_by: date) -> Term:
    """Neither shipped nor noticed by T: cancelled at the end of that day, the refund unasked (US-07)."""
    return us_refund_by(ship_by)
