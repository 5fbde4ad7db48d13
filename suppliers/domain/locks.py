"""Imports of one supplier wait for each other, and so does everything else that writes what he said by set."""

from collections.abc import Iterable

from django.db import connection

SUPPLIER_LOCK = 0x0FFE_4200


def lock_supplier(supplier_id: int) -> None:
    """One writer per supplier at a time; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SUPPLIER_LOCK, supplier_id % 2**31])


def lock_suppliers(supplier_ids: Iterable[int]) -> None:
    """All of them, in the order of their keys: before offers, products and levels, as every import does."""
    for supplier_id in sorted(set(supplier_ids)):
        lock_supplier(supplier_id)
