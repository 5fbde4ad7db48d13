"""Moves what the last days' imports wrote to the days they tell of.

The ledgers refuse to be rewritten, and rightly so. Only a made-up world may have a made-up past: this runs once,
before anybody can log in, and needs the owner of the tables.
"""

from django.db import connection, transaction

LEDGERS = (
    ("suppliers_observation", "observation_append_only"),
    ("products_publication", "publication_append_only"),
)
MOVES = (
    """
    UPDATE suppliers_observation seen SET at = run.taken_at
    FROM suppliers_run run WHERE run.id = seen.run_id AND run.taken_at IS NOT NULL
    """,
    """
    UPDATE products_publication told SET at = run.taken_at
    FROM suppliers_run run WHERE told.cause = 'run:' || run.id AND run.taken_at IS NOT NULL
    """,
    """
    UPDATE suppliers_run SET created_at = taken_at, claimed_at = taken_at,
        finished_at = taken_at + (finished_at - created_at)
    WHERE taken_at IS NOT NULL AND status IN ('applied', 'held')
    """,
)


@transaction.atomic
def move_imports_to_their_days() -> None:
    with connection.cursor() as cursor:
        for table, trigger in LEDGERS:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        for move in MOVES:
            cursor.execute(move)
        for table, trigger in LEDGERS:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
