"""What a supplier's own page lists."""

from django.db.models import Q, QuerySet

from suppliers.models import Offer, Supplier


def offers_of(supplier: Supplier, words: str = "") -> QuerySet[Offer]:
    """His active offers with what they state, by name; `words` are looked for in name and SKU."""
    offers = Offer.objects.filter(supplier=supplier, active=True).select_related("stock", "product")
    for word in words.split()[:5]:
        said = Q(supplier_sku__icontains=word) | Q(name__icontains=word) | Q(product__name__icontains=word)
        offers = offers.filter(said)
    return offers.order_by("name", "supplier_sku", "pk")
