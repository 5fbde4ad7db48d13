"""What a safely applied run does not let count yet, and when it counts after all.

The functions about staged rows need the temporary tables of suppliers.domain.staging in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from suppliers.domain.limits import Rise
from suppliers.models import Run

LARGE = "({after} > {before} * (1 + %(share)s) AND {after} > {before} + %(units)s)"
# What names some SKUs only says nothing about the lines of others.
UNSETTLED = """
SELECT line.id FROM suppliers_withheldline line JOIN suppliers_run run ON run.id = line.run_id
WHERE run.feed_id = %(feed)s AND line.run_id < %(run)s AND line.state IN ('waiting', 'decided')
  AND (%(is_whole)s OR line.supplier_sku IN (SELECT key FROM feed_rows))
"""
# Locked, so that a person who drops lines meanwhile is told that they count, or this run that they are dropped.
LOCK = f"SELECT count(*) FROM ({UNSETTLED} ORDER BY line.id FOR UPDATE OF line) locked"
# A rise is agreed with when the file states a large one too, and none that is large again over the withheld number.
FIND_AGREED = f"""
CREATE TEMPORARY TABLE feed_agreed ON COMMIT DROP AS
SELECT line.id, delta.key FROM suppliers_withheldline line JOIN feed_delta delta ON delta.key = line.supplier_sku
WHERE line.id IN ({UNSETTLED}) AND CASE line.change
    WHEN 'gone' THEN NOT delta.present
    WHEN 'zeroed' THEN delta.change = 'zeroed'
    ELSE delta.change IN ('new', 'more')
         AND {LARGE.format(after="delta.promisable", before="delta.promisable_before")}
         AND NOT {LARGE.format(after="delta.promisable", before="line.promisable")}
END
"""
SETTLE = f"""
UPDATE suppliers_withheldline line SET settled_at = now(), settled_by = %(run)s, was = '',
       state = CASE WHEN line.id IN (SELECT id FROM feed_agreed) THEN 'counted' ELSE 'overtaken' END
WHERE line.id IN ({UNSETTLED}) RETURNING line.run_id, line.state
"""
COUNT_SETTLED = (
    f"WITH settled AS ({SETTLE}) SELECT run_id, state, count(*) FROM settled GROUP BY 1, 2 ORDER BY 1, 2"
)
WITHHOLD = f"""
WITH taken AS (
    DELETE FROM feed_delta delta
    WHERE (delta.change = 'gone' OR (delta.change = 'zeroed' AND NOT %(trusts_zeros)s)
           OR (delta.change IN ('new', 'more')
               AND {LARGE.format(after="delta.promisable", before="delta.promisable_before")}))
      AND NOT EXISTS (SELECT FROM feed_agreed agreed WHERE agreed.key = delta.key)
    RETURNING *
), kept AS (
    INSERT INTO suppliers_withheldline (run_id, state, offer_id, supplier_sku, name, line, change, kind_before,
        quantity_before, kind_after, quantity_after, promisable, raw, reserved, gtin, cost_cents, currency, lead_days)
    SELECT %(run)s, 'waiting', offer_id, key, name, line, change, coalesce(kind_before, ''), quantity_before,
        CASE WHEN present THEN kind ELSE '' END, CASE WHEN present THEN quantity END,
        CASE WHEN present THEN promisable ELSE 0 END, coalesce(raw, ''), reserved, gtin, cost_cents, currency, lead_days
    FROM taken RETURNING change
)
SELECT change, count(*) FROM kept GROUP BY change
"""


@dataclass(frozen=True)
class Caution:
    """How a run is applied: which rises are large, whether zeros may count at once, and whether to withhold at all."""

    rise: Rise = field(default_factory=Rise)
    trusts_zeros: bool = True
    withholds: bool = True


def settle_withheld(run: Run, caution: Caution, *, by: Actor) -> None:
    """Earlier lines of the feed no longer wait: what the staged rows say too counts with them, the rest is overtaken.

    On the record of the run that withheld them. Lines that the staged rows agree with are kept in feed_agreed.
    """
    parameters = parameters_of(run, caution) | {"feed": run.feed_id}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS feed_agreed")
        cursor.execute(LOCK, parameters)
        cursor.execute(FIND_AGREED, parameters)
        cursor.execute(COUNT_SETTLED, parameters)
        settled = cursor.fetchall()
    by_run: dict[int, dict[str, int]] = {}
    for run_id, state, count in settled:
        by_run.setdefault(run_id, {})[state] = count
    for run_id, counts in by_run.items():
        record(f"run:{run_id}", "run.withheld_settled", by=by, after=counts, run=run.pk)


def withhold(run: Run, caution: Caution) -> Mapping[str, int]:
    """Take disappearances and large rises out of the staged rows and keep them as lines; how many of each kind.

    Needs settle_withheld before: what the last run withheld and this one says too is not withheld again.
    """
    if not caution.withholds:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(WITHHOLD, parameters_of(run, caution))
        return dict(cursor.fetchall())


def parameters_of(run: Run, caution: Caution) -> dict[str, int | Decimal | bool]:
    rise = caution.rise
    return {
        "run": run.pk,
        "is_whole": not run.partial,
        "share": rise.share,
        "units": rise.units,
        "trusts_zeros": caution.trusts_zeros,
    }
