"""Who looks at a case at this moment. Kept in the cache only: losing it loses nothing but a courtesy."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter

from django.core.cache import cache
from django.utils.translation import gettext as _

from orders.domain.cases import holder_of
from orders.models import StockoutCase
from stocke.core.models import User
from stocke.core.web.formats import clock

LOOKS_FOR_SECONDS = 45


@dataclass(frozen=True)
class Onlooker:
    """A colleague who has the case open, and since when."""

    name: str
    since: datetime

    def __str__(self) -> str:
        return _("%(name)s (since %(time)s)") % {"name": self.name, "time": clock(self.since)}


@dataclass(frozen=True)
class Presence:
    """Who else looks, and who works on the case. `mark` changes when any of it does."""

    others: tuple["Onlooker", ...]
    holder: User | None
    is_mine: bool

    @property
    def mark(self) -> str:
        held = self.holder.pk if self.holder else ""
        return f"{held}|{','.join(other.name for other in self.others)}"


def see(case: StockoutCase, user: User) -> None:
    """This person looks at the case now, and has since the first time if he never was away for long."""
    seen, now = _seen(case), time.time()
    _, began, last = seen.get(user.pk, ("", now, now))
    seen[user.pk] = (user.get_full_name(), began if last > now - LOOKS_FOR_SECONDS else now, now)
    cache.set(_key(case), seen, LOOKS_FOR_SECONDS)


def presence_of(case: StockoutCase, user: User) -> Presence:
    """Everybody else who looked within the last moments, and who holds the case."""
    since = time.time() - LOOKS_FOR_SECONDS
    others = [
        Onlooker(name, datetime.fromtimestamp(began, UTC))
        for pk, (name, began, last) in _seen(case).items()
        if pk != user.pk and last > since
    ]
    holder = holder_of(case)
    return Presence(
        tuple(sorted(others, key=attrgetter("name"))), holder, holder is not None and holder.pk == user.pk
    )


def _key(case: StockoutCase) -> str:
    return f"case-seen-since:{case.pk}"


def _seen(case: StockoutCase) -> dict[int, tuple[str, float, float]]:
    seen: dict[int, tuple[str, float, float]] = cache.get(_key(case)) or {}
    return seen
