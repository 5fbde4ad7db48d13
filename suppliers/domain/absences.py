"""SKUs that stay away: zero after several files without them, where the feed's policy says so.

A missing SKU is unknown from the first file on, like under the other policy; it is zero only once as many applied
files in a row were without it. A file that was held or the same as before counts for nothing, nor does one of which
the disappearances were withheld. Needs the temporary tables of suppliers.domain.staging in the same transaction.
"""

from datetime import datetime

from django.db import connection

from suppliers.models import AbsentPolicy, Feed, Run

# Whoever is in the file again, or of whom somebody has spoken since, is not missing any more.
FORGET = """
DELETE FROM suppliers_absentoffer absent USING suppliers_offerstock stock
WHERE absent.feed_id = %(feed)s AND stock.offer_id = absent.offer_id
  AND (stock.run_id IS NOT NULL OR stock.kind <> 'unknown' OR stock.as_of IS DISTINCT FROM absent.as_of
       OR absent.offer_id IN (SELECT offer_id FROM feed_delta WHERE present))
"""
COUNT = "UPDATE suppliers_absentoffer SET files = files + 1 WHERE feed_id = %(feed)s"
BEGIN = """
INSERT INTO suppliers_absentoffer (offer_id, feed_id, files, as_of)
SELECT delta.offer_id, %(feed)s, 1, CASE WHEN delta.says_new THEN %(taken_at)s ELSE stock.as_of END
FROM feed_delta delta JOIN suppliers_offerstock stock ON stock.offer_id = delta.offer_id
WHERE NOT delta.present AND delta.kind = 'unknown'
ON CONFLICT (offer_id) DO UPDATE SET feed_id = excluded.feed_id, files = 1, as_of = excluded.as_of
"""
OF_FEED = "SELECT offer_id FROM suppliers_absentoffer WHERE feed_id = %(feed)s AND files >= %(files)s"
# Together with the rows that the file writes, all in key order: whoever locks in two rounds can deadlock.
LOCK = f"""
SELECT count(*) FROM (
    SELECT 1 FROM suppliers_offerstock WHERE offer_id IN ({OF_FEED} - 1 UNION SELECT offer_id FROM feed_delta)
    ORDER BY offer_id FOR NO KEY UPDATE) locked
"""
ZERO = f"""
WITH zeroed AS (
    UPDATE suppliers_offerstock SET kind = 'exact', quantity = 0, promisable = 0, as_of = %(taken_at)s
    WHERE offer_id IN ({OF_FEED}) RETURNING offer_id
), noted AS (
    INSERT INTO suppliers_observation (at, offer_id, run_id, source, raw, kind, quantity)
    SELECT statement_timestamp(), offer_id, %(run)s, 'absent', '', 'exact', 0 FROM zeroed
)
DELETE FROM suppliers_absentoffer WHERE offer_id IN (SELECT offer_id FROM zeroed)
"""


def count_absences(run: Run, *, in_full: bool = True) -> int:
    """Note which offers the staged file is without, before `write`; how many have been missing for long enough.

    Those are zero from now on. Without `in_full` the file says nothing about what was missing before: it was applied
    safely, or is a few lines that a person let count.
    """
    feed = run.feed
    if feed.absent_policy != AbsentPolicy.ZERO:
        forget_absences(feed)
        return 0
    known: dict[str, int | datetime] = {
        "feed": feed.pk,
        "files": feed.absent_files,
        "run": run.pk,
        "taken_at": run.stated_at,
    }
    with connection.cursor() as cursor:
        for statement in (LOCK, FORGET, COUNT, BEGIN, ZERO) if in_full else (LOCK, FORGET, BEGIN):
            cursor.execute(statement, known)
        return int(cursor.rowcount) if in_full else 0


def forget_absences(feed: Feed) -> None:
    """Under another policy nothing is counted; should this one come back, counting begins anew."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM suppliers_absentoffer WHERE feed_id = %s", [feed.pk])
