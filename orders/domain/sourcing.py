"""The choice of a source: a pure function over values, so that a policy can be tried without touching anything.

Every offer of the product comes back: as a candidate with its checks and its score, or rejected with the reason.
Words are made where they are shown; here are codes and numbers only.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from django.utils import timezone

from orders.domain.rules import PolicyName, Priority, Rules
from orders.queries.sourcing_policies import Standing
from suppliers.models import QuantityKind
from suppliers.queries.served import Chance, Chances, age_band, stated_band
from suppliers.queries.sources import SourceView


class Verdict(StrEnum):
    SAFE = "safe"
    DOUBTFUL = "doubtful"
    SHORT = "short"


class CheckName(StrEnum):
    FRESH = "fresh"
    QUANTITY = "quantity"
    LEAD = "lead"
    MARGIN = "margin"
    MOST_LEAD = "most_lead"
    COUNTRY = "country"
    PARCELS = "parcels"


class Rejection(StrEnum):
    """Why an offer cannot serve the line at all."""

    INACTIVE = "inactive"
    UNKNOWN = "unknown"
    NONE_LEFT = "none_left"
    TOO_FEW = "too_few"
    REFUSED = "refused"


UNKNOWN = Standing()


@dataclass(frozen=True, slots=True)
class Need:
    """What one line asks for. `refused_by` are offers whose supplier has already said no to this line."""

    quantity: int
    unit_price_cents: int
    currency: str
    promised_on: date | None
    refused_by: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Check:
    """One fact against one limit. An unknown value never passes."""

    name: CheckName
    passed: bool
    value: float | str | None
    limit: float | str | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer that could serve `serves` units, and what speaks for and against it."""

    source: SourceView
    serves: int
    arrives_on: date
    checks: tuple[Check, ...]
    parts: Mapping[str, int]
    standing: Standing = UNKNOWN
    goods_cents: int | None = None
    chance: Chance | None = None

    @property
    def landed_cents(self) -> int | None:
        """The goods and one parcel; None when the cost is not known in the order's currency."""
        return None if self.goods_cents is None else self.goods_cents + self.standing.parcel_cents

    @property
    def score(self) -> int:
        return sum(self.parts.values())

    @property
    def doubts(self) -> int:
        return sum(not check.passed for check in self.checks)


@dataclass(frozen=True, slots=True)
class Rejected:
    source: SourceView
    reason: Rejection


