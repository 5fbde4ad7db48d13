"""Orders that are no longer in a shop: were they deleted, or was the shop set back to an older state? Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Sight:
    """One order of a shop: when it was placed, when we saw it there last, and whether it is there now."""

    placed_at: datetime
    seen_at: datetime
    is_there: bool


def is_set_back(lost: Sight, near: Iterable[Sight]) -> bool:
    """Whether it went together with all that were newer, as when a shop comes out of a backup; `near` are orders placed
    shortly before and after it.

    One that is newer, was there while this one still was, and is there now, proves that only this one was deleted. One
    that came later proves nothing: the shop goes on selling when it was set back. The newest, gone alone, was deleted.
    """
    others = list(near)
    newer = (one for one in others if lost.placed_at < one.placed_at <= lost.seen_at)
    if any(one.is_there for one in newer):
        return False
    return any(not one.is_there for one in others)
