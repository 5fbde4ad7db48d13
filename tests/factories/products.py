"""Categories and products: `ProductFactory(sku="A-1", buffer=2)`."""

from itertools import count
from typing import Any

from stocke.products.models import Category, Product

numbers = count(1)


def CategoryFactory(**given: Any) -> Category:
    return Category.objects.create(**{"name": f"Category {next(numbers)}", **given})


def ProductFactory(**given: Any) -> Product:
    number = next(numbers)
    defaults = {"sku": f"SKU-{number:04}", "name": f"Kettle {number}", "brand": "Onde", "price_cents": 4900}
    if "category" not in given and "category_id" not in given:
        defaults["category"] = CategoryFactory()
    return Product.objects.create(**{**defaults, **given})
