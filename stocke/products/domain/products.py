"""Products: written down, corrected, taken off sale; each change on the record."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.products.domain.levels import mark_dirty
from stocke.products.models import Category, Product

EDITABLE = (
    "sku",
    "name",
    "brand",
    "category",
    "gtin",
    "price_cents",
    "currency",
    "fulfilment",
    "buffer",
    "cap",
    "image_url",
    "active",
)
# These enter the fold; the others only describe.
NUMBERS = frozenset({"buffer", "cap", "active"})


class SkuTaken(Exception):
    """Another product has this SKU. Nothing was changed."""

    def __init__(self, sku: str) -> None:
        super().__init__(f"the SKU {sku} is taken")
        self.sku = sku


def create_product(*, by: Actor, **facts: Any) -> Product:
    """A new product, its level still to be computed. A category may be named. Raises SkuTaken."""
    with transaction.atomic():
        facts = _with_category(facts)
        product = Product(**facts)
        _save(product, force_insert=True)
        record(product, "product.created", by=by, after=_plain(facts))
        mark_dirty([product.pk], cause="product")
    return product


def change_product(product: Product, *, by: Actor, **changes: Any) -> list[str]:
    """Correct what differs; the names of the corrected fields. A category may be named. Raises SkuTaken. Idempotent."""
    with transaction.atomic():
        changes = _with_category(changes)
        kept = Product.objects.select_for_update(of=("self",), no_key=True).get(pk=product.pk)
        changed = {name: value for name, value in changes.items() if getattr(kept, name) != value}
        if not changed:
            return []
        before = {name: getattr(kept, name) for name in changed}
        for name, value in changed.items():
            setattr(kept, name, value)
        _save(kept, update_fields=[*changed, "updated_at"])
        record(kept, "product.changed", by=by, before=_plain(before), after=_plain(changed))
        if NUMBERS & changed.keys():
            mark_dirty([kept.pk], cause="product")
    return list(changed)


def _with_category(facts: dict[str, Any]) -> dict[str, Any]:
    """A category given by its name becomes the category, new if need be; an empty name becomes none."""
    name = facts.get("category")
    if not isinstance(name, str):
        return facts
    return {**facts, "category": Category.objects.get_or_create(name=name)[0] if name else None}


def _save(product: Product, **how: Any) -> None:
    try:
        with transaction.atomic():
            product.save(**how)
    except IntegrityError as error:
        if "products_product_sku" in str(error):
            raise SkuTaken(product.sku) from error
        raise


def _plain(facts: Mapping[str, Any]) -> dict[str, object]:
    """Values as the record keeps them: a category by its name."""
    return {name: str(value) if name == "category" and value else value for name, value in facts.items()}
