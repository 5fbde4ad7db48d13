"""What an ad may say of a product, decided on what we are certain of. Pure.

Certainly there: `IN`. Certainly not: `OUT`, or `BACKORDER` where the shop takes orders at zero and somebody stated
the day. Doubtful: the last certain word stays, its ads are paused, and from the fifteenth day on it is excluded from
ads, because a pause that lasts longer is none. A doubt never becomes a certain word by itself.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from stocke.channels.adfeeds.models import Pause, Reason, Word
from stocke.products.models import Light

PAUSED_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Standing:
    """One product at the moment: the number that its channel is told, and what that number rests on.

    `as_of` is when units of it were last stated, `since` when its level last became another.
    """

    number: int
    sellable: int
    light: str
    as_of: datetime | None
    since: datetime | None
    is_sold: bool = True
    is_listed: bool = True
    is_chosen: bool = True
    takes_backorders: bool = False
    restock_on: date | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What was said before: the last certain word, and since when it is in doubt."""

    word: str | None = None
    available_on: date | None = None
    doubtful_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """`certain` is what will be remembered as the last certain word; `word` is what is said."""

    word: Word
    reason: Reason
    pause: Pause = Pause.NO
    available_on: date | None = None
    doubtful_since: datetime | None = None
    certain: str | None = None


def decide(standing: Standing, memory: Memory, *, now: datetime, today: date, trusted: timedelta) -> Decision:
    """What the feed says of this product. `trusted` is how long a statement counts, `today` the merchant's day."""
    doubt = doubt_of(standing, now=now, trusted=trusted)
    decision = doubted(memory, *doubt, now=now, today=today) if doubt else certain_of(standing, today=today)
    if standing.is_sold and standing.is_listed and not standing.is_chosen:
        return left_choice(decision)
    return decision


def doubt_of(standing: Standing, *, now: datetime, trusted: timedelta) -> tuple[Reason, datetime] | None:
    """Why nobody can be certain, and since when; None where we are."""
    if not (standing.is_sold and standing.is_listed):
        return None
    if standing.light == Light.UNKNOWN:
        return Reason.UNKNOWN, standing.since or now
    if standing.number > 0 and (standing.as_of is None or standing.as_of < now - trusted):
        return Reason.STALE, standing.as_of + trusted if standing.as_of else standing.since or now
    if standing.sellable == 0 and standing.light == Light.LOW:
        return Reason.UNCOUNTED, standing.since or now
    return None


def certain_of(standing: Standing, *, today: date) -> Decision:
    if not standing.is_sold:
        return certainly(Word.OUT, Reason.STOPPED)
    if not standing.is_listed:
        return certainly(Word.OUT, Reason.UNLISTED)
    if standing.number > 0:
        return certainly(Word.IN, Reason.STATED)
    if standing.sellable > 0:
        return certainly(Word.OUT, Reason.KEPT_BACK)
    if standing.takes_backorders and standing.restock_on is not None and standing.restock_on > today:
        return certainly(Word.BACKORDER, Reason.PROMISED_DAY, available_on=standing.restock_on)
    return certainly(Word.OUT, Reason.NONE_LEFT)


def certainly(word: Word, reason: Reason, *, available_on: date | None = None) -> Decision:
    return Decision(word, reason, available_on=available_on, certain=word)


def doubted(memory: Memory, reason: Reason, since: datetime, *, now: datetime, today: date) -> Decision:
    """The last certain word, out of ads. Of what nobody was ever certain, or whose day has passed: out of stock."""
    first = min(memory.doubtful_since, since) if memory.doubtful_since else since
    word, day = Word(memory.word or Word.OUT), memory.available_on
    if word == Word.BACKORDER and (day is None or day <= today):
        word, day = Word.OUT, None
    pause = Pause.ADS if now - first < PAUSED_FOR else Pause.EXCLUDED
    return Decision(word, reason, pause, day, first, memory.word)


def left_choice(decision: Decision) -> Decision:
    """True as it is on the page of the shop, and in no ad, because somebody chose so."""
    return Decision(
        decision.word,
        Reason.LEFT,
        Pause.EXCLUDED,
        decision.available_on,
        decision.doubtful_since,
        decision.certain,
    )
