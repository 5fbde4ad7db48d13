"""Products with what suppliers say of them: the list and the page."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from stocke.products.models import Product, Publication, SubstituteLink
from suppliers.models import Offer
from suppliers.queries.freshness import confirmed_at

CHANNELS = """
SELECT DISTINCT ON (channel) id FROM products_publication WHERE product_id = %s ORDER BY channel, at DESC, id DESC
"""
# Since a moment, and not for ever: so few monthly partitions are opened.
LAST_WORDS = """
SELECT offer.id, said.raw, said.at FROM unnest(%s::bigint[]) AS offer (id)
CROSS JOIN LATERAL (
    SELECT raw, at FROM suppliers_observation
    WHERE offer_id = offer.id AND at >= %s ORDER BY at DESC, id DESC LIMIT 1
) said
"""
WORDS_KEPT = timedelta(days=400)


def products_for_list() -> QuerySet[Product]:
    """With category and level, how many offers, and how old the oldest statement that counts is."""
    offers = Offer.objects.filter(product=OuterRef("pk")).order_by().values("product")
    counting = offers.filter(active=True, supplier__active=True, stock__promisable__gt=0)
    return Product.objects.select_related("category", "level").annotate(
        offer_count=Coalesce(Subquery(offers.annotate(n=Count("pk")).values("n")), 0),
        oldest=Subquery(counting.annotate(at=Min(confirmed_at("stock__"))).values("at")),
    )


def offers_of(product: Product) -> list[Offer]:
    """The backup list in its order, with supplier, numbers and `confirmed_at`."""
    offers = Offer.objects.filter(product=product).select_related("supplier", "stock")
    return list(offers.annotate(confirmed_at=confirmed_at("stock__")).order_by("rank", "pk"))


def last_words(offers: list[Offer], *, now: datetime) -> dict[int, str]:
    """The text as it stood in the file, of each offer's last statement; nothing for older than a year."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_WORDS, [[offer.pk for offer in offers], now - WORDS_KEPT])
        return {offer_id: raw for offer_id, raw, _at in cursor.fetchall()}


def told_to_channels(product: Product) -> list[Publication]:
    """The last thing each channel was told."""
    with connection.cursor() as cursor:
        cursor.execute(CHANNELS, [product.pk])
        newest = [row[0] for row in cursor.fetchall()]
    return list(Publication.objects.filter(pk__in=newest).order_by("channel"))


def last_publications(product: Product, limit: int) -> list[Publication]:
    return list(Publication.objects.filter(product=product).order_by("-at", "-pk")[:limit])


def substitutes_of(product: Product) -> list[SubstituteLink]:
    links = SubstituteLink.objects.filter(product=product).select_related("substitute__level")
    return list(links.order_by("rank", "pk"))


def backup_order(product: Product) -> list[int]:
    """The keys of its offers in the order of the backup list."""
    offers = Offer.objects.filter(product=product).order_by("rank", "pk")
    return list(offers.values_list("pk", flat=True))
