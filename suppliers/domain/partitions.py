"""The monthly partitions of what suppliers said."""

from datetime import date, datetime

from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

DEFAULT = "suppliers_observation_default"
KNOWN = "SELECT to_regclass(%s) IS NOT NULL"
PATIENCE = "SET LOCAL lock_timeout = '3s'"
STRAYS = f"SELECT DISTINCT date_trunc('month', at, 'UTC') FROM {DEFAULT} ORDER BY 1 LIMIT 24"
# Rows already in the default partition forbid a partition for their month, so they move first. The trigger that
# refuses every deletion is off for that, in this transaction and behind this lock only.
CREATE = """
LOCK TABLE {default} IN ACCESS EXCLUSIVE MODE;
CREATE TABLE {name} (LIKE suppliers_observation INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
ALTER TABLE {default} DISABLE TRIGGER USER;
WITH moved AS (DELETE FROM {default} WHERE at >= '{first}' AND at < '{next}' RETURNING *)
INSERT INTO {name} SELECT * FROM moved;
ALTER TABLE {default} ENABLE TRIGGER USER;
ALTER TABLE suppliers_observation ATTACH PARTITION {name} FOR VALUES FROM ('{first}') TO ('{next}');
"""


def ensure_partitions(now: datetime, *, ahead: int = 2) -> list[str]:
    """Make the partitions of this month, the next ones, and of stray rows; the names of the new ones.

    Idempotent. Each is its own transaction. Only the default partition is locked, so imports go on meanwhile; where
    somebody uses that one for long, nothing is waited for: the next call makes what is missing.
    """
    months = [_month(now.year, now.month + step) for step in range(ahead + 1)]
    with connection.cursor() as cursor:
        cursor.execute(STRAYS)
        months += [_month(row[0].year, row[0].month) for row in cursor.fetchall()]
    made = []
    for month in dict.fromkeys(months):
        try:
            made.append(_create(month))
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
    return [name for name in made if name]


@transaction.atomic
def _create(first: date) -> str:
    name = f"suppliers_observation_{first:%Y_%m}"
    after = _month(first.year, first.month + 1)
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [name])
        if cursor.fetchone() == (True,):
            return ""
        cursor.execute(PATIENCE)
        cursor.execute(
            CREATE.format(name=name, default=DEFAULT, first=f"{first} 00:00+00", next=f"{after} 00:00+00")
        )
    return name


def _month(year: int, month: int) -> date:
    """The first day of a month; month 13 is January of the next year."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
