"""What becomes of withheld lines when an import is undone or counts again: its own, and those that it had settled.

An import settles what the ones before it had withheld, so lines hang on which imports count: a line of one that counts
waits while none after it counts that names it, and is settled by the first that does. `was` remembers the state that an
undo changed, `agreed` the imports that said the same when they came. Whatever a person has said about a line meanwhile
stands.

Needs the temporary tables of suppliers.domain.undoing_sets in the same transaction.
"""

from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Count, F, Func, Value, When
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from suppliers.models import UNSETTLED, Run, RunStatus, WithheldLine, WithheldState

# Pushes that have named the SKU of a line since then: what they said, what they withheld of it, what they settled.
# Whole files settle every line, and need no name.
SETTLE_BY_PUSH = """
WITH push AS (
    SELECT id, finished_at FROM suppliers_run
    WHERE feed_id = %(feed)s AND partial AND status = 'applied' AND undoes_id IS NULL AND finished_at > %(finished_at)s
      AND finished_at < coalesce(%(until)s::timestamptz, 'infinity')
), named AS (
    SELECT push.*, word.key FROM push JOIN undo_word word ON word.run_id = push.id
    UNION ALL
    SELECT push.*, withheld.supplier_sku FROM push JOIN suppliers_withheldline withheld ON withheld.run_id = push.id
    UNION ALL
    SELECT push.*, settled.supplier_sku FROM push JOIN suppliers_withheldline settled ON settled.settled_by = push.id
), first AS (
    SELECT DISTINCT ON (key) key, id FROM named ORDER BY key, finished_at
)
UPDATE suppliers_withheldline line
SET was = {was}, settled_at = statement_timestamp(), settled_by = first.id,
    state = CASE WHEN first.id = ANY(line.agreed) THEN 'counted' ELSE 'overtaken' END
FROM first WHERE first.key = line.supplier_sku AND {mine}
"""
OWN = SETTLE_BY_PUSH.format(
    was="''",
    mine="line.run_id = %(run)s AND line.state = 'overtaken' AND line.settled_by IS NULL AND line.was <> ''",
)
SETTLED = SETTLE_BY_PUSH.format(was="line.state", mine="line.settled_by = %(run)s")
# Lines that were there before an import that counts again, and that it settles if it names them: those that wait, or
# that were left to a later import in its place.
EARLIER = """
WITH earlier AS (
    SELECT id FROM suppliers_run
    WHERE feed_id = %(feed)s AND status = 'applied' AND undoes_id IS NULL AND finished_at < %(finished_at)s
)
SELECT line.* FROM suppliers_withheldline line JOIN earlier ON earlier.id = line.run_id
WHERE line.state IN ('waiting', 'decided')
UNION ALL
SELECT line.* FROM suppliers_run later JOIN suppliers_withheldline line ON line.settled_by = later.id
JOIN earlier ON earlier.id = line.run_id
WHERE later.feed_id = %(feed)s AND later.finished_at > %(finished_at)s
  AND line.state NOT IN ('waiting', 'decided')
"""
SETTLE_EARLIER = f"""
UPDATE suppliers_withheldline line
SET was = '', settled_at = statement_timestamp(), settled_by = %(run)s,
    state = CASE WHEN %(run)s = ANY(line.agreed) THEN 'counted' ELSE 'overtaken' END
WHERE line.id IN (SELECT id FROM ({EARLIER}) line)
  AND (%(is_whole)s
       OR line.supplier_sku IN (SELECT key FROM undo_word WHERE run_id = %(run)s)
       OR line.supplier_sku IN (SELECT supplier_sku FROM suppliers_withheldline WHERE run_id = %(run)s))
"""
LOCK_RUNS = f"""
SELECT 1 FROM suppliers_run
WHERE id = %(run)s OR id IN (SELECT run_id FROM suppliers_withheldline WHERE settled_by = %(run)s)
   OR id IN (SELECT run_id FROM ({EARLIER}) line)
ORDER BY id FOR NO KEY UPDATE
"""


