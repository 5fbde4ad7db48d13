"""Orders, lines and promises.

`OrderFactory(lines=[{"product": lamp, "quantity": 2}])`; without `lines` an order is empty. `AllocationFactory`
also counts its units in the offer, as the real operation does.
"""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from django.db.models import F
from django.utils import timezone

from orders.models import Allocation, Order, OrderLine
from orders.models.allocation import COUNTED
from suppliers.models import Offer, OfferStock
from tests.factories.customers import CustomerFactory
from tests.factories.products import ProductFactory

numbers = count(90001)


def OrderFactory(*, lines: Sequence[dict[str, Any]] = (), **given: Any) -> Order:
    """An order received a moment ago, promised in ten days; its total follows from its lines."""
    number = next(numbers)
    defaults: dict[str, Any] = {
        "number": str(number),
        "channel": "demo",
        "external_id": f"E-{number}",
        "digest": f"{number:064}",
        "placed_at": timezone.now(),
        "promised_on": timezone.localdate() + timedelta(days=10),
    }
    if "customer" not in given and "customer_id" not in given:
        defaults["customer"] = CustomerFactory()
    order = Order.objects.create(**{**defaults, **given})
    for line in lines:
        OrderLineFactory(order=order, **line)
    return order


def OrderLineFactory(**given: Any) -> OrderLine:
    """One unit of a product at its price; the order's total grows by it."""
    order = given.get("order") or OrderFactory()
    product = given.get("product") or ProductFactory()
    defaults = {
        "order": order,
        "product": product,
        "position": order.lines.count() + 1,
        "ordered_sku": product.sku,
        "ordered_name": product.name,
        "quantity": 1,
        "unit_price_cents": product.price_cents,
        "promised_on": order.promised_on,
    }
    line = OrderLine.objects.create(**{**defaults, **given})
    order.total_cents += line.total_cents
    order.save(update_fields=["total_cents"])
    return line


def AllocationFactory(*, line: OrderLine, offer: Offer, **given: Any) -> Allocation:
    allocation = Allocation.objects.create(
        **{"line": line, "offer": offer, "quantity": line.quantity, **given}
    )
    if allocation.status in COUNTED:
        OfferStock.objects.filter(offer=offer).update(reserved=F("reserved") + allocation.quantity)
    return allocation
