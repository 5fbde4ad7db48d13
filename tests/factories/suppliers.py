"""Suppliers and offers. An offer's moving numbers are given to the offer: `OfferFactory(quantity=4)`."""

from itertools import count
from typing import Any

from django.utils import timezone

from stocke.products.models import LevelPolicy
from suppliers.models import Offer, OfferStock, Supplier
from tests.factories.products import ProductFactory

numbers = count(1)
JUST_NOW = object()


def SupplierFactory(**given: Any) -> Supplier:
    number = next(numbers)
    defaults = {
        "code": f"supplier-{number}",
        "name": f"Supplier {number}",
        "email": f"s{number}@supplier.example",
        # Open every day, so that no test depends on the day it runs.
        "open_days": list(range(7)),
        "keeps_holidays": False,
    }
    return Supplier.objects.create(**{**defaults, **given})


def OfferFactory(
    *,
    kind: str = "exact",
    quantity: int | None = 10,
    promisable: int | None = None,
    reserved: int = 0,
    as_of: Any = JUST_NOW,
    run_id: int | None = None,
    **given: Any,
) -> Offer:
    """An offer of a new product from a new supplier, stated a moment ago to be exactly 10."""
    defaults: dict[str, Any] = {"supplier_sku": f"SUP-{next(numbers):04}", "cost_cents": 2000}
    if "supplier" not in given and "supplier_id" not in given:
        defaults["supplier"] = SupplierFactory()
    if "product" not in given and "product_id" not in given:
        defaults["product"] = ProductFactory()
    offer = Offer.objects.create(**{**defaults, **given})
    stated = quantity if kind in {"exact", "at_least"} else None
    OfferStock.objects.create(
        offer=offer,
        kind=kind,
        quantity=stated,
        promisable=promisable_of(kind, stated) if promisable is None else promisable,
        reserved=reserved,
        as_of=timezone.now() if as_of is JUST_NOW else as_of,
        run_id=run_id,
    )
    return offer


def promisable_of(kind: str, quantity: int | None) -> int:
    if kind == "flag":
        return LevelPolicy.current().flag_counts_as
    return max(quantity or 0, 0)