def move(root: Run, *, comes_back: bool, by: Actor) -> dict[str, int]:
    """What an import of which this is said means for the lines; how many of them wait again, and no longer do."""
    before = waiting_by_run(root.feed_id)
    if comes_back:
        with_again(root)
    else:
        without(root, by=by)
    after = waiting_by_run(root.feed_id)
    changes = [after.get(run, 0) - before.get(run, 0) for run in before.keys() | after.keys()]
    counted = {"waiting": sum(n for n in changes if n > 0), "settled": -sum(n for n in changes if n < 0)}
    return {name: count for name, count in counted.items() if count}


def would_move(root: Run, *, comes_back: bool, by: Actor) -> dict[str, int]:
    """The same, with nothing changed."""
    with transaction.atomic():
        moved = move(root, comes_back=comes_back, by=by)
        transaction.set_rollback(True)
    return moved


def waiting_by_run(feed_id: int) -> dict[int, int]:
    """How many lines of each import wait. Of one import they all begin to wait, or all end to, by an undo."""
    waiting = WithheldLine.objects.filter(run__feed=feed_id, state__in=UNSETTLED)
    return dict(waiting.values_list("run").annotate(lines=Count("pk")))


def without(undone: Run, *, by: Actor) -> None:
    """Its own lines wait for nobody any more. What it had settled waits again, unless a later import has settled it."""
    lock_runs_of_lines(undone)
    remember_agreed(undone)
    own = undone.withheld.filter(state__in=UNSETTLED)
    own.update(was=F("state"), state=WithheldState.OVERTAKEN, settled_at=timezone.now(), settled_by=None)
    later = settle_by_push(SETTLED, undone)
    settled = WithheldLine.objects.filter(settled_by=undone.pk)
    if later:
        settled.update(was=F("state"), state=said_by(later), settled_by=later.pk)
        return
    of_undone = settled.exclude(run__status=RunStatus.APPLIED)
    of_undone.update(was=WithheldState.WAITING, state=WithheldState.OVERTAKEN, settled_by=None)
    runs = sorted(set(settled.values_list("run_id", flat=True)))
    settled.update(was=F("state"), state=WithheldState.WAITING, settled_at=None)
    facts = [Fact(f"run:{pk}", "run.withheld_again", data={"run": undone.pk}) for pk in runs]
    record_all(facts, by=by)


def with_again(returned: Run) -> None:
    """Its own lines wait again as they did, unless a later import has settled them; and it settles earlier ones."""
    lock_runs_of_lines(returned)
    later = settle_by_push(OWN, returned)
    own = returned.withheld.exclude(was="").filter(state=WithheldState.OVERTAKEN, settled_by=None)
    if later is None:
        own.update(state=F("was"), was="", settled_at=None)
    else:
        own.update(was="", state=said_by(later), settled_by=later.pk)
    settled = WithheldLine.objects.filter(settled_by=returned.pk).exclude(was="")
    settled.filter(state__in=UNSETTLED).update(state=F("was"), was="", settled_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(SETTLE_EARLIER, parameters_of(returned))


def remember_agreed(run: Run) -> None:
    counted = WithheldLine.objects.filter(settled_by=run.pk, state=WithheldState.COUNTED)
    counted.exclude(agreed__contains=[run.pk]).update(
        agreed=Func(F("agreed"), Value(run.pk), function="array_append")
    )


def said_by(later: Run) -> Case:
    """How a line stands that this import settles in place of another: what it said is what it said when it came."""
    return Case(
        When(agreed__contains=[later.pk], then=Value(WithheldState.COUNTED)),
        default=Value(WithheldState.OVERTAKEN),
    )


def lock_runs_of_lines(run: Run) -> None:
    """Before their lines, as whoever decides on lines does."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_RUNS, parameters_of(run))


def settle_by_push(lines: str, run: Run) -> Run | None:
    """Let the pushes since `run` settle those of the lines that they name; the whole file that settles all others."""
    later = later_import(run)
    with connection.cursor() as cursor:
        cursor.execute(lines, {**parameters_of(run), "until": later.finished_at if later else None})
    return later


def later_import(run: Run) -> Run | None:
    """The next whole file of the feed that counts: it would have settled every line that this import left."""
    counting = Run.objects.counting().filter(feed=run.feed_id, partial=False, finished_at__gt=run.finished_at)
    return counting.order_by("finished_at").first()


def parameters_of(run: Run) -> dict[str, Any]:
    return {"run": run.pk, "feed": run.feed_id, "finished_at": run.finished_at, "is_whole": not run.partial}
