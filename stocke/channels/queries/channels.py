"""What the pages of channels ask."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from stocke.channels.models import (
    CategoryRules,
    Channel,
    Delivery,
    Listing,
    Report,
    ReportState,
    ShopOrder,
    ShopOrderState,
    Telling,
    Told,
)
from stocke.products.models import Product

RECENT = 8


def channels_for_list() -> QuerySet[Channel]:
    """With how many listings each has, and how many of them want a person."""
    counts = Listing.objects.filter(channel=OuterRef("pk"), gone_at=None)
    return Channel.objects.annotate(
        listing_count=Count("listings", filter=Q(listings__gone_at=None)),
        has_listing_problems=Exists(counts.filter(~Q(problem="") | Q(product=None))),
    )


def search_channels(rows: QuerySet[Channel], words: str) -> QuerySet[Channel]:
    """Channels are few: no index is needed."""
    for word in words.split():
        rows = rows.filter(Q(name__holds=word) | Q(slug__holds=word) | Q(url__holds=word))
    return rows


def ailing() -> int:
    """Channels with a problem that a person should look at, or whose shop has lost orders."""
    return Channel.objects.filter(~Q(problem="") | Q(facts__set_back__gt=0), active=True).count()


def listing_counts(channel: Channel) -> dict[str, int]:
    rows = Listing.objects.filter(channel=channel, gone_at=None)
    return rows.aggregate(
        all=Count("pk"),
        matched=Count("pk", filter=Q(product__isnull=False)),
        unmatched=Count("pk", filter=Q(product=None)),
        problems=Count("pk", filter=~Q(problem="")),
        told=Count("pk", filter=Q(told__isnull=False)),
    )


def listings_for_list(channel: Channel) -> QuerySet[Listing]:
    rows = Listing.objects.filter(channel=channel).select_related("product__level")
    twin = Listing.objects.filter(channel=channel, product=OuterRef("product"), gone_at=None)
    return rows.annotate(is_double=Exists(twin.exclude(pk=OuterRef("pk")).filter(product__isnull=False)))


def search_listings(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    return rows.filter(Q(sku__istartswith=words) | Q(remote_id=words) | Q(name__holds=words))


def recent_tellings(channel: Channel) -> list[Telling]:
    return list(Telling.objects.filter(channel=channel).order_by("-pk")[:RECENT])


def numbers_told(listing: Listing, limit: int = 20) -> list[Told]:
    return list(Told.objects.filter(listing=listing).order_by("-pk")[:limit])


def numbers_of(telling: Telling) -> QuerySet[Told]:
    return Told.objects.filter(telling=telling).select_related("listing__product")


def deliveries_for_list(channel: Channel) -> QuerySet[Delivery]:
    return Delivery.objects.filter(channel=channel).defer("body")


def shop_orders_for_list(channel: Channel) -> QuerySet[ShopOrder]:
    return ShopOrder.objects.filter(channel=channel)


def orders_for_a_person(channel: Channel) -> list[ShopOrder]:
    """Orders of the shop that we did not serve as it asks, the newest first."""
    rows = ShopOrder.objects.filter(channel=channel).exclude(problems=[])
    return list(rows.order_by("-changed_at")[:RECENT])


def waiting_orders(channel: Channel) -> int:
    return ShopOrder.objects.filter(channel=channel, state=ShopOrderState.OPEN).count()


def category_rules_for_list(channel: Channel) -> list[CategoryRules]:
    rows = CategoryRules.objects.filter(channel=channel)
    return list(rows.select_related("category").order_by("category__name"))


def refused_reports(channel: Channel) -> list[Report]:
    rows = Report.objects.filter(channel=channel, state=ReportState.FAILED)
    return list(rows.order_by("-pk")[:RECENT])


def example_sku(channel: Channel) -> str:
    """A SKU to show something with: of what the channel lists, else of any product."""
    listed = Listing.objects.filter(channel=channel, product__isnull=False, gone_at=None).exclude(sku="")
    sku = listed.order_by("pk").values_list("sku", flat=True).first()
    return sku or Product.objects.order_by("pk").values_list("sku", flat=True).first() or ""
