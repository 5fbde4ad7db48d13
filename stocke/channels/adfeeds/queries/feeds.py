"""What the pages of ad feeds and the clock ask."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value

from stocke.channels.adfeeds.models import AdEntry, AdFeed, AdFetch
from stocke.channels.models import Telling
from stocke.products.models import Publication

RECENT = 10
# A publication is seen when its transaction ends.
BACK = timedelta(minutes=2)
# Names, pictures and prices are in no ledger: whatever happens, a file is never older than this.
AT_LEAST_EVERY = timedelta(hours=12)
RETRY_AFTER = timedelta(minutes=5)
MINUTE = Value(timedelta(minutes=1), DurationField())


def feeds_for_list() -> QuerySet[AdFeed]:
    return AdFeed.objects.select_related("channel")


def search_feeds(rows: QuerySet[AdFeed], words: str) -> QuerySet[AdFeed]:
    """Feeds are few: no index is needed."""
    for word in words.split():
        rows = rows.filter(Q(name__holds=word) | Q(channel__name__holds=word))
    return rows


def due_feeds(now: datetime) -> list[int]:
    """Feeds whose file is to be built: asked for, or old enough and something was published, told, or a day began."""
    free = AdFeed.objects.filter(Q(claim=None) | Q(claimed_until__lt=now), active=True)
    rested = free.filter(Q(failed_at=None) | Q(failed_at__lt=now - RETRY_AFTER))
    published = Publication.objects.filter(at__gte=OuterRef("checked_at") - BACK)
    told = Telling.objects.filter(
        channel=OuterRef("channel"), wanted__gt=0, started_at__gte=OuterRef("checked_at") - BACK
    )
    old_enough = Q(
        checked_at__lt=Value(now) - ExpressionWrapper(F("every_minutes") * MINUTE, DurationField())
    )
    moved = Q(Exists(published)) | Q(Exists(told)) | Q(checked_at__lt=now - AT_LEAST_EVERY)
    due = rested.filter(Q(wanted_at__lte=now) | Q(checked_at=None) | (old_enough & moved))
    return list(due.order_by("pk").values_list("pk", flat=True))


def entries_for_list(feed: AdFeed) -> QuerySet[AdEntry]:
    return AdEntry.objects.filter(feed=feed, retired_at=None).select_related("product")


def search_entries(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    return rows.filter(Q(item_id=words) | Q(product__sku__iexact=words))


def entries_of(product_id: int) -> Sequence[AdEntry]:
    """What each feed that is on says of one product."""
    rows = AdEntry.objects.filter(product=product_id, feed__active=True, retired_at=None)
    return list(rows.select_related("feed", "product").order_by("feed__name", "feed_id"))


def recent_fetches(feed: AdFeed) -> list[AdFetch]:
    return list(AdFetch.objects.filter(feed=feed).order_by("-pk")[:RECENT])
