"""What ad feeds ask of suppliers and purchase orders, which stand beside and above channels."""

from collections.abc import Collection, Sequence

from orders.queries.restocks import stated_restocks
from stocke.channels.adfeeds.domain.outside import Outside, register_outside
from suppliers.models import Offer, Supplier


def suppliers_by_name() -> Sequence[tuple[int, str]]:
    return list(Supplier.objects.order_by("name").values_list("pk", "name"))


def sold_by(supplier_id: int, product_ids: Collection[int]) -> Collection[int]:
    """Those of which the supplier has an offer that counts."""
    offers = Offer.objects.filter(supplier=supplier_id, active=True, product__in=product_ids)
    return set(offers.values_list("product", flat=True))


register_outside(Outside(stated_restocks, suppliers_by_name, sold_by))
