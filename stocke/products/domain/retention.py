"""What is no longer kept of what channels were told."""

from datetime import datetime

from django.db import connection

# The last before the moment stays for each product and channel: it was in force at it, and may still be.
FORGET = """
WITH batch AS (
    SELECT id, product_id, channel, at FROM products_publication WHERE id > %(after)s ORDER BY id LIMIT %(limit)s
), gone AS (
    DELETE FROM products_publication WHERE id IN (
        SELECT old.id FROM batch old WHERE old.at < %(before)s AND EXISTS (
            SELECT FROM products_publication newer
            WHERE newer.product_id = old.product_id AND newer.channel = old.channel
              AND newer.at < %(before)s AND (newer.at, newer.id) > (old.at, old.id)))
    RETURNING id
)
SELECT max(id), min(at) < %(before)s, (SELECT count(*) FROM gone) FROM batch
"""
BATCH = 20_000


def forget_publications(before: datetime, *, limit: int = BATCH) -> int:
    """Delete what was told before that moment and had been replaced by then, in bounded batches; how many."""
    forgotten, after, is_old = 0, 0, True
    while is_old:
        with connection.cursor() as cursor:
            cursor.execute(FORGET, {"after": after, "before": before, "limit": limit})
            row = cursor.fetchone()
        after, is_old = (row[0] or 0, bool(row[1])) if row else (0, False)
        forgotten += row[2] if row else 0
    return forgotten
