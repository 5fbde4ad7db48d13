"""What one supplier offers, for himself to look through and correct."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from suppliers.models import Offer
from suppliers.queries.freshness import confirmed_at


@dataclass(frozen=True)
class OffersPage:
    """Some offers in the order of their SKUs; `next_after` is where the next page begins, if there is one."""

    offers: Sequence[Offer]
    next_after: str = ""


def offers_to_state(supplier_id: int, words: str = "", *, after: str = "", limit: int) -> OffersPage:
    """Each word in the SKU or the name; with the stock and when it was last confirmed. Without offers switched off."""
    offers = Offer.objects.filter(supplier=supplier_id, active=True, supplier_sku__gt=after)
    for word in words.split()[:5]:
        offers = offers.filter(
            Q(supplier_sku__holds=word) | Q(name__holds=word) | Q(product__name__holds=word)
        )
    found = list(
        offers.select_related("stock", "product")
        .annotate(confirmed_at=confirmed_at("stock__"))
        .order_by("supplier_sku")[: limit + 1]
    )
    more = len(found) > limit
    return OffersPage(found[:limit], found[limit - 1].supplier_sku if more else "")
