"""Suppliers: the list and the page."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from suppliers.models import Feed, Offer, Run, Supplier
from suppliers.queries.feeds import feeds_for_list

# Counting stops here: nobody needs to know whether it is 310,000 or 320,000 offers, and the page must not wait.
COUNT_LIMIT = 2_000
KINDS = """
SELECT stock.kind, count(*) FROM (
    SELECT id FROM suppliers_offer WHERE supplier_id = %s LIMIT %s
) offer JOIN suppliers_offerstock stock ON stock.offer_id = offer.id GROUP BY stock.kind
"""


@dataclass(frozen=True)
class OfferCounts:
    """How a supplier's offers state their quantity; of the first 2,000 when there are more."""

    exact: int
    at_least: int
    flag: int
    unknown: int

    @property
    def total(self) -> int:
        return self.exact + self.at_least + self.flag + self.unknown

    @property
    def is_limited(self) -> bool:
        return self.total >= COUNT_LIMIT


def suppliers_for_list() -> QuerySet[Supplier]:
    """With the last good import of any feed."""
    feeds = Feed.objects.filter(supplier=OuterRef("pk")).order_by().values("supplier")
    return Supplier.objects.annotate(
        last_good_at=Subquery(feeds.annotate(at=Max("last_good_at")).values("at"))
    )


def search_suppliers(suppliers: QuerySet[Supplier], words: str) -> QuerySet[Supplier]:
    """Each word in the name, the code or the address. Suppliers are few: no index is needed."""
    for word in words.split():
        suppliers = suppliers.filter(Q(name__holds=word) | Q(code__holds=word) | Q(email__holds=word))
    return suppliers


def offer_counts(supplier: Supplier) -> OfferCounts:
    with connection.cursor() as cursor:
        cursor.execute(KINDS, [supplier.pk, COUNT_LIMIT])
        counts = dict(cursor.fetchall())
    return OfferCounts(*(counts.get(kind, 0) for kind in ("exact", "at_least", "flag", "unknown")))


def last_runs(supplier: Supplier, limit: int) -> list[Run]:
    runs = Run.objects.filter(feed__supplier=supplier).select_related("feed").order_by("-id")
    return list(runs[:limit])


def feeds_of(supplier: Supplier) -> list[Any]:
    """His feeds with their health, as the list of feeds shows them."""
    return list(feeds_for_list().filter(supplier=supplier).order_by("name"))


def unmatched_offers() -> QuerySet[Offer]:
    """Offers of nothing that we know of."""
    return Offer.objects.filter(product=None).select_related("supplier", "stock")