@dataclass(frozen=True, slots=True)
class Part:
    """Units of the line to be taken from one offer."""

    offer_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Candidates are best first; `choice` covers the whole line, or is empty when the verdict is *short*.

    `order_checks` are those of the order as a whole. `is_joint`: another source would be better for this line alone.
    """

    candidates: tuple[Candidate, ...]
    rejected: tuple[Rejected, ...]
    choice: tuple[Part, ...]
    verdict: Verdict
    priorities: tuple[Priority, ...] = ()
    policy: PolicyName | None = None
    order_checks: tuple[Check, ...] = ()
    is_joint: bool = False

    @property
    def chosen(self) -> tuple[Candidate, ...]:
        offers = {part.offer_id for part in self.choice}
        return tuple(c for c in self.candidates if c.source.offer_id in offers)


def rank_sources(
    need: Need,
    sources: Iterable[SourceView],
    rules: Rules,
    now: datetime,
    standings: Mapping[int, Standing] = MappingProxyType({}),
) -> Decision:
    """The best way to serve the line: fewer doubts come first, then what the policy prefers, then the higher score,
    then the backup list."""
    candidates: list[Candidate] = []
    rejected: list[Rejected] = []
    today = timezone.localdate(now)
    for source in sources:
        reason = rejection(need, source, may_split=rules.may_split)
        if reason is None:
            standing = standings.get(source.supplier_id, UNKNOWN)
            candidates.append(candidate(need, source, rules, now, today, standing))
        else:
            rejected.append(Rejected(source, reason))
    candidates.sort(
        key=lambda c: (c.serves < need.quantity, c.doubts, *preference(c, rules), -c.score, c.source.rank)
    )
    choice = choose(need.quantity, candidates)
    verdict = verdict_on(choice, candidates)
    return Decision(tuple(candidates), tuple(rejected), choice, verdict, rules.priorities, rules.policy)


def preference(one: Candidate, rules: Rules) -> tuple[int, ...]:
    """What the policy weighs, in its order, smaller is better. An unknown cost comes after every known one."""
    return tuple(figure for name in rules.priorities for figure in MEASURES[name](one))


MEASURES: Mapping[Priority, Callable[[Candidate], tuple[int, ...]]] = {
    Priority.COST: lambda one: (one.landed_cents is None, one.landed_cents or 0),
    Priority.LEAD: lambda one: (one.source.lead_days,),
    Priority.RELIABILITY: lambda one: (one.standing.refusals_per_mille(one.chance),),
    Priority.OWN: lambda one: (not one.standing.is_own,),
}


def rejection(need: Need, source: SourceView, *, may_split: bool) -> Rejection | None:
    if not source.active:
        return Rejection.INACTIVE
    if source.offer_id in need.refused_by:
        return Rejection.REFUSED
    if source.kind == QuantityKind.UNKNOWN:
        return Rejection.UNKNOWN
    if source.free <= 0:
        return Rejection.NONE_LEFT
    return None if may_split or source.free >= need.quantity else Rejection.TOO_FEW


def candidate(
    need: Need, source: SourceView, rules: Rules, now: datetime, today: date, standing: Standing = UNKNOWN
) -> Candidate:
    serves = min(source.free, need.quantity)
    arrives_on = today + timedelta(days=source.lead_days)
    age = age_hours(source, now)
    margin = margin_percent(need, source)
    remaining = source.free - serves
    promised = need.promised_on
    checks = (
        Check(CheckName.FRESH, age is not None and age <= rules.fresh_hours, age, rules.fresh_hours),
        Check(CheckName.QUANTITY, remaining >= rules.thin_below, remaining, rules.thin_below),
        Check(
            CheckName.LEAD,
            promised is None or arrives_on <= promised,
            arrives_on.isoformat(),
            promised.isoformat() if promised else None,
        ),
        Check(
            CheckName.MARGIN,
            margin is not None and margin >= rules.margin_percent,
            margin,
            rules.margin_percent,
        ),
        *limits(source, rules, standing),
    )
    parts = {
        "rank": max(0, 60 - 10 * source.rank),
        "lead": lead_points(source.lead_days, (promised - arrives_on).days if promised else None),
        "cost": min(20, max(0, int(margin or 0) // 3)),
        "stock": min(10, remaining),
        "fresh": 0 if age is None else max(0, 10 - round(10 * age / max(rules.fresh_hours, 1))),
    }
    chance = chance_of(source, standing.chances, now) if standing.chances else None
    return Candidate(
        source, serves, arrives_on, checks, parts, standing, goods_cents(need, source, serves), chance
    )


def chance_of(source: SourceView, chances: Chances, now: datetime) -> Chance | None:
    """What was learned about promises like this one; None where nothing was."""
    band = stated_band(source.kind, source.quantity)
    if band is None:
        return None
    return chances.get((source.supplier_id, band.value, age_band(source.as_of, now).value))


def limits(source: SourceView, rules: Rules, standing: Standing) -> Iterator[Check]:
    """What a sourcing policy sets beyond the rules of verification."""
    if (most := rules.most_lead_days) is not None:
        yield Check(CheckName.MOST_LEAD, source.lead_days <= most, source.lead_days, most)
    if rules.countries:
        named = ", ".join(rules.countries)
        yield Check(CheckName.COUNTRY, standing.country in rules.countries, standing.country, named)


def goods_cents(need: Need, source: SourceView, units: int) -> int | None:
    known = source.cost_cents is not None and source.currency == need.currency
    return units * source.cost_cents if known and source.cost_cents is not None else None


def age_hours(source: SourceView, now: datetime) -> float | None:
    return None if source.as_of is None else round((now - source.as_of).total_seconds() / 3600, 1)


def margin_percent(need: Need, source: SourceView) -> float | None:
    """What is left of the selling price; None when the cost is not known in the order's currency."""
    if source.cost_cents is None or source.currency != need.currency or not need.unit_price_cents:
        return None
    return round(100 * (need.unit_price_cents - source.cost_cents) / need.unit_price_cents, 1)


def lead_points(lead_days: int, days_early: int | None) -> int:
    """Up to 20: two a day before the promise; without a promise, two less for each day of waiting."""
    return min(20, max(0, 2 * days_early if days_early is not None else 20 - 2 * lead_days))


def choose(quantity: int, candidates: Sequence[Candidate]) -> tuple[Part, ...]:
    """The first candidate that covers the line; else the fewest parts, largest first; nothing if that is not enough."""
    if candidates and candidates[0].serves >= quantity:
        return (Part(candidates[0].source.offer_id, quantity),)
    parts: list[Part] = []
    for one in sorted(candidates, key=lambda c: (c.doubts > 0, -c.serves)):
        if taken := min(one.serves, quantity - sum(part.quantity for part in parts)):
            parts.append(Part(one.source.offer_id, taken))
    return tuple(parts) if sum(part.quantity for part in parts) == quantity else ()


def verdict_on(choice: Sequence[Part], candidates: Sequence[Candidate]) -> Verdict:
    if not choice:
        return Verdict.SHORT
    offers = {part.offer_id for part in choice}
    doubts = any(c.doubts for c in candidates if c.source.offer_id in offers)
    return Verdict.DOUBTFUL if doubts else Verdict.SAFE


def less(sources: Iterable[SourceView], taken: Mapping[int, int]) -> list[SourceView]:
    """The sources after other lines of the same act have taken their units."""
    return [
        replace(one, reserved=one.reserved + taken[one.offer_id]) if one.offer_id in taken else one
        for one in sources
    ]
