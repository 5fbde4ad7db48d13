"""Removing products that nothing has used yet: by set, on the record."""

from collections.abc import Collection, Iterable, Mapping

from django.db import connection, transaction
from django.db.models import PROTECT, F, Q

from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from stocke.products.models import Product, SubstituteLink

# What we told a channel stays on the record, so publications are left.
PARTS = ("products_level", "products_dirtylevel")
USED, CHANGED = "used", "changed"


def locked(keys: Iterable[int]) -> dict[int, str]:
    """Those that are still there, by their SKU; until the transaction ends nobody else refers to them anew."""
    rows = Product.objects.select_for_update(of=("self",)).filter(pk__in=list(keys)).order_by("pk")
    return dict(rows.values_list("pk", "sku"))


def in_use(keys: Collection[int]) -> dict[int, str]:
    """Why some may not go: what protects them refers to them ("used"), or a person has worked on them ("changed").

    Ask after `locked`: what was written until then is seen, and nothing comes after.
    """
    changed = Product.objects.filter(pk__in=keys, updated_at__gt=F("created_at"))
    reasons = dict.fromkeys(changed.values_list("pk", flat=True), CHANGED)
    links = SubstituteLink.objects.filter(Q(product__in=keys) | Q(substitute__in=keys))
    for pair in links.values_list("product", "substitute"):
        reasons |= dict.fromkeys(set(pair) & set(keys), CHANGED)
    for relation in Product._meta.related_objects:
        # Contexts above protect what they use; which they are is none of our business.
        if relation.on_delete is PROTECT:
            name = relation.field.name
            users = relation.related_model._base_manager.filter(**{f"{name}__in": keys})
            reasons |= dict.fromkeys(users.values_list(name, flat=True).distinct(), USED)
    return reasons


@transaction.atomic
def remove_products(products: Mapping[int, str], *, by: Actor) -> None:
    """Remove these locked products, by their SKU, to which nothing refers any more.

    Hold the levels' lock (`level_sets.lock_levels`), taken before the products were locked.
    """
    keys = list(products)
    facts = (Fact(f"product:{key}", "product.removed", {"sku": sku}) for key, sku in products.items())
    record_all(facts, by=by)
    with connection.cursor() as cursor:
        for table in PARTS:
            cursor.execute(f"DELETE FROM {table} WHERE product_id = ANY(%s)", [keys])
        cursor.execute("DELETE FROM products_product WHERE id = ANY(%s)", [keys])
