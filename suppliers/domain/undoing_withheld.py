"""What becomes of withheld lines when an import is undone or counts again: its own, and those that it had settled.

An import settles what the one before had withheld, so lines hang on which imports count. `was` remembers the state that
an undo changed. Whatever a person has said about a line meanwhile stands.
"""

from django.db.models import F, Q
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from suppliers.models import UNSETTLED, Run, RunStatus, WithheldLine, WithheldState


def without(undone: Run, *, by: Actor) -> None:
    """Its own lines wait for nobody any more. What it had settled waits again, unless a later import has spoken."""
    lock_runs_of_lines(undone)
    own = undone.withheld.filter(state__in=UNSETTLED)
    own.update(was=F("state"), state=WithheldState.OVERTAKEN, settled_at=timezone.now())
    settled = WithheldLine.objects.filter(settled_by=undone.pk)
    if later := later_import(undone):
        settled.update(was=F("state"), state=WithheldState.OVERTAKEN, settled_by=later.pk)
        return
    waiting = settled.filter(run__status=RunStatus.APPLIED)
    runs = sorted(set(waiting.values_list("run_id", flat=True)))
    waiting.update(was=F("state"), state=WithheldState.WAITING, settled_at=None)
    facts = [Fact(f"run:{pk}", "run.withheld_again", data={"run": undone.pk}) for pk in runs]
    record_all(facts, by=by)


def with_again(returned: Run) -> None:
    """Its own lines wait again as they did, unless a later import has spoken; what it had settled is settled again."""
    lock_runs_of_lines(returned)
    own = returned.withheld.exclude(was="").filter(state=WithheldState.OVERTAKEN, settled_by=None)
    if later_import(returned) is None:
        own.update(state=F("was"), was="", settled_at=None)
    settled = WithheldLine.objects.filter(settled_by=returned.pk).exclude(was="")
    settled.filter(state__in=UNSETTLED).update(state=F("was"), was="", settled_at=timezone.now())


def lock_runs_of_lines(run: Run) -> None:
    """Before their lines, as whoever decides on lines does."""
    settled = WithheldLine.objects.filter(settled_by=run.pk).values("run_id")
    runs = Run.objects.select_for_update(no_key=True).filter(Q(pk=run.pk) | Q(pk__in=settled))
    list(runs.order_by("pk").values_list("pk"))


def later_import(run: Run) -> Run | None:
    """The import that would have settled what this one left: the next whole file of the feed that counts.

    A push of some SKUs may have named a line's since. Its word is the newer one wherever that line would come to count.
    """
    counting = Run.objects.counting().filter(feed=run.feed_id, partial=False, finished_at__gt=run.finished_at)
    return counting.order_by("finished_at").first()
