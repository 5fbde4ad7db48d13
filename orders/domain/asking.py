"""Whether a line is asked about before it is confirmed, and how long that may take. Pure.

Asked is about one source that alone would serve the line, and only where nothing but his word is wanting: a doubt
about price or date is not settled by him. The time runs within the authorisation of the customer's card; twelve hours
before it ends a person must decide, and nothing is asked that could not be answered until then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from orders.domain.sourcing import CheckName, Decision, Part, chance_of
from orders.models import AskingRules
from orders.models.question import DECIDE_HOURS, REFUSING
from suppliers.queries.served import Chance, Chances
from suppliers.queries.sources import SourceView

# As many as the hops over the backup list: a customer does not wait for a fourth answer.
MOST_ASKED = 3
HIS_TO_SETTLE = {CheckName.FRESH, CheckName.QUANTITY}


class Why(StrEnum):
    """Why a source is asked first."""

    OLD = "old"
    THIN = "thin"
    UNLIKELY = "unlikely"


@dataclass(frozen=True, slots=True)
class ToAsk:
    """The part of a line about which its supplier is asked, why, and when the time for it ends."""

    part: Part
    supplier_id: int
    reasons: tuple[Why, ...]
    expires_at: datetime


@dataclass(frozen=True)
class Asking:
    """What is known when it is decided whether to ask.

    `answerable` are suppliers whom we can ask by ourselves; `spoken` what was said about a line before, by offer.
    """

    rules: AskingRules
    chances: Chances = field(default_factory=dict)
    answerable: frozenset[int] = frozenset()
    spoken: Mapping[int, Mapping[int, str]] = field(default_factory=dict)

    def denied(self, line_id: int) -> frozenset[int]:
        """The offers of which a supplier has said, or by his silence, that they do not serve this line."""
        said = self.spoken.get(line_id, {})
        return frozenset(offer for offer, word in said.items() if word in REFUSING)


def expires_at(placed_at: datetime, channel: str, rules: AskingRules) -> datetime:
    """When the authorisation of an order's payment ends, so far as the merchant knows."""
    hours = rules.windows.get(channel, rules.window_hours)
    return placed_at + timedelta(hours=int(hours))


def decide_at(end: datetime) -> datetime:
    return end - timedelta(hours=DECIDE_HOURS)


def reasons_to_ask(
    source: SourceView, remaining: int, rules: AskingRules, chance: Chance | None, now: datetime
) -> tuple[Why, ...]:
    """Old, thin, or often wrong; empty when his figure is good enough."""
    is_old = source.as_of is None or now - source.as_of > timedelta(hours=rules.older_hours)
    found = (
        (Why.OLD, is_old),
        (Why.THIN, remaining < rules.thin_below),
        (Why.UNLIKELY, chance is not None and chance.permille < 10 * rules.likely_percent),
    )
    return tuple(why for why, holds in found if holds)


def question_about(
    line_id: int, decision: Decision, asking: Asking, end: datetime, now: datetime
) -> ToAsk | None:
    """Which part of this line to ask about before anything is confirmed; None where there is nothing to ask."""
    if not asking.rules.asks_first or len(decision.choice) != 1 or now >= decide_at(end):
        return None
    [part], [chosen] = decision.choice, decision.chosen
    source, spoken = chosen.source, asking.spoken.get(line_id, {})
    if source.supplier_id not in asking.answerable or source.offer_id in spoken or len(spoken) >= MOST_ASKED:
        return None
    checks = (*chosen.checks, *decision.order_checks)
    if any(not check.passed and check.name not in HIS_TO_SETTLE for check in checks):
        return None
    chance = chance_of(source, asking.chances, now)
    reasons = reasons_to_ask(source, source.free - part.quantity, asking.rules, chance, now)
    return ToAsk(part, source.supplier_id, reasons, end) if reasons else None
