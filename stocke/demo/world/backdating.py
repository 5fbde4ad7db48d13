"""Moves what was written just now to the days it tells of: imports, and the steps of a return.

The ledgers refuse to be rewritten, and rightly so. Only a made-up world may have a made-up past: this runs once,
before anybody can log in, and needs the owner of the tables.
"""

from collections.abc import Mapping

from django.db import connection, models, transaction

from stocke.core.domain.history import thread_of

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
    UPDATE suppliers_offerrevision former SET at = run.taken_at
    FROM suppliers_run run WHERE run.id = former.run_id AND run.taken_at IS NOT NULL
    """,
    # Offers that no file brought were there before the first one. Whatever is younger than an import came with it, and
    # would be nameless without.
    """
    WITH file AS (
        SELECT run.id, run.created_at, run.taken_at, feed.supplier_id
        FROM suppliers_run run JOIN suppliers_feed feed ON feed.id = run.feed_id WHERE run.taken_at IS NOT NULL
    )
    UPDATE suppliers_offer offer SET created_at = coalesce(
        (SELECT file.taken_at FROM file WHERE file.supplier_id = offer.supplier_id
            AND file.created_at <= offer.created_at ORDER BY file.id DESC LIMIT 1),
        (SELECT min(file.taken_at) - interval '1 day' FROM file WHERE file.supplier_id = offer.supplier_id),
        offer.created_at)
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


@transaction.atomic
def move_record(subject: models.Model, days_ago: Mapping[str, int]) -> None:
    """What is on record of one thing happened so many days ago, by the kind of each entry."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_historyentry DISABLE TRIGGER history_append_only")
        cursor.executemany(
            "UPDATE core_historyentry SET at = at - make_interval(days => %s) WHERE thread = %s AND kind = %s",
            [(days, thread_of(subject), kind) for kind, days in days_ago.items()],
        )
        cursor.execute("ALTER TABLE core_historyentry ENABLE TRIGGER history_append_only")
