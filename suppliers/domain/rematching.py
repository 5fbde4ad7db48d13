"""Looking again for the products of offers that have none, without waiting for a file that says something new."""

from collections.abc import Iterator

from django.db import connection, transaction

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from suppliers.domain.locks import lock_supplier
from suppliers.domain.mappings import matching_of
from suppliers.domain.matching import ask_levels, match_products
from suppliers.domain.writing import RANK
from suppliers.models import Feed

# The unmatched offers that this feed stated last, as staged lines that say nothing new.
STAGE = """
CREATE TEMPORARY TABLE feed_delta ON COMMIT DROP AS
SELECT offer.id AS offer_id, offer.supplier_sku AS key, offer.gtin, offer.id AS line, true AS present,
       NULL::bigint AS product_id, NULL::smallint AS rank, false AS attached, false AS says_new
FROM suppliers_offer offer
JOIN suppliers_offerstock stock ON stock.offer_id = offer.id
JOIN suppliers_run run ON run.id = stock.run_id
WHERE offer.supplier_id = %s AND offer.product_id IS NULL AND run.feed_id = %s
"""
ATTACH = """
UPDATE suppliers_offer offer SET product_id = delta.product_id, rank = coalesce(delta.rank, 1)
FROM feed_delta delta WHERE offer.id = delta.offer_id AND delta.attached AND offer.product_id IS NULL
"""


@transaction.atomic
def match_again(feed: Feed, *, by: Actor) -> int:
    """Give the feed's unmatched offers the products that its rules find today; how many found one."""
    lock_supplier(feed.supplier_id)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS feed_delta")
        cursor.execute(STAGE, [feed.supplier_id, feed.pk])
        cursor.execute("ANALYZE feed_delta")
        match_products(matching_of(feed.mapping))
        cursor.execute(RANK)
        cursor.execute(ATTACH)
        found: int = cursor.rowcount
    ask_levels()
    if found:
        record(feed, "feed.rematched", by=by, after={"offers": found})
    return found


def feeds_to_match() -> Iterator[Feed]:
    """Every feed that a person has confirmed."""
    yield from Feed.objects.filter(mapping__isnull=False).select_related("mapping").order_by("pk").iterator()
