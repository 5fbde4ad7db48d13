"""Which goods of a catalogue may stand in for one of them, best first, with reasons."""

from collections.abc import Sequence
from dataclasses import dataclass

from orders.domain.catalogue.goods import Good
from orders.domain.likeness import Lexicon
from orders.domain.substitutes import Candidate, Missing, Reason, rank


class UnknownGood(Exception):
    """The catalogue has no line of this key."""


@dataclass(frozen=True)
class Ranked:
    """A good with its score (0 to 1) and the reasons for and against it."""

    good: Good
    score: float
    reasons: tuple[Reason, ...]


def stand_ins(goods: Sequence[Good], key: str) -> list[Ranked]:
    """All other goods of the catalogue, the best stand-in first; ties go to the cheaper. Raises UnknownGood."""
    missing = next((good for good in goods if good.key == key), None)
    if missing is None:
        raise UnknownGood(key)
    others = [good for good in goods if good.key != key]
    return judge(missing, others, Lexicon([good.described for good in goods]))


def judge(missing: Good, others: Sequence[Good], lexicon: Lexicon) -> list[Ranked]:
    """The others as stand-ins for the missing one, best first, by the words of a whole catalogue."""
    described = missing.described
    candidates = [
        candidate_of(number, good, missing, lexicon.likeness(described, good.described))
        for number, good in enumerate(others)
    ]
    wanted = Missing(missing.name, missing.price_cents, 1, missing.brand, missing.attributes)
    return [
        Ranked(others[suggestion.candidate.product_id], suggestion.score, suggestion.reasons)
        for suggestion in rank(wanted, candidates)
    ]


def candidate_of(number: int, good: Good, missing: Good, likeness: float) -> Candidate:
    return Candidate(
        product_id=number,
        name=good.name,
        price_cents=good.price_cents,
        likeness=likeness,
        free=1,
        supplier="",
        lead_days=0,
        brand=good.brand,
        attributes=good.attributes,
        same_category=bool(good.category) and good.category == missing.category,
        sku=good.key,
    )
