"""Why the number was what it was at a moment of the past: what is on record, put together. Pure.

The number and its steps are those that were published then: they are what was told, and they add up. Beside each
offer stands what was last said of it by the moment itself, which may be newer than the number: not everything that is
said changes it. Nothing is guessed: what is not on record is named as such.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from stocke.core.models import HistoryEntry
from stocke.products.models import LevelPolicy, Publication
from suppliers.models import Offer
from suppliers.queries.past import CATALOGUE, Turn, Waiting, Word

type Step = dict[str, Any]
type Unknown = Literal["", "not_here", "not_kept", "never"]
type Apart = Literal["", "detached", "left", "later", "not_yet"]


@dataclass(frozen=True)
class OnRecord:
    """The rows of a moment, as suppliers.queries.past gives them. `made_at` is when the product came to us, `before`
    what the catalogue had been told until the number in force.
    """

    at: datetime
    made_at: datetime
    told: Sequence[Publication]
    policy: LevelPolicy
    before: Publication | None = None
    offers: Sequence[Offer] = ()
    words: Mapping[int, Word] = field(default_factory=dict)
    last_good: Mapping[int, datetime] = field(default_factory=dict)
    waiting: Mapping[int, Waiting] = field(default_factory=dict)
    turns: Mapping[int, Turn] = field(default_factory=dict)
    decisions: Sequence[HistoryEntry] = ()
    kept_since: datetime | None = None


@dataclass(frozen=True)
class OfferThen:
    """One offer at that moment. `step` is its part of the number, none where it had none, and then `apart` says why.

    `confirmed_at` is of when the feed's last good file was. `moved_on`: the statement in force is not the one that
    was counted. `turn` is an undo since, which changed whether that import counts.
    """

    offer_id: int
    supplier: str
    supplier_sku: str
    step: Step | None
    apart: Apart
    word: Word | None
    confirmed_at: datetime | None
    moved_on: bool
    waiting: Waiting | None
    turn: Turn | None


@dataclass(frozen=True)
class PastWhy:
    """The answer. `number` is what the catalogue was told, and `unknown` why there is none.

    `since` are decisions of people between that publication and the moment: they changed nothing about the number.
    """

    at: datetime
    told: Sequence[Publication]
    number: Publication | None
    unknown: Unknown
    kept_since: datetime | None
    policy: LevelPolicy
    offers: Sequence[OfferThen]
    rules: Sequence[Step]
    since: Sequence[HistoryEntry]


def why_then(record: OnRecord) -> PastWhy:
    number = catalogue_in(record.told)
    steps: list[Step] = number.steps if number else []
    return PastWhy(
        at=record.at,
        told=record.told,
        number=number,
        unknown=_unknown(record, number),
        kept_since=record.kept_since,
        policy=record.policy,
        offers=_offers(record, [step for step in steps if step["step"] == "offer"]),
        rules=[step for step in steps if step["step"] not in {"offer", "no_offer"}],
        since=[entry for entry in record.decisions if number and entry.at > number.at],
    )


def catalogue_in(told: Sequence[Publication]) -> Publication | None:
    """What our own catalogue was told: the number that this is about."""
    return next((one for one in told if one.channel == CATALOGUE), None)


def offers_in(told: Publication | None) -> list[int]:
    """The offers that a number was made of."""
    return [step["offer"] for step in told.steps if step["step"] == "offer"] if told else []


def _unknown(record: OnRecord, number: Publication | None) -> Unknown:
    if number:
        return ""
    if record.at < record.made_at:
        return "not_here"
    return "not_kept" if record.kept_since else "never"


def _offers(record: OnRecord, steps: Sequence[Step]) -> list[OfferThen]:
    """Those of the number in its order, then those that were no part of it."""
    known = {offer.pk: offer for offer in record.offers}
    counted = {step["offer"]: step for step in steps}
    others = [offer.pk for offer in record.offers if offer.pk not in counted]
    return [_offer(record, pk, known.get(pk), counted.get(pk)) for pk in [*counted, *others]]


def _offer(record: OnRecord, pk: int, offer: Offer | None, step: Step | None) -> OfferThen:
    word = record.words.get(pk)
    return OfferThen(
        offer_id=pk,
        supplier=step["supplier"] if step else str(offer.supplier) if offer else "",
        supplier_sku=offer.supplier_sku if offer else "",
        step=step,
        apart="" if step or not record.told else _apart(record, pk),
        word=word,
        confirmed_at=_confirmed(record, word) or _as_of(step),
        moved_on=bool(step and word and (word.kind, word.quantity) != (step["kind"], step["quantity"])),
        waiting=record.waiting.get(pk),
        turn=record.turns.get(word.run_id or 0) if word else None,
    )


def _apart(record: OnRecord, offer_id: int) -> Apart:
    """Why an offer was no part of the number: taken off the product before that, or found to be of it after it."""
    matches = [entry for entry in record.decisions if entry.data.get("offer") == offer_id]
    kinds = [entry.kind for entry in matches if entry.kind in {"offer.attached", "offer.detached"}]
    if not kinds:
        return "left" if offer_id in offers_in(record.before) else "later"
    return "detached" if kinds[0] == "offer.detached" else "not_yet"


def _as_of(step: Step | None) -> datetime | None:
    """Of when the statement was that the number was reckoned with, where nothing else is on record of it."""
    return datetime.fromisoformat(step["as_of"]) if step and step["as_of"] else None


def _confirmed(record: OnRecord, word: Word | None) -> datetime | None:
    """Of when it was, or was last confirmed: the word of a file is, by the good files that follow it."""
    if word is None:
        return None
    if word.run_id is None or word.source == "absent":
        return word.stated_at or word.at
    return max(filter(None, [word.stated_at, record.last_good.get(word.feed_id or 0)]), default=word.at)
