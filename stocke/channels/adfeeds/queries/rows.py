"""The products of a feed as its file needs them: a batch at a time, in the order of their keys.

All that the feed chooses now, and all that it was ever sent and has not retired.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from stocke.channels.adfeeds.models import AdFeed
from stocke.channels.queries.wanted import NUMBER
from stocke.products.models import Product

# Every table is told the range of keys: what is joined by keys alone may be read from its beginning for each batch.
ROWS = f"""
WITH sold AS (
    SELECT unit.key AS sku, sum(unit.value::integer) AS units
    FROM channels_shoporder, jsonb_each_text(units) AS unit
    WHERE uncounted GROUP BY unit.key
),
found AS (
    SELECT product.id, product.sku, product.name, COALESCE(product.attributes ->> 'description', '') AS description,
           product.brand, product.gtin, COALESCE(product.attributes ->> 'mpn', '') AS mpn,
           COALESCE(category.name, '') AS category, product.image_url, product.price_cents, product.currency,
           COALESCE(listed.remote_id, '') AS remote_id, COALESCE(listed.remote_parent, '') AS remote_parent,
           COALESCE(listed.backorders, false) AS backorders,
           product.active AS is_sold,
           (listed.id IS NOT NULL OR NOT %(only_listed)s) AS is_listed,
           (%(category)s::bigint IS NULL OR product.category_id = %(category)s)
           AND (%(least)s::integer IS NULL OR product.price_cents >= %(least)s) AS is_chosen,
           COALESCE(level.sellable, 0) AS sellable, COALESCE(level.light, 'unknown') AS light,
           level.as_of, level.told_at,
           COALESCE(sold.units, 0)::integer AS sold,
           COALESCE(listed.share_percent, rules.share_percent, channel.share_percent) AS share,
           COALESCE(listed.buffer, rules.buffer, channel.buffer) AS buffer,
           COALESCE(listed.cap, rules.cap, channel.cap) AS cap,
           entry.id AS entry_id, entry.item_id, entry.word, entry.available_on, entry.pause, entry.reason,
           entry.doubtful_since, entry.problems, entry.sent_at, entry.left_at, entry.retired_at
    FROM products_product product
    JOIN channels_channel channel ON channel.id = %(channel)s
    LEFT JOIN products_category category ON category.id = product.category_id
    LEFT JOIN products_level level
           ON level.product_id = product.id AND level.product_id > %(after)s AND level.product_id <= %(upto)s
    LEFT JOIN channels_categoryrules rules
           ON rules.channel_id = channel.id AND rules.category_id = product.category_id
    LEFT JOIN sold ON sold.sku = product.sku
    LEFT JOIN adfeeds_adentry entry
           ON entry.feed_id = %(feed)s AND entry.product_id = product.id
          AND entry.product_id > %(after)s AND entry.product_id <= %(upto)s
    LEFT JOIN LATERAL (
        SELECT * FROM channels_listing listing
        WHERE listing.product_id = product.id AND listing.channel_id = channel.id AND listing.gone_at IS NULL
        ORDER BY listing.id LIMIT 1
    ) listed ON true
    WHERE product.id > %(after)s AND product.id <= %(upto)s
)
SELECT id, sku, name, description, brand, gtin, mpn, category, image_url, price_cents, currency, remote_id,
       remote_parent, backorders, is_sold, is_listed, is_chosen, sellable, light, as_of, told_at, {NUMBER} AS number,
       entry_id, item_id, word, available_on, pause, reason, doubtful_since, problems, sent_at, left_at, retired_at
FROM found
WHERE (entry_id IS NOT NULL AND retired_at IS NULL) OR (is_sold AND is_listed AND is_chosen)
ORDER BY id
"""
# What the record says of products that no feed remembers: the last number that was certain, and when doubt began.
BEFORE = """
SELECT certain.product_id, certain.sellable > 0,
       (SELECT min(later.at) FROM products_publication later
        WHERE later.product_id = certain.product_id AND later.channel = 'catalogue' AND later.at > certain.at)
FROM unnest(%(products)s::bigint[]) AS wanted(id),
LATERAL (
    SELECT told.product_id, told.sellable, told.at FROM products_publication told
    WHERE told.product_id = wanted.id AND told.channel = 'catalogue'
      AND (told.light IN ('in_stock', 'out') OR (told.light = 'low' AND told.sellable > 0))
    ORDER BY told.at DESC LIMIT 1
) certain
"""


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One product: as it is sold, its level, the channel's number, and what its entry remembers."""

    product_id: int
    sku: str
    name: str
    description: str
    brand: str
    gtin: str
    mpn: str
    category: str
    image_url: str
    price_cents: int
    currency: str
    remote_id: str
    remote_parent: str
    backorders: bool
    is_sold: bool
    is_listed: bool
    is_chosen: bool
    sellable: int
    light: str
    as_of: datetime | None
    told_at: datetime | None
    number: int
    entry_id: int | None
    item_id: str | None
    word: str | None
    available_on: date | None
    pause: str | None
    reason: str | None
    doubtful_since: datetime | None
    problems: Sequence[str] | None
    sent_at: datetime | None
    left_at: datetime | None
    retired_at: datetime | None

    @property
    def is_remembered(self) -> bool:
        return self.entry_id is not None and self.retired_at is None


@dataclass(frozen=True, slots=True)
class Before:
    """The last certain number's meaning, and when the next one, a doubtful one, was published."""

    was_in_stock: bool
    doubted_at: datetime | None


def batch_end(after: int, size: int) -> int | None:
    """The key of the last of the next so many products, whether a feed chooses them or not; None after the last."""
    keys = Product.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
    found = list(keys[size - 1 : size]) or list(keys.reverse()[:1])
    return found[0] if found else None


def rows_between(feed: AdFeed, after: int, upto: int) -> list[FeedRow]:
    """The products of the feed's file among those keys, the first excluded."""
    parameters: dict[str, Any] = {
        "feed": feed.pk,
        "channel": feed.channel_id,
        "category": feed.category_id,
        "least": feed.least_price_cents,
        "only_listed": feed.only_listed,
        "after": after,
        "upto": upto,
    }
    with connection.cursor() as cursor:
        cursor.execute(ROWS, parameters)
        return [FeedRow(*row) for row in cursor.fetchall()]


def before_doubt(product_ids: Sequence[int]) -> Mapping[int, Before]:
    """By product, what was published before it became doubtful; those of which nothing certain ever was are absent."""
    if not product_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(BEFORE, {"products": list(product_ids)})
        return {product: Before(*rest) for product, *rest in cursor.fetchall()}
