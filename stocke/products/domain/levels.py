"""Asking for levels to be recomputed."""

from collections.abc import Iterable

from django.db import connection


def mark_dirty(product_ids: Iterable[int], *, cause: str) -> None:
    """Ask that these products' levels be recomputed once the current transaction has committed.

    Call it in the transaction that changes a number. It waits for nobody and cannot deadlock: each call leaves
    its own rows, which become visible together with the change they stand for.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO products_dirtylevel (product_id, since, cause)
            SELECT DISTINCT product, now(), %s FROM unnest(%s::bigint[]) AS product
            """,
            [cause, list(product_ids)],
        )
