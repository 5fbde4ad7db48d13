"""What becomes of withheld lines when an import is undone or counts again: its own, and those that it had settled.

An import settles what the one before had withheld, so lines hang on which imports count. `was` remembers the state that
an undo changed. Whatever a person has said about a line meanwhile stands.

Needs the temporary tables of suppliers.domain.undoing_sets in the same transaction.
"""

from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from suppliers.models import UNSETTLED, Run, RunStatus, WithheldLine, WithheldState

# Pushes that have named the SKU of a line since then: what they said, what they withheld of it, what they settled. Of
# those that say the same SKU only the last was listened to. Whole files settle every line, and need no name.
SETTLE_BY_PUSH = """
WITH push AS (
    SELECT id, finished_at FROM suppliers_run
    WHERE feed_id = %(feed)s AND partial AND status = 'applied' AND undoes_id IS NULL AND finished_at > %(since)s
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
SET was = {was}, state = 'overtaken', settled_at = statement_timestamp(), settled_by = first.id
FROM first WHERE first.key = line.supplier_sku AND {mine}
"""
OWN = SETTLE_BY_PUSH.format(
    was="''",
    mine="line.run_id = %(run)s AND line.state = 'overtaken' AND line.settled_by IS NULL AND line.was <> ''",
)
SETTLED = SETTLE_BY_PUSH.format(was="line.state", mine="line.settled_by = %(run)s")


def without(undone: Run, *, by: Actor) -> None:
    """Its own lines wait for nobody any more. What it had settled waits again, unless a later import has settled it."""
    lock_runs_of_lines(undone)
    own = undone.withheld.filter(state__in=UNSETTLED)
    own.update(was=F("state"), state=WithheldState.OVERTAKEN, settled_at=timezone.now())
    later = settle_by_push(SETTLED, undone)
    settled = WithheldLine.objects.filter(settled_by=undone.pk)
    if later:
        settled.update(was=F("state"), state=WithheldState.OVERTAKEN, settled_by=later.pk)
        return
    waiting = settled.filter(run__status=RunStatus.APPLIED)
    runs = sorted(set(waiting.values_list("run_id", flat=True)))
    waiting.update(was=F("state"), state=WithheldState.WAITING, settled_at=None)
    facts = [Fact(f"run:{pk}", "run.withheld_again", data={"run": undone.pk}) for pk in runs]
    record_all(facts, by=by)


def with_again(returned: Run) -> None:
    """Its own lines wait again as they did, unless a later import has settled them; what it had settled is so again."""
    lock_runs_of_lines(returned)
    later = settle_by_push(OWN, returned)
    own = returned.withheld.exclude(was="").filter(state=WithheldState.OVERTAKEN, settled_by=None)
    if later is None:
        own.update(state=F("was"), was="", settled_at=None)
    settled = WithheldLine.objects.filter(settled_by=returned.pk).exclude(was="")
    settled.filter(state__in=UNSETTLED).update(state=F("was"), was="", settled_at=timezone.now())


def lock_runs_of_lines(run: Run) -> None:
    """Before their lines, as whoever decides on lines does."""
    settled = WithheldLine.objects.filter(settled_by=run.pk).values("run_id")
    runs = Run.objects.select_for_update(no_key=True).filter(Q(pk=run.pk) | Q(pk__in=settled))
    list(runs.order_by("pk").values_list("pk"))


def settle_by_push(lines: str, run: Run) -> Run | None:
    """Let the pushes since `run` settle those of the lines that they name; the whole file that settles all others."""
    later = later_import(run)
    said: dict[str, Any] = {
        "run": run.pk,
        "feed": run.feed_id,
        "since": run.finished_at,
        "until": later.finished_at if later else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(lines, said)
    return later


def later_import(run: Run) -> Run | None:
    """The next whole file of the feed that counts: it would have settled every line that this import left."""
    counting = Run.objects.counting().filter(feed=run.feed_id, partial=False, finished_at__gt=run.finished_at)
    return counting.order_by("finished_at").first()
