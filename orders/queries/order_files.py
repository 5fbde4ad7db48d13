"""What the pages about files of orders ask."""

from stocke.products.models import Product


def sample_products() -> list[Product]:
    """Two products that we sell, so that the sample file can be tried as it is."""
    return list(Product.objects.filter(active=True).order_by("pk")[:2])
