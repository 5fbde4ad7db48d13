"""Questions about products alone."""

from django.db.models import Q, QuerySet

from stocke.products.models import Product

# A trigram index knows nothing of shorter words.
SHORTEST_INSIDE = 3


def search_products(products: QuerySet[Product], words: str) -> QuerySet[Product]:
    """Each word in the SKU, the name or the brand, or the whole as a barcode: "onde 1,7" finds Bouilloire Onde 1,7 L.

    One or two letters are taken for the beginning of a SKU.
    """
    if words.isdigit() and len(words) in {8, 12, 13, 14}:
        return products.filter(Q(gtin=words) | Q(sku=words))
    long_words = [word for word in words.split() if len(word) >= SHORTEST_INSIDE]
    if not long_words:
        return products.filter(sku__istartswith=words)
    for word in words.split():
        products = products.filter(Q(sku__holds=word) | Q(name__holds=word) | Q(brand__holds=word))
    return products
