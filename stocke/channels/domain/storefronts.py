"""What public pages must know of products in one shop."""

from stocke.channels.domain.availability import units_of
from stocke.channels.queries.availability import Code, shown
from stocke.core.storefronts import OnOffer


def on_offer(slug: str, sku: str) -> OnOffer | None:
    """What this shop has under this SKU, its own or ours, by its own rules; None where it is unknown."""
    (row,) = shown([Code(sku)], slug=slug)
    return None if row.product is None else OnOffer(row.product, units_of(row))
