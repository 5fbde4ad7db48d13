"""How much of the past is kept, as the database knows it: an estimate of rows, and the room they take."""

from dataclasses import dataclass

from django.db import connection

from suppliers.models import Horizon

SIZES = """
SELECT kept.name, sum(greatest(part.reltuples, 0))::bigint, sum(pg_total_relation_size(part.oid))::bigint
FROM unnest(%s::text[]) AS kept (name)
JOIN pg_class part ON part.oid = kept.name::regclass
    OR part.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = kept.name::regclass)
GROUP BY kept.name
"""


@dataclass(frozen=True)
class Size:
    rows: int
    bytes: int


def sizes_of(tables: list[str]) -> dict[str, Size]:
    """Rows and bytes of each table with its partitions and indexes; rows as of the last ANALYZE."""
    with connection.cursor() as cursor:
        cursor.execute(SIZES, [tables])
        return {name: Size(rows, size) for name, rows, size in cursor.fetchall()}


def horizon() -> Horizon | None:
    return Horizon.objects.first()
