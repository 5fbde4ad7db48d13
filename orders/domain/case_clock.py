"""The legal clock of one case, from what is on the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from orders.domain.case_letters import promised_on
from orders.domain.legal.clock import Cost, Duty, Situation, clock_of, refunding
from orders.domain.options import Stake
from orders.models import Refund, StockoutCase
from stocke.core.models import Message


@dataclass(frozen=True)
class Running:
    """One duty as it stands today."""

    duty: Duty
    is_late: bool
    lost_cents: int
    next_cost: Cost | None


@dataclass(frozen=True)
class CaseClock:
    """The duties of a case, the nearest first. Empty where we know no law of the customer's country."""

    country: str
    currency: str
    refund: Duty
    duties: Sequence[Running]

    @property
    def lost_cents(self) -> int:
        """What missed duties have cost by now."""
        return max((running.lost_cents for running in self.duties), default=0)

    @property
    def has_doubts(self) -> bool:
        """Whether a rule here has two readings, so that a person decides."""
        return any(running.duty.rule.is_doubtful or running.duty.other for running in self.duties)


def case_clock(
    case: StockoutCase, stake: Stake, message: Message | None, refund: Refund | None, *, now: datetime
) -> CaseClock:
    """Which duties run in this case. `message` is the newest letter, `refund` the money owed, if there is any."""
    situation = situation_of(case, stake, message, refund, now=now)
    duties = [
        Running(duty, duty.is_late(situation.today), duty.lost_cents(situation.today), cost)
        for duty in clock_of(situation)
        for cost in (duty.next_cost(situation.today),)
    ]
    return CaseClock(situation.country, stake.currency, refunding(situation), duties)


def situation_of(
    case: StockoutCase, stake: Stake, message: Message | None, refund: Refund | None, *, now: datetime
) -> Situation:
    """The facts of the clock. Days are those of the shop's zone, where its customers are thought to live."""
    order = case.line.order
    return Situation(
        country=order.customer.country,
        ordered_on=day_of(order.placed_at),
        today=day_of(now),
        cents=refund.amount_cents if refund else stake.refund_cents,
        promised_on=promised_on(case),
        known_on=day_of(case.opened_at),
        told_on=day_of(message.sent_at) if message and message.sent_at else None,
        ended_on=day_of(refund.created_at) if refund else None,
        refunded_on=day_of(refund.done_at) if refund and refund.done_at else None,
    )


def day_of(moment: datetime) -> date:
    return timezone.localtime(moment).date()
