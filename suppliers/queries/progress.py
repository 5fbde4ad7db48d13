"""How far a worker is with an import or a dry run, also while its row is locked by what it writes.

Told through the cache: lost, the row tells less, and nothing else depends on it.
"""

from contextlib import suppress
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError

from suppliers.models import Run, Trial

KEPT_SECONDS = 30


def tell(work: Run | Trial, stage: str, counts: dict[str, int]) -> None:
    """The worker of this attempt is here, and counts this."""
    with suppress(RedisError):
        cache.set(key_of(work), {"stage": stage, "counts": counts}, KEPT_SECONDS)


def watched[W: (Run, Trial)](work: W) -> W:
    """The same with what its worker has told last."""
    if work.status == "running":
        told: dict[str, Any] | None = None
        with suppress(RedisError):
            told = cache.get(key_of(work))
        if told:
            work.stage, work.counts = told["stage"], told["counts"]
    return work


def key_of(work: Run | Trial) -> str:
    return f"progress:{work._meta.model_name}:{work.pk}:{work.attempts}"
