"""Suppliers with rules of their own, and purchase orders to them: `purchase = asked_of(supplier)`."""

from datetime import time
from typing import Any

from django.utils import timezone

from orders.domain.ordering import change_rules
from orders.domain.purchasing import order_purchases
from orders.models import PurchaseOrder
from stocke.core.actors import Actor
from suppliers.domain.feeds import GivenSecrets
from suppliers.models import Supplier
from tests.factories.purchases import ConfirmedOrderFactory
from tests.factories.suppliers import OfferFactory, SupplierFactory

BY = Actor.job("test")


def SupplierWithRules(
    *, secrets: dict[str, str] | None = None, rules: dict[str, Any], **given: Any
) -> Supplier:
    supplier = SupplierFactory(**given)
    change_rules(supplier, by=BY, secrets=GivenSecrets(secrets or {}), **rules)
    return supplier


def asked_of(
    supplier: Supplier, *, quantity: int = 2, offer: dict[str, Any] | None = None, **order: Any
) -> PurchaseOrder:
    """The purchase order of a confirmed order of one line."""
    found = OfferFactory(supplier=supplier, quantity=50, **(offer or {}))
    confirmed = ConfirmedOrderFactory(found, quantity=quantity, **order)
    [purchase] = order_purchases(confirmed.pk, by=Actor.job("purchasing"))
    return purchase


def far_cut_off() -> time:
    """Noon or midnight, whichever is hours away: no test runs across it, and no clock is ever put forward over it."""
    return time(0) if 6 <= timezone.localtime().hour < 18 else time(12)
