"""Rows of a file about which others have said something newer by the time they would count: that word stands.

Needs the temporary tables of suppliers.domain.staging in the same transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from suppliers.models import Run

# They are kept like other lines that do not count, so that nobody who reckons without an import takes them for its
# word. The feed's next file is newer, so it must be compared there, however much it is like this one.
SET_ASIDE = """
WITH overtaken AS (
    DELETE FROM feed_delta WHERE is_overtaken RETURNING *
), kept AS (
    INSERT INTO suppliers_withheldline (run_id, state, settled_at, offer_id, supplier_sku, name, line, change,
        kind_before, quantity_before, kind_after, quantity_after, promisable, raw, reserved, gtin, cost_cents, currency,
        lead_days)
    SELECT %(run)s, 'overtaken', now(), offer_id, key, name, line, change, kind_before, quantity_before,
        CASE WHEN present THEN kind ELSE '' END, CASE WHEN present THEN quantity END,
        CASE WHEN present THEN promisable ELSE 0 END, coalesce(raw, ''), reserved, gtin, cost_cents, currency, lead_days
    FROM overtaken
), doubted AS (
    INSERT INTO suppliers_distrust (feed_id, offer_id, since)
    SELECT run.feed_id, overtaken.offer_id, now() FROM overtaken JOIN suppliers_run run ON run.id = %(run)s
)
SELECT change, count(*) FROM overtaken GROUP BY change
"""


@dataclass(frozen=True)
class Told:
    """When a file's rows were said: all of them `at`, those from a line on as late as `later` says."""

    at: datetime
    later: tuple[tuple[int, datetime], ...] = ()


def told_by(run: Run) -> Told:
    later = run.facts.get("said_at", [])
    return Told(run.stated_at, tuple((line, datetime.fromisoformat(at)) for line, at in later))


def parameters_of(told: Told | None) -> dict[str, Any]:
    later = told.later if told else ()
    return {
        "stated_at": told and told.at,
        "lines": [line for line, _at in later],
        "ats": [at for _line, at in later],
    }


def set_aside(run_id: int) -> Mapping[str, int]:
    """Take what is overtaken out of the staged rows and keep it as lines; how many of each kind of change."""
    with connection.cursor() as cursor:
        cursor.execute(SET_ASIDE, {"run": run_id})
        return dict(cursor.fetchall())


def without_late(counts: Mapping[str, int], late: Mapping[str, int]) -> dict[str, int]:
    """The counts of what was applied, where some of it was overtaken only while it was written."""
    applied = {change: count - late.get(change, 0) for change, count in counts.items()}
    return applied | ({"overtaken": applied.get("overtaken", 0) + sum(late.values())} if late else {})
