"""Which products may stand in for one that is missing, best first, each with its reasons.

The ranking is pure: `orders.queries.substitutes` brings the candidates, this module judges them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

# A person's word comes before anything computed. The weights of the rest were chosen on pairs that people judged:
# words say most, and brand alone puts accessories of the same maker too high.
CHOSEN_BY_HAND = 10.0
WEIGHTS: Mapping[str, float] = {
    "likeness": 0.7,
    "price": 0.1,
    "category": 0.1,
    "brand": 0.05,
    "attributes": 0.05,
}
# What customers of the same product said yes to: from -1 (always refused) to +1, nothing where nobody was asked.
ACCEPTED_WEIGHT = 0.15


@dataclass(frozen=True)
class Missing:
    """What was ordered and cannot be delivered."""

    name: str
    price_cents: int
    quantity: int
    brand: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """A product that could be sent now, from the first source that has enough of it."""

    product_id: int
    name: str
    price_cents: int
    likeness: float
    free: int
    supplier: str
    lead_days: int
    as_of: datetime | None = None
    cost_cents: int | None = None
    brand: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)
    link_rank: int | None = None
    link_note: str = ""
    same_category: bool = False
    sku: str = ""
    offered: int = 0
    accepted: int = 0


@dataclass(frozen=True)
class Reason:
    """Why a product fits or how it differs: a word of the house, with its facts."""

    key: str
    name: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Suggestion:
    """A ranked candidate. `gap_cents` is new minus old for one unit; the margin is that of one unit at the
    price that the customer really pays, which is never more than he paid."""

    candidate: Candidate
    score: float
    reasons: tuple[Reason, ...]
    gap_cents: int
    margin_cents: int | None
    margin_percent: int | None


def rank(missing: Missing, candidates: Sequence[Candidate]) -> list[Suggestion]:
    """Best first; candidates without enough free units are left out. Ties go to the cheaper, then by id."""
    able = (candidate for candidate in candidates if candidate.free >= missing.quantity)
    suggestions = [_suggest(missing, candidate) for candidate in able]
    return sorted(suggestions, key=lambda s: (-s.score, s.candidate.price_cents, s.candidate.product_id))


def _suggest(missing: Missing, candidate: Candidate) -> Suggestion:
    paid = min(missing.price_cents, candidate.price_cents)
    margin = None if candidate.cost_cents is None else paid - candidate.cost_cents
    return Suggestion(
        candidate=candidate,
        score=score(missing, candidate),
        reasons=tuple(reasons(missing, candidate)),
        gap_cents=candidate.price_cents - missing.price_cents,
        margin_cents=margin,
        margin_percent=None if margin is None or not paid else round(100 * margin / paid),
    )


def score(missing: Missing, candidate: Candidate) -> float:
    """How good a stand-in is: about 0 to 1 as computed, and above 1 when a person chose it (rank 1 highest)."""
    parts = {
        "likeness": candidate.likeness,
        "category": float(candidate.same_category),
        "brand": float(bool(missing.brand) and _same(missing.brand, candidate.brand)),
        "attributes": _agreement(missing.attributes, candidate.attributes),
        "price": price_closeness(missing.price_cents, candidate.price_cents),
    }
    computed = sum(WEIGHTS[name] * value for name, value in parts.items())
    computed += ACCEPTED_WEIGHT * welcome(candidate.accepted, candidate.offered)
    by_hand = 0.0 if candidate.link_rank is None else CHOSEN_BY_HAND / candidate.link_rank
    return round(computed + by_hand, 4)


def welcome(accepted: int, offered: int) -> float:
    """How customers took this stand-in: from -1 to +1, shrunk to 0 while few were asked (rule of succession)."""
    return 2 * (accepted + 1) / (offered + 2) - 1


def price_closeness(old_cents: int, new_cents: int) -> float:
    """1 at the same price, falling to 0 at half or double; a price that is not known speaks neither way."""
    if not old_cents or not new_cents:
        return 0.5
    return max(0.0, 2 - max(old_cents, new_cents) / min(old_cents, new_cents))


def reasons(missing: Missing, candidate: Candidate) -> list[Reason]:
    """What a person would say for and against it, in that order."""
    found = []
    if candidate.link_rank is not None:
        found.append(Reason("chosen_by_hand", after=candidate.link_note))
    if candidate.accepted:
        found.append(Reason("accepted", before=str(candidate.offered), after=str(candidate.accepted)))
    if candidate.same_category:
        found.append(Reason("same_category"))
    if missing.brand and _same(missing.brand, candidate.brand):
        found.append(Reason("same_brand", after=candidate.brand))
    elif candidate.brand:
        found.append(Reason("other_brand", before=missing.brand, after=candidate.brand))
    return found + differences(missing.attributes, candidate.attributes)


def differences(old: Mapping[str, object], new: Mapping[str, object]) -> list[Reason]:
    """Attributes that both name and that differ: what the customer must be told before he says yes."""
    shared = [name for name in old if name in new]
    return [
        Reason("differs", name=name, before=str(old[name]), after=str(new[name]))
        for name in shared
        if not _same(old[name], new[name])
    ]


def _agreement(old: Mapping[str, object], new: Mapping[str, object]) -> float:
    """The share of attributes named by both that agree."""
    shared = [name for name in old if name in new]
    if not shared:
        return 0.0
    return sum(_same(old[name], new[name]) for name in shared) / len(shared)


def _same(one: object, other: object) -> bool:
    return str(one).strip().casefold() == str(other).strip().casefold()
