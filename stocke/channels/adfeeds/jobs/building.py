"""Building files. The clock asks for it; the rows say what is to be done."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from stocke.channels.adfeeds.domain.building import build
from stocke.channels.adfeeds.models import AdFetch
from stocke.channels.adfeeds.queries.feeds import due_feeds
from stocke.core.jobs import enqueue

AT_ONCE = 20_000


def build_due() -> int:
    """Ask for every feed whose file is to be built; how many."""
    due = due_feeds(timezone.now())
    for feed_id in due:
        enqueue("feeds", build_feed, feed_id)
    return len(due)


def build_feed(feed_id: int) -> None:
    """Build one feed's file, unless another worker does or nothing is due any more."""
    if feed_id in due_feeds(timezone.now()):
        build(feed_id)


def forget_fetches() -> int:
    """Forget who fetched what longer ago than changes are kept; how many."""
    before = timezone.now() - timedelta(days=settings.KEEP_CHANGES_DAYS)
    old = AdFetch.objects.filter(at__lt=before).order_by("pk").values_list("pk", flat=True)
    forgotten, _models = AdFetch.objects.filter(pk__in=list(old[:AT_ONCE])).delete()
    return forgotten
