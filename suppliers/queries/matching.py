"""Which product an offer may be of."""

from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity

from stocke.products.models import Product
from stocke.products.queries.products import search_products
from suppliers.models import Offer

MOST = 8


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
    # The index serves the % operator, which keeps what is alike enough; only that is then put in order.
    alike = known.filter(name__trigram_similar=offer.name) if offer.name else known.none()
    ranked = alike.annotate(likeness=TrigramSimilarity("name", offer.name)).order_by("-likeness", "pk")
    found = [Candidate(product, "sku") for product in same_sku]
    found += [Candidate(product, "gtin") for product in same_gtin]
    found += [Candidate(product, "name") for product in ranked[:MOST]]
    # The best reason for each: the first one found.
    return list({one.product.pk: one for one in reversed(found)}.values())[::-1][:MOST]
