"""What people write about products, where it must show in the number at once."""

from typing import Any

from django.db import transaction

from stocke.core.actors import Actor
from stocke.products.domain.products import change_product, create_product
from stocke.products.models import Product
from suppliers.domain.backup_list import attach_offer
from suppliers.domain.levels import refresh
from suppliers.models import Offer


@transaction.atomic
def add_product(*, by: Actor, offer: Offer | None = None, **facts: Any) -> Product:
    """A new product, with the offer it was made for. Raises SkuTaken, and AlreadyAttached: then there is no product."""
    product = create_product(by=by, **facts)
    if offer is not None:
        attach_offer(offer, product=product, by=by)
    refresh([product.pk], cause="product")
    return product


@transaction.atomic
def edit_product(product: Product, *, by: Actor, **changes: Any) -> list[str]:
    """Correct a product and its number; the names of the corrected fields. Raises SkuTaken."""
    changed = change_product(product, by=by, **changes)
    if changed:
        refresh([product.pk], cause="product")
    return changed
