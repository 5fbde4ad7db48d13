"""Keeping levels true. All of these are harmless at any time and any number of times."""

from django.utils import timezone

from stocke.core.actors import Actor
from suppliers.domain.levels import heal, recompute_dirty, request_stale

BATCH = 5_000
MOST_BATCHES = 40


def recompute_dirty_levels() -> None:
    """Fulfil the requests that wait, in batches; what is left after some batches waits for the next beat."""
    for _ in range(MOST_BATCHES):
        if recompute_dirty(BATCH) < BATCH:
            return


def request_stale_levels() -> None:
    """Lower the lights of products whose freshest statement has grown too old."""
    request_stale(now=timezone.now())


def heal_levels() -> None:
    """Recompute everything, every night."""
    heal(by=Actor.job("clock"))
