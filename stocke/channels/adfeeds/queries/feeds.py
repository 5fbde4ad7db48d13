"""What the pages of ad feeds and the clock ask."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Value

from stocke.channels.adfeeds.models import AdEntry, AdFeed, AdFetch
from stocke.channels.models import Telling
from stocke.products.models import Product, Publication

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
    """Feeds whose file is to be built: asked for; or old enough, and something was published or told since."""
    free = AdFeed.objects.filter(Q(claim=None) | Q(claimed_until__lt=now), active=True)
    rested = free.filter(Q(failed_at=None) | Q(failed_at__lt=now - RETRY_AFTER))
    tellings = Telling.objects.filter(channel=OuterRef("channel")).order_by("-pk").values("started_at")
    old_enough = Q(
        checked_at__lt=Value(now) - ExpressionWrapper(F("every_minutes") * MINUTE, DurationField())
    )
    due = rested.annotate(told_at=Subquery(tellings[:1])).filter(
        Q(wanted_at__lte=now) | Q(checked_at=None) | (old_enough & moved(now))
    )
    return list(due.order_by("pk").values_list("pk", flat=True))


def moved(now: datetime) -> Q:
    """Whether a file could say another thing. The ledger grows at its end: its newest row answers for all of it."""
    newest = Publication.objects.order_by("-pk").values_list("at", flat=True).first()
    told = Q(told_at__gte=F("checked_at") - BACK) | Q(checked_at__lt=now - AT_LEAST_EVERY)
    return told if newest is None else told | Q(checked_at__lte=newest + BACK)


def entries_for_list(feed: AdFeed) -> QuerySet[AdEntry]:
    return AdEntry.objects.filter(feed=feed, retired_at=None).select_related("product")


def search_entries(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """By both indexes: the products are looked up first."""
    named = list(Product.objects.filter(sku__iexact=words).values_list("pk", flat=True)[:RECENT])
    return rows.filter(Q(item_id=words) | Q(product__in=named))


def entries_of(product_id: int) -> Sequence[AdEntry]:
    """What each feed that is on says of one product."""
    rows = AdEntry.objects.filter(product=product_id, feed__active=True, retired_at=None)
    return list(rows.select_related("feed", "product").order_by("feed__name", "feed_id"))


def recent_fetches(feed: AdFeed) -> list[AdFetch]:
    return list(AdFetch.objects.filter(feed=feed).order_by("-pk")[:RECENT])
