"""Which listings have another number than our levels give them: the chain of domain/rules.py by set.

A property test holds both equal. A product whose level is about to be reckoned anew is left out: its number comes
with the next look, and is then the right one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

# A problem with one of these codes is settled by a person, or by the next reading of the shop's listings.
STANDING_PROBLEMS = ("conflict", "parent_stock", "has_variations")
# From level to number, over columns of these names: the chain of domain/rules.py. A share of many millions of units is
# reckoned in more than an integer holds.
NUMBER = """
GREATEST(0, LEAST(
    GREATEST(GREATEST(sellable - sold, 0)::bigint * COALESCE(share, 100) / 100 - COALESCE(buffer, 0), 0),
    COALESCE(cap, 2147483647)
))::integer"""
WANTED = """
WITH sold AS (
    SELECT unit.key AS sku, sum(unit.value::integer) AS units
    FROM channels_shoporder, jsonb_each_text(units) AS unit
    WHERE uncounted GROUP BY unit.key
),
ruled AS (
    SELECT listing.id, listing.told, level.product_id, level.light, level.sellable,
           COALESCE(sold.units, 0)::integer AS sold,
           COALESCE(listing.share_percent, rules.share_percent, channel.share_percent) AS share,
           COALESCE(listing.buffer, rules.buffer, channel.buffer) AS buffer,
           COALESCE(listing.cap, rules.cap, channel.cap) AS cap
    FROM channels_listing listing
    JOIN channels_channel channel ON channel.id = listing.channel_id
    JOIN products_product product ON product.id = listing.product_id
    JOIN products_level level ON level.product_id = listing.product_id
    LEFT JOIN channels_categoryrules rules
           ON rules.channel_id = listing.channel_id AND rules.category_id = product.category_id
    LEFT JOIN sold ON sold.sku = product.sku
    WHERE listing.channel_id = %(channel)s AND listing.gone_at IS NULL
      AND listing.problem <> ALL (%(standing)s)
      AND (listing.not_before IS NULL OR listing.not_before <= now())
      AND (level.light <> 'unknown' OR channel.unknown = 'zero')
      -- As a list that is hashed: this queue is empty or a million rows long, and the planner never knows which.
      AND listing.product_id NOT IN (SELECT dirty.product_id FROM products_dirtylevel dirty)
      {only}
),
-- Reckoned as a whole: the limit below would have the planner look up row by row, because it takes most for changed.
numbered AS MATERIALIZED (
    SELECT ruled.id, ruled.told, {number} AS number
    FROM ruled
)
SELECT id, number FROM numbered WHERE number IS DISTINCT FROM told ORDER BY id LIMIT %(limit)s
"""
RECENT = """AND listing.product_id IN (
    SELECT publication.product_id FROM products_publication publication WHERE publication.at >= %(since)s
)"""
NAMED = "AND listing.id = ANY (%(ids)s)"


@dataclass(frozen=True)
class Numbered:
    """A listing and the number it should have."""

    listing_id: int
    number: int


def wanted(channel_id: int, *, limit: int, since: datetime | None = None) -> list[Numbered]:
    """Listings with another number; with `since`, of products that were published since then."""
    only = "" if since is None else RECENT
    return _run(only, {"channel": channel_id, "limit": limit, "since": since})


def wanted_of(channel_id: int, listing_ids: Sequence[int]) -> list[Numbered]:
    """The same for these listings, as it is at this moment."""
    ids = list(listing_ids)
    return _run(NAMED, {"channel": channel_id, "limit": len(ids), "ids": ids})


def _run(only: str, parameters: dict[str, Any]) -> list[Numbered]:
    with connection.cursor() as cursor:
        cursor.execute(
            WANTED.format(only=only, number=NUMBER), {"standing": list(STANDING_PROBLEMS), **parameters}
        )
        return [Numbered(*row) for row in cursor.fetchall()]
