"""What the pages about the cost of ads ask."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Lower

from stocke.channels.adfeeds.models import AdEntry, AdFeed
from stocke.insights.models import AdDay, AdSpend


def products_by_item(feed: AdFeed, items: Collection[str]) -> dict[str, int]:
    """The products of a feed by their ids there, in small letters, as they and as they begin before a comma."""
    wanted = {item.lower() for item in items} | {item.partition(",")[0].strip().lower() for item in items}
    entries = AdEntry.objects.filter(feed=feed).annotate(small=Lower("item_id")).filter(small__in=wanted)
    return dict(entries.values_list("small", "product_id"))


def spend_for_list() -> QuerySet[AdSpend]:
    return AdSpend.objects.select_related("feed", "product")


def search_spend(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    return rows.filter(Q(product__sku__iexact=words) | Q(product__name__holds=words))


def spend_by_feed(since: date) -> list[Mapping[str, Any]]:
    """Clicks, cost and what of it was wasted, per feed and currency since that day: one row a day is added up."""
    rows = AdDay.objects.filter(day__gte=since).values("feed__name", "feed", "currency")
    totals = rows.annotate(clicks=Sum("clicks"), cost=Sum("cost_cents"), wasted=Sum("wasted_cents"))
    return list(totals.order_by("-wasted", "feed__name", "currency"))
