"""What a person says about withheld lines, and the work that lets them count.

A decision is a state of the lines: a worker carries it out, and a sweep finds what no worker has.
"""

from collections.abc import Collection, Mapping
from typing import Any

import polars as pl
from django.db import connection, transaction
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.events import publish
from stocke.core.jobs import enqueue
from stocke.products.models import LevelPolicy
from suppliers.domain.absences import count_absences
from suppliers.domain.levels import recompute_staged
from suppliers.domain.locks import lock_supplier
from suppliers.domain.mappings import matching_of
from suppliers.domain.snapshots import distrust
from suppliers.domain.staging import compare
from suppliers.domain.writing import Statement, write
from suppliers.events import RunApplied
from suppliers.models import Change, Run, RunStatus, WithheldLine, WithheldState
from suppliers.readers.values import ROW_SCHEMA

QUEUE, JOB = "feeds", "suppliers.jobs.withheld.count_lines"
BATCH = 20_000
READ_AS = {
    "line": "line",
    "supplier_sku": "key",
    "name": "name",
    "gtin": "gtin",
    "kind_after": "quantity_kind",
    "quantity_after": "quantity",
    "raw": "quantity_raw",
    "cost_cents": "price_minor",
    "currency": "currency",
    "lead_days": "lead_days",
}
# In key order, as an import settles them.
LOCK_LINES = """
SELECT count(*) FROM (
    SELECT 1 FROM suppliers_withheldline
    WHERE run_id = %(run)s AND state = 'waiting' AND (%(lines)s::bigint[] IS NULL OR id = ANY(%(lines)s))
    ORDER BY id FOR UPDATE) locked
"""
# Another feed, or a person, has said something since: the withheld word is older than that one.
MARK_OVERTAKEN = """
UPDATE suppliers_withheldline line SET state = 'overtaken', settled_at = now()
FROM suppliers_offer offer JOIN suppliers_offerstock stock ON stock.offer_id = offer.id
WHERE line.id = ANY(%(lines)s) AND offer.supplier_id = %(supplier)s AND offer.supplier_sku = line.supplier_sku
  AND stock.as_of > %(taken_at)s AND stock.run_id IS DISTINCT FROM %(run)s
RETURNING line.id
"""
KEEP_CHOSEN = """
DELETE FROM feed_delta delta WHERE NOT EXISTS (
    SELECT FROM suppliers_withheldline line WHERE line.id = ANY(%(lines)s) AND line.supplier_sku = delta.key
                                              AND (line.change = 'gone') = (NOT delta.present))
"""


class NotWithheld(Exception):
    """None of these lines waits any more: somebody was faster, or a newer import settled them."""


@transaction.atomic
def let_count(run: Run, *, by: Actor, lines: Collection[int] | None = None, why: str = "") -> int:
    """Decide that withheld lines count as the file says, these or all; how many. Raises NotWithheld."""
    decided = settle_by_person(run, lines, by, state=WithheldState.DECIDED)
    record(run, "run.lines_let_count", by=by, why=why, after={"lines": decided})
    enqueue(QUEUE, JOB, run.pk)
    return decided


@transaction.atomic
def drop_lines(run: Run, *, by: Actor, lines: Collection[int] | None = None, why: str = "") -> int:
    """Decide that withheld lines, these or all, do not count; how many. Raises NotWithheld.

    What we knew stays. A later file that says the same is judged by itself.
    """
    dropped = settle_by_person(run, lines, by, state=WithheldState.DROPPED, settled_at=timezone.now())
    record(run, "run.lines_dropped", by=by, why=why, after={"lines": dropped})
    return dropped


def settle_by_person(run: Run, lines: Collection[int] | None, by: Actor, **given: Any) -> int:
    # The state stands in the UPDATE of the lines alone: a condition over a join would be read from an old snapshot by
    # whoever had to wait. The run is locked, so that nobody undoes it meanwhile.
    counts = Run.objects.select_for_update().filter(pk=run.pk, status=RunStatus.APPLIED).exists()
    with connection.cursor() as cursor:
        cursor.execute(LOCK_LINES, {"run": run.pk, "lines": None if lines is None else list(lines)})
    waiting = run.withheld.filter(state=WithheldState.WAITING)
    chosen = waiting if lines is None else waiting.filter(pk__in=lines)
    settled = chosen.update(decided_by_id=by.user_id, settled_by=None, was="", **given) if counts else 0
    if not settled:
        raise NotWithheld(run.pk)
    return settled


@transaction.atomic
def count_decided(run_id: int, *, by: Actor) -> int:
    """Let a batch of decided lines count as their run's word; how many were settled. Zero: nothing is left.

    Any number of workers may try at once: they and the imports of the supplier wait for each other.
    """
    run = Run.objects.select_related("feed__supplier", "mapping").get(pk=run_id)
    lock_supplier(run.feed.supplier_id)
    decided = run.withheld.filter(state=WithheldState.DECIDED).select_for_update().order_by("pk")
    lines = {line.pk: line for line in decided[:BATCH]}
    if not lines:
        return 0
    overtaken = mark_overtaken(run, list(lines))
    counted = {pk: line for pk, line in lines.items() if pk not in overtaken}
    write_lines(run, counted)
    settled = {"state": WithheldState.COUNTED, "settled_at": timezone.now()}
    WithheldLine.objects.filter(pk__in=counted).update(**settled)
    after = {"counted": len(counted), "overtaken": len(overtaken)}
    record(run, "run.lines_counted", by=by, after={name: n for name, n in after.items() if n})
    return len(lines)


def mark_overtaken(run: Run, lines: list[int]) -> set[int]:
    """Lines of offers about which something newer was said, by whomever."""
    supplier, taken_at = run.feed.supplier_id, run.stated_at
    with connection.cursor() as cursor:
        cursor.execute(
            MARK_OVERTAKEN, {"lines": lines, "supplier": supplier, "taken_at": taken_at, "run": run.pk}
        )
        return {pk for (pk,) in cursor.fetchall()}


def write_lines(run: Run, lines: Mapping[int, WithheldLine]) -> None:
    """The lines as if the run had applied them, with everything that follows from it."""
    said = [line for line in lines.values() if line.change != Change.GONE]
    compare(run.feed, rows_of(said), flag_counts_as=LevelPolicy.current().flag_counts_as)
    with connection.cursor() as cursor:
        cursor.execute(KEEP_CHOSEN, {"lines": list(lines)})
    count_absences(run, in_full=False)
    write(Statement(run.feed.supplier_id, run.pk, run.stated_at, matching_of(run.mapping)))
    distrust(run.feed)
    recompute_staged(run.pk)
    publish(RunApplied(run.pk))


def rows_of(lines: Collection[WithheldLine]) -> pl.DataFrame:
    """What the file said in these lines, as the readers give it."""
    empty = dict.fromkeys(ROW_SCHEMA)
    rows = [{**empty, **{name: getattr(line, kept) for kept, name in READ_AS.items()}} for line in lines]
    return pl.DataFrame(rows, schema=ROW_SCHEMA)


def runs_with_decided_lines() -> list[int]:
    """What a sweep looks at: a decision that a wiped queue or a dead worker forgot."""
    decided = WithheldLine.objects.filter(state=WithheldState.DECIDED)
    return list(decided.order_by("run_id").values_list("run_id", flat=True).distinct())
