"""When a missing product comes back: only what a source has stated."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from orders.models import PurchaseOrderLine
from suppliers.models import Offer, QuantityKind

ANSWERS_COUNT_FOR = timedelta(days=60)


@dataclass(frozen=True)
class Restock:
    """A date on which a source said that it would have the product again."""

    on: date
    supplier: str
    said_at: datetime | None = None


def stated_restock(product_id: int) -> Restock | None:
    """The earliest date still ahead that somebody stated for this product; None when nobody did.

    A date written in an answer to a purchase order comes before a delay written in a feed.
    """
    today = timezone.localdate()
    return _answered(product_id, today) or _announced(product_id, today)


def _answered(product_id: int, today: date) -> Restock | None:
    lines = PurchaseOrderLine.objects.filter(
        allocation__offer__product=product_id,
        restock_on__gt=today,
        purchase_order__answered_at__gt=timezone.now() - ANSWERS_COUNT_FOR,
    ).select_related("purchase_order__supplier")
    line = lines.order_by("restock_on", "-purchase_order__answered_at").first()
    if line is None or line.restock_on is None:
        return None
    order = line.purchase_order
    return Restock(line.restock_on, order.supplier.name, order.answered_at)


def _announced(product_id: int, today: date) -> Restock | None:
    """An offer that states none in stock and a delay longer than its supplier's usual one."""
    offers = Offer.objects.filter(
        product=product_id,
        active=True,
        supplier__active=True,
        stock__kind=QuantityKind.EXACT,
        stock__quantity=0,
        stock__as_of__isnull=False,
        lead_days__gt=F("supplier__lead_days"),
    ).select_related("supplier", "stock")[:50]
    dates = [
        Restock(
            timezone.localtime(offer.stock.as_of).date() + timedelta(days=offer.lead_days or 0),
            offer.supplier.name,
            offer.stock.as_of,
        )
        for offer in offers
    ]
    return min((restock for restock in dates if restock.on > today), key=lambda r: r.on, default=None)
