"""Confirmed and ordered lines: `purchase = PurchaseFactory(quantity=4, backups=1)`."""

from typing import Any

from django.utils import timezone

from orders.domain.purchasing import order_purchases
from orders.models import Order, PurchaseOrder
from stocke.core.actors import Actor
from stocke.products.models import Product
from suppliers.models import Offer
from tests.factories.orders import AllocationFactory, OrderFactory
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory

SHIP_TO = {"name": "Camille Exemple", "street": "12 rue de la Démo", "postal_code": "59000", "city": "Lille"}


def ConfirmedOrderFactory(*offers: Offer, quantity: int = 2, **given: Any) -> Order:
    """A confirmed order with one line, held at its offer, for each of `offers`."""
    lines = [{"product": offer.product, "quantity": quantity, "status": "confirmed"} for offer in offers]
    given = {"status": "confirmed", "confirmed_at": timezone.now(), "ship_to": SHIP_TO, **given}
    order = OrderFactory(lines=lines, **given)
    for line, offer in zip(order.lines.order_by("position"), offers, strict=True):
        AllocationFactory(line=line, offer=offer)
    return order


def PurchaseFactory(*, quantity: int = 2, backups: int = 0, **given: Any) -> PurchaseOrder:
    """A purchase order of one line that waits for its answer; `backups` other suppliers have the product too."""
    offer = OfferFactory(product=given.pop("product", None) or ProductFactory(), quantity=20)
    for rank in range(backups):
        OfferFactory(product=offer.product, rank=rank + 2, quantity=20)
    order = ConfirmedOrderFactory(offer, quantity=quantity, **given)
    order_purchases(order.pk, by=Actor.job("purchasing"))
    return PurchaseOrder.objects.get(order=order)


def product_of(purchase: PurchaseOrder) -> Product:
    product = purchase.lines.get().allocation.line.product
    assert product is not None
    return product
