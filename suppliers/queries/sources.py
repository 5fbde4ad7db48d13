"""Who could deliver these products, as sourcing sees it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from suppliers.queries.freshness import CONFIRMED_AT, JOIN_FEED

SOURCES = f"""
SELECT offer.product_id, offer.id, supplier.id, supplier.name, offer.rank, offer.supplier_sku,
       stock.kind, stock.quantity, stock.promisable, stock.reserved, {CONFIRMED_AT},
       coalesce(offer.lead_days, supplier.lead_days), offer.cost_cents, offer.currency,
       offer.active AND supplier.active
FROM suppliers_offer offer
JOIN suppliers_supplier supplier ON supplier.id = offer.supplier_id
JOIN suppliers_offerstock stock ON stock.offer_id = offer.id
{JOIN_FEED}
WHERE offer.product_id = ANY(%s)
ORDER BY offer.product_id, offer.rank, offer.id
"""


@dataclass(frozen=True, slots=True)
class SourceView:
    """One offer with its moving numbers at one moment.

    `as_of` is when the supplier last confirmed them. `active` needs both offer and supplier to be active.
    """

    offer_id: int
    supplier_id: int
    supplier_name: str
    rank: int
    supplier_sku: str
    kind: str
    quantity: int | None
    promisable: int
    reserved: int
    as_of: datetime | None
    lead_days: int
    cost_cents: int | None
    currency: str
    active: bool

    @property
    def free(self) -> int:
        """Units still promisable; negative when more was promised than is stated now."""
        return self.promisable - self.reserved


def sources_of(product_ids: Iterable[int]) -> dict[int, list[SourceView]]:
    """Every offer of each product, inactive ones too, in the order of the backup list. One statement."""
    found: dict[int, list[SourceView]] = {product: [] for product in product_ids}
    if not found:
        return found
    with connection.cursor() as cursor:
        cursor.execute(SOURCES, [list(found)])
        for product_id, *offer in cursor.fetchall():
            found[product_id].append(SourceView(*offer))
    return found
