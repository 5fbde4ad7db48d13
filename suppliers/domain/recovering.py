"""Runs that nobody works on any more: their worker died, or the queue lost its memory."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from stocke.core.actors import Actor
from suppliers.domain.runs import hold_claim, hurry, settle_failed
from suppliers.models import Run, RunStatus

# A worker sends a heartbeat every few seconds; a waiting run is queued again after as long as a busy queue may take.
SILENT_AFTER = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(minutes=2)
MOST_ATTEMPTS = 3
BATCH = 200
LOST = _(
    "The program that read the file was stopped {attempts} times. Nothing was changed. Tell the operator."
)


def recover_runs() -> int:
    """Queue again what was lost. Harmless while everything works: a run is claimed once, however often it is queued."""
    now = timezone.now()
    return give_back_claims(now) + queue_forgotten(now)


@transaction.atomic
def give_back_claims(now: datetime) -> int:
    """Runs whose worker went silent wait again, or fail after the last attempt.

    A row that is locked belongs to a worker that is writing this very moment: it is alive, and skipped.
    """
    silent = Run.objects.filter(status=RunStatus.RUNNING, heartbeat_at__lt=now - SILENT_AFTER)
    lost = list(silent.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
    for run in lost:
        queue_anew(run, now)
    return len(lost)


@transaction.atomic
def give_back(run: Run) -> None:
    """Let another attempt have a run that its worker cannot go on with. Raises RunLost where it has one already."""
    hold_claim(run)
    queue_anew(run, timezone.now())


def queue_anew(run: Run, now: datetime) -> None:
    """The run waits again, or has failed after its last attempt. Its row must be locked."""
    if run.attempts >= MOST_ATTEMPTS:
        settle_failed(run, "lost", format_lazy(LOST, attempts=run.attempts), by=Actor.job("sweep"))
    else:
        Run.objects.filter(pk=run.pk).update(status=RunStatus.QUEUED, stage="", heartbeat_at=now)
        hurry(run)


@transaction.atomic
def queue_forgotten(now: datetime) -> int:
    """Runs that have waited long are queued once more; the touched time keeps the next sweep from doing it again."""
    waiting = Run.objects.filter(status=RunStatus.QUEUED, heartbeat_at__lt=now - FORGOTTEN_AFTER)
    forgotten = list(waiting.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
    Run.objects.filter(pk__in=[run.pk for run in forgotten]).update(heartbeat_at=now)
    for run in forgotten:
        hurry(run)
    return len(forgotten)
