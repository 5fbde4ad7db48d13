"""The feeds' jobs. Any of them may run twice, late, or at once with itself."""

from contextlib import suppress
from datetime import timedelta
from typing import Protocol

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stocke.core.actors import Actor
from suppliers.domain.fetching import forget_files
from suppliers.domain.heartbeats import Heartbeat
from suppliers.domain.importing import import_run
from suppliers.domain.pushes import ask_for_the_rest, forget_pushes
from suppliers.domain.recovering import give_back, recover_runs
from suppliers.domain.room import lacks_room, settle_without_room
from suppliers.domain.runs import RunLost, claim_run, settle_failed
from suppliers.domain.schedules import dispatch_due
from suppliers.domain.snapshots import distrust_all, forget_stray_lines
from suppliers.models import Run
from suppliers.readers import digest_of_readers, read_tables

LONGEST_LABEL = 120
BROKEN = _(
    "Something went wrong in our own program. Nothing was changed. Tell the operator; the log has the details."
)


class Work(Protocol):
    """What is done with a claimed run: it settles the run, or raises RunLost."""

    def __call__(self, run: Run, heart: Heartbeat, *, by: Actor) -> None: ...


def get_ready() -> None:
    """What each import would find out anew. Nothing of polars: its threads do not live on in a copy of the process."""
    read_tables()
    digest_of_readers()


def run_feed(run_id: int) -> None:
    """Import one run, unless another worker has it."""
    work_off(run_id, import_run)


def work_off(run_id: int, work: Work, *, is_undo: bool = False) -> None:
    """Claim a run, keep it alive while it is worked on, and see that it is settled whatever happens."""
    run = claim_run(run_id, is_undo=is_undo)
    if run is None:
        return
    by = Actor.job(f"{run.feed.supplier} · {run.feed}"[:LONGEST_LABEL])
    with Heartbeat(run) as heart:
        try:
            work(run, heart, by=by)
        except RunLost:
            return
        except Exception as error:
            with suppress(RunLost):
                break_off(run, error, by=by)
            if not lacks_room(error):
                raise
    ask_for_the_rest(run.feed)


def break_off(run: Run, error: Exception, *, by: Actor) -> None:
    """Nothing of the run counts; say so at once instead of leaving it to the sweep.

    Raises RunLost where it was settled before, which stays as it is.
    """
    if lacks_room(error):
        settle_without_room(run, by=by)
    elif isinstance(error, (OperationalError, InterfaceError)):
        # The database went away or gave up on us. The next attempt finds it on a new line; where it is not back yet,
        # the sweep will find the silent run.
        connection.close()
        give_back(run)
    else:
        settle_failed(run, "broken", BROKEN, by=by)


def dispatch_due_feeds() -> None:
    """Ask for the imports whose time has come."""
    dispatch_due()


def forget_old_files() -> None:
    """Delete received files after the time that the operator keeps them; the newest of each feed stays."""
    before = timezone.now() - timedelta(days=settings.FEED_FILES_DAYS)
    while forget_files(before):
        pass
    while forget_pushes(before):
        pass


def reconcile_feeds() -> None:
    """Every night, let the next file of each feed be compared in whole, and clear away what killed workers left."""
    distrust_all()
    forget_stray_lines()


def sweep_runs() -> None:
    """Queue again what dead workers and wiped queues left behind."""
    recover_runs()
