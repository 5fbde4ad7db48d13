"""What an unmatched message may be about."""

from dataclasses import dataclass

from orders.models import Order, PurchaseOrder
from stocke.core.models import IncomingMessage

MOST = 5


@dataclass(frozen=True)
class Likely:
    """A thing of this sender: its number, and whose it is."""

    number: str
    whose: str


def likely_about(message: IncomingMessage) -> list[Likely]:
    """The latest orders and purchase orders of whoever wrote."""
    if not message.sender:
        return []
    orders = Order.objects.filter(customer__email=message.sender).select_related("customer").order_by("-pk")
    purchases = PurchaseOrder.objects.filter(supplier__email__iexact=message.sender).select_related(
        "supplier"
    )
    return [
        *(Likely(one.number, one.customer.full_name) for one in orders[:MOST]),
        *(Likely(one.number, one.supplier.name) for one in purchases.order_by("-pk")[:MOST]),
    ]
