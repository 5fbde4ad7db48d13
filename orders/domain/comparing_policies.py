"""A policy that nobody has saved, compared with those in force on past orders. Pure: the orders' own evidence is
decided anew by the same function that decides for real, once with each book of rules. How suppliers stand (charges,
answers, countries), and when a supplier is asked first, is not in the evidence: both sides take it as it is today.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from orders.domain.asking import Asking, expires_at
from orders.domain.pieces import pieces_of
from orders.domain.policy_trial import Way, asked_then, decided_at, way_by
from orders.domain.rulebook import Rulebook
from orders.domain.sourcing import Decision
from orders.domain.together import Asked, decide_together, suppliers_of
from orders.models import SourcingPolicy
from orders.queries.policy import PastOrder
from orders.queries.sourcing_policies import Standing

SHOWN = 50

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sourced:
    """How one order would be served. `sources` are the suppliers of each line; None: a line without a source, or a
    cost that is not known. `asked` are lines about which a supplier is asked before anything is confirmed."""

    way: Way
    sources: tuple[tuple[str, ...], ...]
    parcels: int
    cost_cents: int | None
    days: int | None
    asked: int = 0


@dataclass
class Tally:
    """What one side comes to over all orders; cost and days over those where both sides know them."""

    ways: Counter[str] = field(default_factory=Counter)
    parcels: int = 0
    asked: int = 0
    cost_cents: Counter[str] = field(default_factory=Counter)
    days: int = 0

    def to_json(self) -> Json:
        return {
            "ways": self.ways,
            "parcels": self.parcels,
            "asked": self.asked,
            "cost_cents": self.cost_cents,
            "days": self.days,
        }


@dataclass
class Comparison:
    """Both sides side by side. `changed` are the first orders of which a line would come from somebody else."""

    orders: int = 0
    both_dated: int = 0
    before: Tally = field(default_factory=Tally)
    after: Tally = field(default_factory=Tally)
    changes: int = 0
    changed: list[Json] = field(default_factory=list)

    def add(self, order: PastOrder, before: Sourced, after: Sourced) -> None:
        self.orders += 1
        currency = order.lines[0].currency
        for tally, one in ((self.before, before), (self.after, after)):
            tally.ways[one.way.value] += 1
            tally.parcels += one.parcels
            tally.asked += one.asked
            if before.cost_cents is not None and after.cost_cents is not None:
                tally.cost_cents[currency] += one.cost_cents or 0
            if before.days is not None and after.days is not None:
                tally.days += one.days or 0
        self.both_dated += before.days is not None and after.days is not None
        if before.sources != after.sources or before.way != after.way:
            self.changes += 1
            if len(self.changed) < SHOWN:
                self.changed.append(told(order, before, after))

    def to_json(self) -> Json:
        sides = {"before": self.before.to_json(), "after": self.after.to_json()}
        return {"orders": self.orders, "both_dated": self.both_dated, "changes": self.changes,
                "changed": self.changed, **sides}  # fmt: skip


def told(order: PastOrder, before: Sourced, after: Sourced) -> Json:
    """One order as the page tells it: its moved lines, and both sides in figures."""
    moved = [
        {"sku": line.sku, "before": list(old), "after": list(new)}
        for line, old, new in zip(order.lines, before.sources, after.sources, strict=True)
        if old != new
    ]
    sides = {
        name: {"way": one.way.value, "parcels": one.parcels, "cost_cents": one.cost_cents, "days": one.days}
        for name, one in (("before", before), ("after", after))
    }
    return {"number": order.number, "currency": order.lines[0].currency, "lines": moved, **sides}


def add_to(
    found: Comparison,
    orders: Iterable[PastOrder],
    now: Rulebook,
    tried: Rulebook,
    standings: Mapping[str, Mapping[int, Standing]],
    asking: Asking,
) -> Comparison:
    """Every order decided twice. `standings` are by currency."""
    for order in orders:
        stand = standings.get(order.lines[0].currency, {})
        found.add(order, sourced(order, now, stand, asking), sourced(order, tried, stand, asking))
    return found


def with_policy(book: Rulebook, policy: SourcingPolicy) -> Rulebook:
    """The book as it would be with this policy, in the place of the one that it changes."""
    others = [one for one in book.policies if one.pk != policy.pk]
    return replace(book, policies=[*others, policy], known={})


def sourced(order: PastOrder, book: Rulebook, standings: Mapping[int, Standing], asking: Asking) -> Sourced:
    asked = [Asked(*asked_then(line), book.rules_for(order.scope(line))) for line in order.lines]
    at = decided_at(order.lines[0])
    decisions = decide_together(asked, at, standings)
    used = suppliers_of(decisions)
    way = way_by({one.verdict for one in decisions}, confirms_itself=book.base.confirms_itself)
    goods = [cost_of(one) for one in decisions]
    charges = sum(standings[one].parcel_cents for one in used if one in standings)
    arrives = [one.arrives_on for decision in decisions for one in decision.chosen]
    return Sourced(
        way=way,
        sources=tuple(tuple(one.source.supplier_name for one in decision.chosen) for decision in decisions),
        parcels=len(used),
        cost_cents=None if None in goods else sum(cents or 0 for cents in goods) + charges,
        days=days_until(arrives, timezone.localdate(at)) if all(one.choice for one in decisions) else None,
        asked=sum(is_asked(order, *one, asking, at) for one in zip(asked, decisions, strict=True)),
    )


def is_asked(order: PastOrder, asked: Asked, decision: Decision, asking: Asking, at: datetime) -> bool:
    """Whether a supplier would be asked first, by today's rules of asking. What he said then is not looked at."""
    end = expires_at(order.placed_at, order.channel, asking.rules)
    return bool(pieces_of(0, asked.need, decision, asked.rules, asking, end, at))


def days_until(arrives: Sequence[date], day: date) -> int:
    return max((one - day).days for one in arrives)


def cost_of(decision: Decision) -> int | None:
    """What its goods cost; None without a source, or where a cost is not known."""
    units = {part.offer_id: part.quantity for part in decision.choice}
    if not units or any(one.goods_cents is None for one in decision.chosen):
        return None
    return sum((one.source.cost_cents or 0) * units[one.source.offer_id] for one in decision.chosen)
