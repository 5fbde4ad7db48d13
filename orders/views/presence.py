"""Who looks at a case at this moment. Kept in the cache only: losing it loses nothing but a courtesy."""

import time
from dataclasses import dataclass

from django.core.cache import cache

from orders.domain.cases import holder_of
from orders.models import StockoutCase
from stocke.core.models import User

LOOKS_FOR_SECONDS = 45


@dataclass(frozen=True)
class Presence:
    """Who else looks, and who works on the case. `mark` changes when any of it does."""

    others: tuple[str, ...]
    holder: User | None
    is_mine: bool

    @property
    def mark(self) -> str:
        held = self.holder.pk if self.holder else ""
        return f"{held}|{','.join(self.others)}"


def see(case: StockoutCase, user: User) -> None:
    """This person looks at the case now."""
    seen = _seen(case)
    seen[user.pk] = (user.get_full_name(), time.time())
    cache.set(_key(case), seen, LOOKS_FOR_SECONDS)


def presence_of(case: StockoutCase, user: User) -> Presence:
    """Everybody else who looked within the last moments, and who holds the case."""
    since = time.time() - LOOKS_FOR_SECONDS
    others = sorted(name for pk, (name, at) in _seen(case).items() if pk != user.pk and at > since)
    holder = holder_of(case)
    return Presence(tuple(others), holder, holder is not None and holder.pk == user.pk)


def _key(case: StockoutCase) -> str:
    return f"case-seen:{case.pk}"


def _seen(case: StockoutCase) -> dict[int, tuple[str, float]]:
    seen: dict[int, tuple[str, float]] = cache.get(_key(case)) or {}
    return seen
