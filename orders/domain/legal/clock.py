"""The clock of one stockout: which duties run, until when, and what it costs to miss them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.domain.legal.delivery import deliver_by, ship_by
from orders.domain.legal.places import GERMANY, UNITED_KINGDOM, UNITED_STATES, places_of
from orders.domain.legal.refunding import Term, refund_by
from orders.domain.legal.rule import Rule
from orders.domain.legal.rules import rule
from orders.domain.legal.surcharges import NON_DELIVERY, NON_DELIVERY_BEYOND, non_delivery_cents, share_of

DELIVER = {"FR": "FR-02", GERMANY: "DE-01", UNITED_KINGDOM: "UK-01", UNITED_STATES: "US-02"}
TELL = {"FR": "FR-08", GERMANY: "DE-03", UNITED_STATES: "US-03"}


@dataclass(frozen=True)
class Situation:
    """What the record knows, in days of the customer's time zone.

    `promised_on` is the date announced or agreed. `known_on` is when we knew of the stockout, `told_on` when the
    customer was told. `ended_on` is when the contract ended; before that, the refund is what it would be if it
    ended today. `refunded_on` ends the money's clock. `cents` is all that was paid for it, delivery included.
    """

    country: str
    ordered_on: date
    today: date
    cents: int
    promised_on: date | None = None
    known_on: date | None = None
    told_on: date | None = None
    ended_on: date | None = None
    refunded_on: date | None = None


@dataclass(frozen=True)
class Cost:
    """What is lost from `since` on, in the unit of the order's money."""

    since: date
    cents: int


@dataclass(frozen=True)
class Duty:
    """One duty: what must be done until the end of `on`, under which rule.

    `other` is the last day on the second reading of a doubtful rule. `is_ours` says that no law names the day.
    `is_done` says that it was done, `is_supposed` that it only begins when somebody acts today. `costs` is the
    money at risk with the days from which it is lost, those already lost included.
    """

    rule: Rule
    what: Promise
    on: date
    other: date | None = None
    is_ours: bool = False
    is_done: bool = False
    is_supposed: bool = False
    costs: tuple[Cost, ...] = ()

    def is_late(self, today: date) -> bool:
        """Whether the last day has passed on every reading."""
        return not self.is_done and today > max(self.on, self.other or self.on)

    def lost_cents(self, today: date) -> int:
        """What missing it has cost by now."""
        return max((cost.cents for cost in self.costs if cost.since <= today), default=0)

    def next_cost(self, today: date) -> Cost | None:
        """The next day on which it costs more; None when it is done or can cost no more that we know of."""
        return next((cost for cost in self.costs if cost.since > today), None)


def clock_of(situation: Situation) -> tuple[Duty, ...]:
    """The duties of this stockout, the nearest first; none where we know no law of the customer's country."""
    if not places_of(situation.country):
        return ()
    return tuple(sorted(duties(situation), key=lambda duty: (duty.is_done, duty.on)))


def duties(situation: Situation) -> Iterator[Duty]:
    yield telling(situation)
    if situation.ended_on is None:
        yield delivering(situation)
    yield refunding(situation)


def telling(situation: Situation) -> Duty:
    """At once; where the law sets an outer term (the American T), that is the second reading."""
    code = TELL.get(situation.country)
    known = situation.known_on or situation.today
    outer = term_of_delivery(situation) if situation.country == UNITED_STATES else None
    return Duty(
        rule(code or nearest_delivery(situation.country)),
        _("Tell the customer and offer the way out"),
        on=known,
        other=outer if outer is not None and outer > known else None,
        is_ours=situation.country != UNITED_STATES,
        is_done=situation.told_on is not None,
    )


def delivering(situation: Situation) -> Duty:
    what = _("Ship, or have his yes to wait") if situation.country == UNITED_STATES else _("Deliver")
    return Duty(rule(nearest_delivery(situation.country)), what, on=term_of_delivery(situation))


def refunding(situation: Situation) -> Duty:
    term = refund_by(situation.country, situation.ended_on or situation.today)
    return Duty(
        term.rule,
        _("Refund everything that was paid"),
        on=term.on,
        other=term.other,
        is_ours=term.is_ours,
        is_done=situation.refunded_on is not None,
        is_supposed=situation.ended_on is None,
        costs=surcharges(term, situation) if situation.country == "FR" else (),
    )


def surcharges(term: Term, situation: Situation) -> tuple[Cost, ...]:
    """FR-06 by the days from which each tier is owed; what was owed on the day of the refund, once it is done."""
    if situation.refunded_on is not None:
        owed = non_delivery_cents(situation.cents, term.on, situation.refunded_on)
        return (Cost(situation.refunded_on, owed),) if owed else ()
    firsts = [1, *(last + 1 for last, _percent in NON_DELIVERY)]
    percents = [*(percent for _last, percent in NON_DELIVERY), NON_DELIVERY_BEYOND]
    return tuple(
        Cost(term.on + timedelta(days=first), share_of(situation.cents, percent))
        for first, percent in zip(firsts, percents, strict=True)
    )


def term_of_delivery(situation: Situation) -> date:
    if situation.country == UNITED_STATES:
        return ship_by(situation.ordered_on, stated=situation.promised_on)
    return deliver_by(situation.ordered_on, situation.promised_on)


def nearest_delivery(country: str) -> str:
    return DELIVER.get(country, "EU-01")
