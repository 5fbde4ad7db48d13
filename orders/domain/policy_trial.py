"""Other rules tried on past orders: each is decided anew from the evidence that its verification kept."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from orders.domain.rules import Rules
from orders.domain.sourcing import Need, Rejection, Verdict, rank_sources
from orders.models import VerificationPolicy
from orders.queries.policy import VerifiedLine, verified_lines
from suppliers.queries.sources import SourceView

LOOKED_AT = 500


class Way(StrEnum):
    """What becomes of an order: it confirms itself, a person decides, or a stockout case opens."""

    ALONE = "alone"
    PERSON = "person"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Moved:
    """An order that would have gone another way."""

    number: str
    before: Way
    after: Way


@dataclass(frozen=True)
class Trial:
    """How many past orders go which way under today's rules and under the tried ones."""

    looked_at: int
    before: Mapping[Way, int]
    after: Mapping[Way, int]
    moved: Sequence[Moved]


@dataclass(frozen=True, slots=True)
class Conduct:
    """Rules for sources, and whether safe orders confirm themselves."""

    rules: Rules
    confirms_itself: bool


def conduct_of(policy: VerificationPolicy) -> Conduct:
    return Conduct(Rules.of(policy), policy.confirms_itself)


def try_rules(now: Conduct, tried: Conduct) -> Trial:
    """Compare two sets of rules on the latest orders. Nothing is written."""
    orders = verified_lines(LOOKED_AT)
    ways = {number: (way_of(lines, now), way_of(lines, tried)) for number, lines in orders.items()}
    moved = [Moved(number, before, after) for number, (before, after) in ways.items() if before != after]
    return Trial(
        looked_at=len(ways),
        before=Counter(before for before, _after in ways.values()),
        after=Counter(after for _before, after in ways.values()),
        moved=moved,
    )


def way_of(lines: Sequence[VerifiedLine], conduct: Conduct) -> Way:
    verdicts = {verdict_on(line, conduct.rules) for line in lines}
    return way_by(verdicts, confirms_itself=conduct.confirms_itself)


def way_by(verdicts: Set[Verdict], *, confirms_itself: bool) -> Way:
    if Verdict.SHORT in verdicts:
        return Way.CASE
    return Way.ALONE if confirms_itself and verdicts == {Verdict.SAFE} else Way.PERSON


def verdict_on(line: VerifiedLine, rules: Rules) -> Verdict:
    """The decision again, from the same facts at the same moment."""
    need, sources = asked_then(line)
    return rank_sources(need, sources, rules, decided_at(line)).verdict


def decided_at(line: VerifiedLine) -> datetime:
    return datetime.fromisoformat(str(line.evidence["at"]))


def asked_then(line: VerifiedLine) -> tuple[Need, list[SourceView]]:
    """What the line wanted, and the offers of its product, when it was verified last."""
    kept: Mapping[str, Any] = line.evidence
    refused = (one["offer"] for one in kept["rejected"] if one["reason"] == Rejection.REFUSED)
    promised = kept["promised_on"]
    need = Need(
        quantity=kept["quantity"],
        unit_price_cents=line.unit_price_cents,
        currency=line.currency,
        promised_on=date.fromisoformat(promised) if promised else None,
        refused_by=frozenset(refused),
    )
    return need, [source_in(one) for one in (*kept["candidates"], *kept["rejected"])]


def source_in(kept: Mapping[str, Any]) -> SourceView:
    """A source as it was when the evidence was written."""
    return SourceView(
        offer_id=kept["offer"],
        supplier_id=kept["supplier_id"],
        supplier_name=kept["supplier"],
        rank=kept["rank"],
        supplier_sku=kept["supplier_sku"],
        kind=kept["kind"],
        quantity=kept["quantity"],
        promisable=kept["promisable"],
        reserved=kept["reserved"],
        as_of=datetime.fromisoformat(kept["as_of"]) if kept["as_of"] else None,
        lead_days=kept["lead_days"],
        cost_cents=kept["cost_cents"],
        currency=kept["currency"],
        active=kept.get("reason") != Rejection.INACTIVE,
    )
