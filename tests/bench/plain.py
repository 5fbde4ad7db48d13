"""What the rows alone cost that an import of nothing but changed lines has to write.

No file, nothing compared, judged or reckoned: each kind of row by one statement from a table that says what to write.
"""

import time

from django.db import connection, transaction

from suppliers.models import Feed

STATED = """
CREATE TEMPORARY TABLE bench_stated ON COMMIT DROP AS
SELECT offer.id AS offer_id, offer.product_id, level.sellable + 1 AS sellable, level.steps
FROM suppliers_offer offer JOIN products_level level ON level.product_id = offer.product_id
WHERE offer.supplier_id = %s ORDER BY offer.id
"""
WRITES = (
    """
    UPDATE suppliers_offerstock stock SET quantity = stated.sellable, promisable = stated.sellable, as_of = now()
    FROM bench_stated stated WHERE stated.offer_id = stock.offer_id
    """,
    """
    INSERT INTO suppliers_observation (at, offer_id, run_id, source, raw, kind, quantity)
    SELECT now(), offer_id, 0, 'feed', sellable, 'exact', sellable FROM bench_stated
    """,
    """
    UPDATE products_level level SET sellable = stated.sellable, as_of = now(), computed_at = now(), told_at = now()
    FROM bench_stated stated WHERE stated.product_id = level.product_id
    """,
    """
    INSERT INTO products_publication (product_id, channel, at, sellable, light, steps, cause)
    SELECT product_id, 'catalogue', now(), sellable, 'in_stock', steps, 'bench' FROM bench_stated
    """,
)


def plain_limit(feed: Feed) -> float:
    """Seconds for the four rows of each of the feed's offers, in one transaction that is given up at its end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute(STATED, [feed.supplier_id])
        cursor.execute("ANALYZE bench_stated")
        began = time.perf_counter()
        for write in WRITES:
            cursor.execute(write)
        seconds = time.perf_counter() - began
        transaction.set_rollback(True)
    return seconds
