"""Figures that many pages ask for and that take long to reckon: kept for a while, for everybody."""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache


def kept[T](name: str, reckon: Callable[[], T], *, seconds: int, fresh: bool = False) -> T:
    """What `reckon` says, or said at most so many seconds ago to anybody; this moment's when `fresh`.

    Numbers, days, texts and what is made of them: another release of ours may read what this one keeps. Never None.
    """
    known: T | None = None if fresh or settings.ENVIRONMENT == "test" else cache.get(name)
    if known is None:
        known = reckon()
        cache.set(name, known, seconds)
    return known
