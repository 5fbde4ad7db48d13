"""Feeds that say nothing good any more: their offers are turned to unknown, and back by the next good file."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from django.db import connection, transaction
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.events import publish
from suppliers.domain.locks import lock_supplier
from suppliers.domain.snapshots import distrust
from suppliers.events import FeedSilent
from suppliers.models import Feed
from suppliers.queries.feeds import SHORTEST_SILENCE, SILENT_INTERVALS, good_moments, silent_feeds

# With fewer intervals a feed has no rhythm yet. A pause that it has made before is no silence, nor half as much again.
FEWEST_INTERVALS = 3
SLACK = 1.5
# Found by the supplier: what is moved with every order has no index by feed.
OF_FEED = """
FROM suppliers_offer offer
JOIN suppliers_offerstock stock ON stock.offer_id = offer.id JOIN suppliers_run run ON run.id = stock.run_id
WHERE offer.supplier_id = %(supplier)s AND run.feed_id = %(feed)s AND stock.kind <> 'unknown'
"""
# In key order, like every reservation.
LOCK = f"""
SELECT count(*) FROM (SELECT 1 {OF_FEED} ORDER BY stock.offer_id FOR NO KEY UPDATE OF stock) locked
"""
# The run stays named: the offer is still this feed's, and its next file is compared with it.
TURN = f"""
WITH turned AS (
    UPDATE suppliers_offerstock SET kind = 'unknown', quantity = NULL, promisable = 0
    WHERE offer_id IN (SELECT stock.offer_id {OF_FEED}) RETURNING offer_id
), noted AS (
    INSERT INTO suppliers_observation (at, offer_id, source, raw, kind)
    SELECT statement_timestamp(), offer_id, 'stale', '', 'unknown' FROM turned
), asked AS (
    INSERT INTO products_dirtylevel (product_id, since, cause)
    SELECT DISTINCT offer.product_id, now(), %(cause)s
    FROM turned JOIN suppliers_offer offer ON offer.id = turned.offer_id WHERE offer.product_id IS NOT NULL
)
SELECT count(*) FROM turned
"""


def turn_silent_feeds(*, by: Actor) -> int:
    """Turn what feeds that fell silent had stated to unknown, each in a transaction of its own; how many feeds."""
    return sum(turn_silent(feed, by=by) for feed in silent_feeds().select_related("supplier").order_by("pk"))


@transaction.atomic
def turn_silent(feed: Feed, *, by: Actor) -> bool:
    """Unknown is no zero: it promises nothing and says nothing. False where the feed has spoken in the meantime.

    Levels follow with the next beat of the clock. The next good file is read whole, even if it is the same.
    """
    lock_supplier(feed.supplier_id)
    taken = silent_feeds().filter(pk=feed.pk).update(silent_since=timezone.now(), last_sha256="")
    if not taken:
        return False
    with connection.cursor() as cursor:
        its = {"supplier": feed.supplier_id, "feed": feed.pk}
        cursor.execute(LOCK, its)
        cursor.execute(TURN, {**its, "cause": f"silent:{feed.pk}"})
        (offers,) = cursor.fetchone()
    distrust(feed)
    last_good = feed.last_good_at.isoformat() if feed.last_good_at else None
    record(feed, "feed.silent", by=by, after={"offers": offers, "last_good_at": last_good})
    publish(FeedSilent(feed.pk))
    return True


def hear(feed_id: int, *, by: Actor) -> None:
    """The feed has just said something good: it is silent no more, and its rhythm is known a little better."""
    learned = patience(good_moments(feed_id))
    minutes = None if learned is None else learned // timedelta(minutes=1)
    Feed.objects.filter(pk=feed_id).update(learned_patience_minutes=minutes)
    if Feed.objects.filter(pk=feed_id, silent_since__isnull=False).update(silent_since=None):
        record(f"feed:{feed_id}", "feed.heard", by=by)


def patience(moments: Sequence[datetime]) -> timedelta | None:
    """How long a feed that spoke at these moments, newest first, may say nothing; None while it has no rhythm."""
    seconds = [(later - earlier).total_seconds() for later, earlier in pairwise(moments) if later > earlier]
    if len(seconds) < FEWEST_INTERVALS:
        return None
    usual = max(SILENT_INTERVALS * median(seconds), SLACK * max(seconds))
    return max(timedelta(seconds=usual), SHORTEST_SILENCE)
