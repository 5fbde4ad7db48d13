"""Which feeds are due."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from stocke.core.actors import Actor
from suppliers.domain.pushes import SENDER, feeds_with_waiting_pushes, has_open_pushes
from suppliers.domain.runs import request_run
from suppliers.models import Feed, Transport
from suppliers.transports import OPEN, has_waiting_file

BATCH = 100
CLOCK = Actor.job("clock")


def dispatch_due() -> int:
    """Ask for an import of every feed whose time has come, and set its next time; how many were asked for.

    Two clocks at once share the work: a feed that one of them looks at is skipped by the other. What was sent to us
    while an import was at work has waited for its end.
    """
    waiting = [request_run(feed, by=SENDER, trigger="push") for feed in feeds_with_waiting_pushes()]
    return len([run for run in waiting if run]) + sum(
        run_if_useful(feed) for feed in take_due(timezone.now())
    )


@transaction.atomic
def take_due(now: datetime) -> list[Feed]:
    due = Feed.objects.filter(active=True, next_run_at__lte=now).select_related(None)
    feeds = list(due.select_for_update(skip_locked=True).order_by("next_run_at")[:BATCH])
    for feed in feeds:
        feed.next_run_at = next_run(feed, now)
        feed.save(update_fields=["next_run_at"])
    return feeds


def next_run(feed: Feed, now: datetime) -> datetime | None:
    """One interval after the planned time; times that were missed are not made up for."""
    if feed.every_minutes is None:
        return None
    step = timedelta(minutes=feed.every_minutes)
    planned = (feed.next_run_at or now) + step
    return planned if planned > now else now + step


def can_be_asked(feed: Feed) -> bool:
    """Whether there is something to fetch: not where files come by themselves, nor from a folder without a new one."""
    if feed.transport == Transport.FOLDER:
        return has_waiting_file(feed.location)
    return feed.transport in OPEN


def run_if_useful(feed: Feed) -> bool:
    """A watched folder without a new file gives no run, nor does an empty post: nothing was said."""
    if feed.transport == Transport.FOLDER and not can_be_asked(feed):
        return False
    if feed.transport == Transport.PUSH and not has_open_pushes(feed):
        return False
    return request_run(feed, by=CLOCK, trigger="schedule") is not None
