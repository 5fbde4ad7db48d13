"""What public pages must know of products in one shop."""

from stocke.channels.domain.availability import units_of
from stocke.channels.models import Channel
from stocke.channels.queries.availability import Code, shown
from stocke.channels.queries.storefronts import skus_there
from stocke.core.storefronts import OnOffer


def on_offer(slug: str, sku: str) -> OnOffer | None:
    """What this shop has under this SKU, its own or ours, by its own rules; None where it is unknown."""
    (row,) = shown([Code(sku)], slug=slug)
    return None if row.product is None else OnOffer(row.product, units_of(row))


def sku_there(slug: str, product_id: int) -> str:
    """The SKU of its own under which this shop lists the product; "" where it has none."""
    channel = Channel.objects.filter(slug=slug).values_list("pk", flat=True).first()
    return skus_there(channel, [product_id]).get(product_id, "") if channel else ""
