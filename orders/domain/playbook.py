"""What the merchant's rules say about one case. Pure: the proposal on the desk, the dry run and the act alone all ask
the same function."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from orders.domain.options import PricedOption
from orders.models import OptionKind, PlaybookAct


@dataclass(frozen=True)
class Rule:
    """One sentence: when it fits, what it proposes, and when it may be done alone."""

    position: int
    act: PlaybookAct
    cause: str = ""
    below_cents: int | None = None
    alike_percent: int = 80
    not_dearer: bool = True
    wait_days: int = 21
    alone_after_hours: int | None = None
    alone_below_cents: int | None = None


@dataclass(frozen=True)
class Situation:
    """What the rules look at. `in_shop_currency` is false where their amounts say nothing about the case."""

    value_cents: int
    cause: str
    opened_at: datetime
    options: Sequence[PricedOption]
    today: date
    in_shop_currency: bool = True
    refund_is_doubtful: bool = False


class Bar(StrEnum):
    """Why a rule does not act alone."""

    PROPOSES_ONLY = "proposes_only"
    TOO_DEAR = "too_dear"
    LAW = "law"


@dataclass(frozen=True)
class Play:
    """What the first fitting rule says. `alone_at` is when it would be done alone; None, with `bar`, when never."""

    rule: Rule
    keys: tuple[str, ...]
    alone_at: datetime | None = None
    bar: Bar | None = None

    @property
    def is_outright(self) -> bool:
        """Whether it gives the money back without asking."""
        return self.rule.act == PlaybookAct.REFUND


def play(rules: Sequence[Rule], situation: Situation) -> Play | None:
    """The first rule that fits, with what it offers; None when none does."""
    for rule in rules:
        if not applies(rule, situation):
            continue
        option = option_for(rule, situation)
        if option is not None:
            keys = tuple(dict.fromkeys([option.key, "refund"]))
            bar = bar_of(rule, situation)
            hours = timedelta(hours=rule.alone_after_hours or 0)
            return Play(rule, keys, None if bar else situation.opened_at + hours, bar)
    return None


def applies(rule: Rule, situation: Situation) -> bool:
    if rule.cause and rule.cause != situation.cause:
        return False
    return rule.below_cents is None or (
        situation.in_shop_currency and situation.value_cents < rule.below_cents
    )


def option_for(rule: Rule, situation: Situation) -> PricedOption | None:
    """The way out that the rule proposes, if it is there and good enough."""
    options = (one for one in situation.options if one.kind == OptionKind(rule.act))
    if rule.act == PlaybookAct.SUBSTITUTE:
        options = (one for one in options if is_good_enough(rule, one))
    if rule.act == PlaybookAct.WAIT:
        last = situation.today + timedelta(days=rule.wait_days)
        options = (one for one in options if one.until and one.until <= last)
    return next(options, None)


def is_good_enough(rule: Rule, option: PricedOption) -> bool:
    if option.suggestion is None or (rule.not_dearer and option.price_difference_cents > 0):
        return False
    return option.suggestion.score * 100 >= rule.alike_percent


def bar_of(rule: Rule, situation: Situation) -> Bar | None:
    """What forbids to act alone. Money never moves by itself on a rule of law with two readings."""
    if rule.alone_after_hours is None:
        return Bar.PROPOSES_ONLY
    if rule.act == PlaybookAct.REFUND and situation.refund_is_doubtful:
        return Bar.LAW
    limit = rule.alone_below_cents
    if limit is not None and not (situation.in_shop_currency and situation.value_cents < limit):
        return Bar.TOO_DEAR
    return None
