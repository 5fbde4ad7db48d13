"""Files of orders too large for one request."""

from django.core.cache import cache

from orders.domain.order_files.carrying_out import take_in_kept
from orders.domain.order_files.keeping import forget_old_files, kept_file
from stocke.core.actors import Actor
from stocke.core.models import User

KEPT_SECONDS = 3600


def progress_key(thread: str) -> str:
    return f"progress:{thread}"


def take_in_file(token: str, user_id: int) -> int:
    """Take a kept file in for this person; how many orders it had. How far it is stands in the cache meanwhile."""
    kept = kept_file(token)
    key = progress_key(kept.thread)
    by = Actor.person(User.objects.get(pk=user_id))
    outcomes = take_in_kept(kept, by=by, told=lambda done: cache.set(key, done, KEPT_SECONDS))
    return outcomes.total()


def forget_files() -> int:
    """Delete the files that are older than their week."""
    return forget_old_files()
