"""What a build remembers of each product: spooled while the file is written, written down with the file by set."""

import csv
from datetime import datetime
from pathlib import Path
from typing import IO

from django.db import connection

from stocke.channels.adfeeds.domain.statements import Statement

COLUMNS = """
product_id, item_id, word, available_on, pause, reason, doubtful_since, problems, is_sent, left_at, is_retired
"""
CREATE = """
CREATE TEMPORARY TABLE adfeed_entries (
    product_id bigint, item_id text, word text, available_on date, pause text, reason text,
    doubtful_since timestamptz, problems text[], is_sent boolean, left_at timestamptz, is_retired boolean
) ON COMMIT DROP
"""
COPY = f"COPY adfeed_entries ({COLUMNS}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (item_id, pause, reason))"
# A product that has gone meanwhile is remembered by nobody.
WRITE = """
INSERT INTO adfeeds_adentry (feed_id, product_id, item_id, word, available_on, pause, reason, doubtful_since,
                             problems, sent_at, left_at, retired_at, changed_at)
SELECT %(feed)s, one.product_id, one.item_id, one.word, one.available_on, one.pause, one.reason, one.doubtful_since,
       one.problems, CASE WHEN one.is_sent THEN %(at)s END, one.left_at, CASE WHEN one.is_retired THEN %(at)s END,
       %(at)s
FROM adfeed_entries one JOIN products_product product ON product.id = one.product_id
ORDER BY one.product_id
ON CONFLICT (feed_id, product_id) DO UPDATE SET
    item_id = EXCLUDED.item_id, word = EXCLUDED.word, available_on = EXCLUDED.available_on, pause = EXCLUDED.pause,
    reason = EXCLUDED.reason, doubtful_since = EXCLUDED.doubtful_since, problems = EXCLUDED.problems,
    sent_at = COALESCE(adfeeds_adentry.sent_at, EXCLUDED.sent_at), left_at = EXCLUDED.left_at,
    retired_at = EXCLUDED.retired_at, changed_at = EXCLUDED.changed_at
"""
CHUNK = 1 << 16


def is_new(statement: Statement) -> bool:
    """Whether the entry would say another thing than it does."""
    row, decision = statement.row, statement.decision
    known = (row.item_id, row.word, row.available_on, row.pause, row.reason, row.doubtful_since, row.left_at)
    wanted = (
        statement.item_id,
        decision.certain,
        decision.available_on,
        decision.pause,
        decision.reason,
        decision.doubtful_since,
        statement.left_at,
    )
    changed = row.entry_id is None or known != wanted or row.problems != statement.problems
    was_sent, was_retired = row.sent_at is not None, row.retired_at is not None
    return changed or (statement.is_sent and not was_sent) or (statement.is_retired != was_retired)


class Spool:
    """Entries on their way to the table, on disk: a million of them need no memory."""

    def __init__(self, path: Path) -> None:
        self.path, self.count = path, 0
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file)

    def add(self, statement: Statement) -> None:
        decision = statement.decision
        self.count += 1
        self._writer.writerow(
            [
                statement.row.product_id,
                statement.item_id,
                decision.certain,
                decision.available_on,
                decision.pause.value,
                decision.reason.value,
                decision.doubtful_since,
                f"{{{','.join(statement.problems)}}}",
                statement.is_sent,
                statement.left_at,
                statement.is_retired,
            ]
        )

    def close(self) -> None:
        self._file.close()


def write_entries(feed_id: int, spool: Spool, *, at: datetime) -> None:
    """In the caller's transaction, which holds the feed's row."""
    if not spool.count:
        return
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
        with cursor.copy(COPY) as copy, spool.path.open("rb") as file:
            while chunk := file.read(CHUNK):
                copy.write(chunk)
        cursor.execute(WRITE, {"feed": feed_id, "at": at})
        # The caller's transaction may be part of a longer one.
        cursor.execute("DROP TABLE adfeed_entries")
