"""When a supplier has a product again, as far as his files say it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from suppliers.models import Offer, QuantityKind

LOOKED_AT = 50


@dataclass(frozen=True)
class Restock:
    """A date on which a source said that it would have the product again."""

    on: date
    supplier: str
    said_at: datetime | None = None


def announced_restock(product_id: int, today: date) -> Restock | None:
    """The earliest day still ahead that an offer of this product announces; None when none does."""
    empty = announcing().filter(product=product_id)
    return earliest_restock(empty.select_related("supplier", "stock")[:LOOKED_AT], today)


def announcing() -> QuerySet[Offer]:
    """Offers of nothing for now, with a delay longer than their supplier's usual one."""
    return Offer.objects.filter(
        stock__kind=QuantityKind.EXACT, stock__quantity=0, lead_days__gt=F("supplier__lead_days")
    )


def earliest_restock(offers: Iterable[Offer], today: date) -> Restock | None:
    """The earliest day still ahead that one of these offers announces.

    An offer announces one when it states none in stock and a delay longer than its supplier's usual one.
    """
    restocks = (announced(offer) for offer in offers)
    ahead = [restock for restock in restocks if restock and restock.on > today]
    return min(ahead, key=lambda restock: restock.on, default=None)


def announced(offer: Offer) -> Restock | None:
    stock, supplier = offer.stock, offer.supplier
    is_empty = stock.kind == QuantityKind.EXACT and stock.quantity == 0
    if not (offer.active and supplier.active and is_empty) or stock.as_of is None:
        return None
    if offer.lead_days is None or offer.lead_days <= supplier.lead_days:
        return None
    on = timezone.localtime(stock.as_of).date() + timedelta(days=offer.lead_days)
    return Restock(on, supplier.name, stock.as_of)
