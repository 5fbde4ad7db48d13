"""Which product an offer may be of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import QuerySet
from django.utils import timezone

from stocke.products.models import Product
from stocke.products.queries.products import search_products
from suppliers.models import Offer, ProductBatch

MOST = 8
LOOKED_AT = 1_000
TAKEN_BACK_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Candidate:
    """A product and why it is proposed: "sku", "gtin", "name" or "search"."""

    product: Product
    why: str


def candidates(offer: Offer, words: str = "") -> list[Candidate]:
    """Products that may be meant: those searched for, else the same SKU or barcode, else names that look alike."""
    known = Product.objects.select_related("level")
    if words:
        return [
            Candidate(product, "search") for product in search_products(known, words).order_by("sku")[:MOST]
        ]
    same_sku = list(known.filter(sku=offer.supplier_sku)[:1])
    same_gtin = list(known.filter(gtin=offer.gtin).order_by("pk")[:MOST]) if offer.gtin else []
    ranked = alike(offer.name) if offer.name else known.none()
    found = [Candidate(product, "sku") for product in same_sku]
    found += [Candidate(product, "gtin") for product in same_gtin]
    found += [Candidate(product, "name") for product in ranked]
    # The best reason for each: the first one found.
    return list({one.product.pk: one for one in reversed(found)}.values())[::-1][:MOST]


def alike(name: str) -> QuerySet[Product]:
    """Products whose names look most alike, of the first thousand that look alike at all."""
    # The index serves the % operator, which keeps what is alike enough; only that is then put in order.
    some = Product.objects.filter(name__trigram_similar=name).values("pk")[:LOOKED_AT]
    ranked = Product.objects.filter(pk__in=some).annotate(likeness=TrigramSimilarity("name", name))
    return ranked.select_related("level").order_by("-likeness", "pk")[:MOST]


def taken_skus(skus: Iterable[str]) -> set[str]:
    """Those that a product has already."""
    return set(Product.objects.filter(sku__in=list(skus)).values_list("sku", flat=True))


def latest_batches(limit: int = 3) -> list[ProductBatch]:
    """The products made together last, as long as they may be taken back from the list."""
    recent = ProductBatch.objects.filter(taken_back_at=None, made_at__gte=timezone.now() - TAKEN_BACK_FOR)
    return list(recent.exclude(products=[]).select_related("made_by").order_by("-made_at")[:limit])
