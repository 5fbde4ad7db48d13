"""Wishes come to an end, and addresses are forgotten."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from customers.domain.demand import MOVED, move
from customers.models import WishRules, WishState
from stocke.core.domain.forgetting import forget_letters

BATCH, MOST_BATCHES = 5_000, 40
EXPIRED = f"""
WITH over AS (
    SELECT id, state FROM customers_wish
    WHERE (state = 'waiting' AND ends_at <= %(now)s)
       OR (state = 'asked' AND asked_at <= %(asked_until)s)
    ORDER BY id LIMIT {BATCH} FOR UPDATE SKIP LOCKED
), moved AS (
    UPDATE customers_wish wish SET state = 'ended', ended_why = 'expired', ended_at = %(now)s FROM over
    WHERE wish.id = over.id RETURNING wish.product_id, over.state AS before, wish.quantity
)
{MOVED}
"""
# Who never confirmed was perhaps never asked: nothing of him is kept.
FORGOTTEN = f"""
WITH over AS MATERIALIZED (
    SELECT id FROM customers_wish
    WHERE state IN ('told', 'ended') AND email <> '' AND (ended_at <= %(until)s OR confirmed_at IS NULL)
    ORDER BY ended_at LIMIT {BATCH} FOR UPDATE SKIP LOCKED
)
UPDATE customers_wish wish SET email = '', page_url = '' FROM over WHERE wish.id = over.id
RETURNING wish.id
"""


def expire(*, now: datetime | None = None) -> int:
    """End wishes whose time is over, and those that nobody confirmed; how many."""
    moment = now or timezone.now()
    asked_until = moment - timedelta(days=WishRules.current().confirm_days)
    return _by_batches(lambda: _expire({"now": moment, "asked_until": asked_until}))


@transaction.atomic
def _expire(values: dict[str, datetime]) -> int:
    return sum(moved.wishes for moved in move(EXPIRED, values, to=WishState.ENDED))


def forget(*, now: datetime | None = None) -> int:
    """Forget the addresses of wishes that ended long enough ago, in their letters too; how many."""
    until = (now or timezone.now()) - timedelta(days=WishRules.current().keep_days)
    return _by_batches(lambda: _forget(until))


@transaction.atomic
def _forget(until: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(FORGOTTEN, {"until": until})
        forgotten = [key for (key,) in cursor.fetchall()]
    forget_letters([f"wish:{key}" for key in forgotten])
    return len(forgotten)


def _by_batches(act: Callable[[], int]) -> int:
    """Until a batch is not full; what is left after many is left for the next time."""
    done = 0
    for _ in range(MOST_BATCHES):
        batch = act()
        done += batch
        if batch < BATCH:
            break
    return done
