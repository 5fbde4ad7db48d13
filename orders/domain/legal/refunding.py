"""When money must be back, by the law of the customer's country."""

from dataclasses import dataclass
from datetime import date, timedelta

from orders.domain.legal.days import after, on_working_day, working_days_after
from orders.domain.legal.places import GERMANY, UNITED_KINGDOM, UNITED_STATES, is_in_union
from orders.domain.legal.rule import Rule
from orders.domain.legal.rules import rule

REFUND_DAYS = 14
WITHDRAWAL_DAYS = 14
US_WORKING_DAYS = 7


@dataclass(frozen=True)
class Term:
    """A last day with the rule behind it. `other` is the last day on the second reading of a doubtful rule.

    `is_ours` says that the law names no number of days and the day is a rule of this house.
    """

    rule: Rule
    on: date
    other: date | None = None
    is_ours: bool = False


def refund_by(country: str, ended_on: date) -> Term:
    """The last day for the refund of a contract that ended because nobody could deliver.

    Where no law that we know sets a number of days, fourteen of them are our own outer alarm.
    """
    if country == UNITED_STATES:
        return us_refund_by(ended_on)
    on = after(ended_on, REFUND_DAYS)
    if country == "FR":
        return Term(rule("FR-05"), on)
    code = {GERMANY: "DE-03", UNITED_KINGDOM: "UK-03"}.get(country, "EU-02")
    return Term(rule(code), on, is_ours=True)


def us_refund_by(vested_on: date) -> Term:
    """Seven working days for sending a refund (US-08). When vesting is read as the next day, one more."""
    on = working_days_after(vested_on, US_WORKING_DAYS, UNITED_STATES)
    other = working_days_after(vested_on + timedelta(days=1), US_WORKING_DAYS, UNITED_STATES)
    return Term(rule("US-08"), on, other=other if other != on else None)


def default_refund_on(announced_on: date) -> date:
    """When a shop whose policy is "refund by default" refunds a customer who says nothing: 14 days from its mail."""
    return after(announced_on, REFUND_DAYS)


def withdrawal_ends(received_on: date, country: str) -> date:
    """The last day of the right of withdrawal (FR-11, EU-03, UK-05), counted from the last of the goods.

    A right of the customer that ends on a weekend or holiday ends on the next working day.
    """
    last = after(received_on, WITHDRAWAL_DAYS)
    return on_working_day(last, country) if is_in_union(country) else last


def withdrawal_refund_by(
    told_on: date,
    *,
    shipped: bool = False,
    proof_on: date | None = None,
    goods_on: date | None = None,
) -> date | None:
    """The last day for the refund after a withdrawal (FR-13, EU-03, DE-06, UK-05).

    Goods that were shipped: the shop may wait for them or for proof of dispatch, whichever comes first; None while
    it may still wait. Unshipped goods: there is nothing to wait for.
    """
    term = after(told_on, REFUND_DAYS)
    if not shipped:
        return term
    seen = [day for day in (proof_on, goods_on) if day is not None]
    return max(term, min(seen)) if seen else None


def may_replace_refund(country: str) -> bool:
    """Whether a voucher may be a choice instead of the refund: not under the American rule (US-09)."""
    return country != UNITED_STATES
