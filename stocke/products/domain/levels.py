"""Levels: what we may promise of each product."""

from collections.abc import Collection

from django.db import connection


def mark_dirty(product_ids: Collection[int], *, cause: str) -> None:
    """Have these products' levels recomputed soon. Call in the transaction that changed what they stand on.

    Idempotent. Rows go in ascending order, so that two transactions over the same products never deadlock.
    """
    if not product_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO products_dirtylevel (product_id, since, cause)"
            " SELECT product, now(), %s FROM unnest(%s::bigint[]) AS product ORDER BY product"
            " ON CONFLICT (product_id) DO NOTHING",
            [cause, sorted(set(product_ids))],
        )
