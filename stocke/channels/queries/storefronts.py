"""What public pages must know of the shops that are connected."""

from collections.abc import Collection, Mapping

from django.db import connection
from django.db.models import Q

from stocke.channels.models import Channel, ChannelKind, Listing, ShopWindow
from stocke.channels.queries.wanted import NUMBER
from stocke.core.storefronts import Storefront

SILENT = f"""
SELECT slug FROM (
    SELECT shop.slug, shop.active, level.light, level.sellable, COALESCE(gone.units, 0)::integer AS sold,
           COALESCE(listed.share_percent, rules.share_percent, shop.share_percent) AS share,
           COALESCE(listed.buffer, rules.buffer, shop.buffer) AS buffer,
           COALESCE(listed.cap, rules.cap, shop.cap) AS cap
    FROM channels_channel shop
    JOIN products_product product ON product.id = %(product)s
    LEFT JOIN products_level level ON level.product_id = product.id
    LEFT JOIN channels_categoryrules rules ON rules.channel_id = shop.id AND rules.category_id = product.category_id
    LEFT JOIN LATERAL (
        SELECT mine.share_percent, mine.buffer, mine.cap FROM channels_listing mine
        WHERE mine.product_id = product.id AND mine.channel_id = shop.id AND mine.gone_at IS NULL
        ORDER BY mine.id LIMIT 1
    ) listed ON true
    LEFT JOIN LATERAL (
        SELECT sum((ordered.units ->> product.sku)::integer) AS units FROM channels_shoporder ordered
        WHERE ordered.uncounted AND ordered.units ? product.sku
    ) gone ON true
) ruled
WHERE NOT active OR light IS NULL OR light = 'unknown' OR {NUMBER} = 0
"""


def find(name: str) -> Storefront | None:
    """The shop of this short name, or of this public key of its window."""
    named = Q(slug=name) | Q(window__key=name)
    channel = Channel.objects.select_related("window").filter(named).first()
    return None if channel is None else storefront_of(channel)


def storefront_of(channel: Channel) -> Storefront:
    """A program's address is no page for people; scripts may ask from the sites that the window is open to."""
    window: ShopWindow | None = getattr(channel, "window", None)
    origins = tuple(window.origins) if window and window.is_open else ()
    is_shop = channel.kind != ChannelKind.GENERIC and channel.url.startswith(("https://", "http://"))
    return Storefront(channel.slug, channel.name, channel.url if is_shop else "", channel.active, origins)


def silent(product_id: int) -> list[str]:
    """The short names of shops that were disconnected, or have none of this product by their own rules: the number that
    `stocke.channels.domain.availability.units_of` gives them is zero, or unknown.
    """
    with connection.cursor() as cursor:
        cursor.execute(SILENT, {"product": product_id})
        return [slug for (slug,) in cursor.fetchall()]


def skus_there(channel_id: int, product_ids: Collection[int]) -> Mapping[int, str]:
    """By product, the SKU of its own under which this channel lists it, where it does."""
    there = Listing.objects.filter(channel=channel_id, product__in=product_ids, gone_at=None).exclude(sku="")
    # Of several the first: it stands last.
    return dict(there.order_by("-pk").values_list("product_id", "sku"))
