"""A decision as it is kept on the line: JSON for the screens, written at the moment of the decision."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from orders.domain.asking import ToAsk
from orders.domain.rules import PolicyName
from orders.domain.sourcing import Candidate, Check, CheckName, Decision, Need, Part, Rejection, chance_of
from suppliers.queries.served import Chance, Chances
from suppliers.queries.sources import SourceView

type Json = dict[str, object]

NOTHING: Chances = MappingProxyType({})


def evidence_of(
    decision: Decision, need: Need, now: datetime, *, chances: Chances = NOTHING, asked: ToAsk | None = None
) -> Json:
    """Everything that was known and weighed; `checks` are those of the chosen sources, the worst of each name."""
    return {
        "at": now.isoformat(timespec="seconds"),
        "verdict": decision.verdict.value,
        "quantity": need.quantity,
        "promised_on": need.promised_on.isoformat() if need.promised_on else None,
        "choice": [{"offer": part.offer_id, "quantity": part.quantity} for part in decision.choice],
        "checks": [_check(check) for check in (*_worst(decision, need), *decision.order_checks)],
        "priorities": [one.value for one in decision.priorities],
        "policy": _policy(decision.policy),
        "joint": decision.is_joint,
        "candidates": [
            {**_candidate(one), **_served(one.chance or chance_of(one.source, chances, now))}
            for one in decision.candidates
        ],
        "rejected": [{**_source(one.source), "reason": one.reason.value} for one in decision.rejected],
        **({"asks": [why.value for why in asked.reasons]} if asked else {}),
    }


def choice_in(evidence: Json) -> tuple[Part, ...]:
    """The parts that verification proposed; empty when it found none, or has not looked yet."""
    kept = evidence.get("choice")
    return tuple(Part(one["offer"], one["quantity"]) for one in kept) if isinstance(kept, list) else ()


def choosable_in(evidence: Mapping[str, Any], quantity: int) -> set[int]:
    """The offers that a person may choose for the whole line: also one that has refused it, if it has enough."""
    serving = {one["offer"] for one in evidence.get("candidates", ()) if one["serves"] >= quantity}
    return serving | {
        one["offer"] for one in evidence.get("rejected", ()) if may_be_asked_again(one, quantity)
    }


def may_be_asked_again(kept: Mapping[str, Any], quantity: int) -> bool:
    """Whether only its refusal speaks against this rejected offer."""
    return bool(kept["reason"] == Rejection.REFUSED and kept["promisable"] - kept["reserved"] >= quantity)


def _worst(decision: Decision, need: Need) -> Sequence[Check]:
    if not decision.choice:
        sources = [one.source for one in decision.candidates] + [one.source for one in decision.rejected]
        usable = [source.free for source in sources if source.active]
        return [Check(CheckName.QUANTITY, False, max([0, *usable]) - need.quantity, 0)]
    chosen = decision.chosen
    if len(chosen) == 1:
        return chosen[0].checks
    by_name = zip(*(one.checks for one in chosen), strict=True)
    return [min(same, key=lambda check: check.passed) for same in by_name]


def _policy(policy: PolicyName | None) -> Json | None:
    return {"id": policy.pk, "name": policy.name, "version": policy.version} if policy else None


def _check(check: Check) -> Json:
    return {"check": check.name.value, "passed": check.passed, "value": check.value, "limit": check.limit}


def _candidate(one: Candidate) -> Json:
    return {
        **_source(one.source),
        "serves": one.serves,
        "arrives_on": one.arrives_on.isoformat(),
        "checks": [_check(check) for check in one.checks],
        "parts": dict(one.parts),
        "score": one.score,
        "landed_cents": one.landed_cents,
        "parcel_cents": one.standing.parcel_cents,
        "own": one.standing.is_own,
        "accepted": one.standing.accepted,
        "asked": one.standing.asked,
    }


def _served(chance: Chance | None) -> Json:
    """How often this supplier served when he stated so much and it was so old; nothing where that is not known."""
    if chance is None:
        return {}
    return {
        "served": {
            "permille": chance.permille,
            "served": chance.served,
            "answered": chance.answered,
            "stated": chance.stated,
            "age": chance.age,
        }
    }


def _source(source: SourceView) -> Json:
    return {
        "offer": source.offer_id,
        "supplier_id": source.supplier_id,
        "supplier": source.supplier_name,
        "supplier_sku": source.supplier_sku,
        "rank": source.rank,
        "kind": source.kind,
        "quantity": source.quantity,
        "promisable": source.promisable,
        "reserved": source.reserved,
        "as_of": source.as_of.isoformat(timespec="seconds") if source.as_of else None,
        "lead_days": source.lead_days,
        "cost_cents": source.cost_cents,
        "currency": source.currency,
    }
