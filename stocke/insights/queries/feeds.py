"""How the feeds are: the worst first, each with its last ten imports."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection

LAST_RUNS = 10
SHOWN = 12


class Health(StrEnum):
    """From worst to best: the order of the list."""

    HELD = "held"
    FAILED = "failed"
    SILENT = "silent"
    RUNNING = "running"
    FINE = "fine"


@dataclass(frozen=True)
class FeedHealth:
    """`runs` are the states of its last imports, oldest first. `since` is its last good one."""

    feed_id: int
    supplier: str
    name: str
    health: Health
    since: datetime | None
    runs: tuple[str, ...]


# The last ten runs of each feed come by its index, so the page costs the same after a year of imports.
FEEDS = f"""
SELECT feed.id, supplier.name, feed.name, feed.every_minutes, feed.last_good_at,
    coalesce(feed.last_good_at, feed.created_at), coalesce(recent.states, '{{}}')
FROM suppliers_feed feed
JOIN suppliers_supplier supplier ON supplier.id = feed.supplier_id
LEFT JOIN LATERAL (
    SELECT array_agg(status ORDER BY id) AS states
    FROM (SELECT id, status FROM suppliers_run WHERE feed_id = feed.id ORDER BY id DESC LIMIT {LAST_RUNS}) last
) recent ON true
WHERE feed.active
"""


def judged(states: list[str], every_minutes: int | None, said_at: datetime, oldest: datetime) -> Health:
    """Its state in one word. Only a feed with a rhythm can be silent."""
    last = states[-1] if states else ""
    if last in (Health.HELD, Health.FAILED):
        return Health(last)
    if last in ("queued", "running"):
        return Health.RUNNING
    return Health.SILENT if every_minutes and said_at < oldest else Health.FINE


def feeds_by_health(now: datetime, *, fresh_hours: int) -> list[FeedHealth]:
    """Active feeds, the worst first; as many as the panel shows."""
    oldest = now - timedelta(hours=fresh_hours)
    with connection.cursor() as cursor:
        cursor.execute(FEEDS)
        rows = cursor.fetchall()
    feeds = [
        FeedHealth(pk, supplier, name, judged(states, every, said_at, oldest), good_at, tuple(states))
        for pk, supplier, name, every, good_at, said_at, states in rows
    ]
    order = list(Health)
    return sorted(feeds, key=lambda feed: (order.index(feed.health), feed.supplier, feed.name))[:SHOWN]
