"""Mails to the team. The row is read anew: an import decided in the meantime needs no mail."""

from stocke.insights.domain import alerts
from suppliers.models import Feed, Run, RunStatus


def run_held(run_id: int) -> None:
    run = Run.objects.select_related("feed__supplier").filter(pk=run_id, status=RunStatus.HELD).first()
    if run is not None:
        alerts.tell_of_held_run(run)


def feed_failed(run_id: int) -> None:
    run = Run.objects.select_related("feed__supplier").filter(pk=run_id, status=RunStatus.FAILED).first()
    if run is not None:
        alerts.tell_of_failed_feed(run)


def feed_silent(feed_id: int) -> None:
    feed = Feed.objects.select_related("supplier").filter(pk=feed_id, silent_since__isnull=False).first()
    if feed is not None:
        alerts.tell_of_silent_feed(feed)


def sweep_untold() -> None:
    """Tell of what stands when the queue has lost its memory, or a worker died before it told."""
    alerts.tell_the_untold()
