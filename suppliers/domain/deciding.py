"""What a person says about a held run."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.jobs import enqueue
from suppliers.domain.judging import Outcome
from suppliers.domain.runs import JOB, ONE_OPEN_RUN, QUEUE
from suppliers.models import Run, RunStatus


class NotHeld(Exception):
    """Somebody was faster, or a newer import overtook this one; `run` is as it stands now."""

    def __init__(self, run: Run) -> None:
        super().__init__(f"run {run.pk} is {run.status}")
        self.run = run


class NothingToApply(Exception):
    """The file was no table, so there is nothing that could count."""


class FeedIsBusy(Exception):
    """Another import of the feed is at work; decide when it is done."""


def apply_held(run: Run, *, by: Actor, why: str = "") -> None:
    """Let a held run count, as it was read. A worker writes it; raises NotHeld, NothingToApply or FeedIsBusy."""
    let_count(run, Outcome.APPLY, "run.apply_decided", by=by, why=why)


def apply_held_safely(run: Run, *, by: Actor, why: str = "") -> None:
    """The same, but for what is gone or rises much: that waits for the next run to agree, or for a person."""
    let_count(run, Outcome.SAFE, "run.safe_decided", by=by, why=why)


@transaction.atomic
def let_count(run: Run, decision: Outcome, kind: str, *, by: Actor, why: str) -> None:
    held = take_held(run)
    if not held.counts:
        raise NothingToApply(run.pk)
    held.status, held.heartbeat_at = RunStatus.QUEUED, timezone.now()
    held.facts = {**held.facts, "decision": decision}
    decide(held, by=by, why=why, fields=["status", "heartbeat_at", "facts"])
    record(held, kind, by=by, why=why, after=held.counts)
    enqueue(QUEUE, JOB, held.pk)


@transaction.atomic
def reject_held(run: Run, *, by: Actor, why: str = "") -> None:
    """Nothing of a held run counts; what we knew stays. Raises NotHeld."""
    held = take_held(run)
    held.status, held.finished_at = RunStatus.REJECTED, timezone.now()
    held.facts = {**held.facts, "decision": "reject"}
    decide(held, by=by, why=why, fields=["status", "finished_at", "facts"])
    record(held, "run.rejected", by=by, why=why)


def take_held(run: Run) -> Run:
    held = Run.objects.select_for_update().get(pk=run.pk)
    if held.status != RunStatus.HELD:
        raise NotHeld(held)
    return held


def decide(run: Run, *, by: Actor, why: str, fields: list[str]) -> None:
    run.decided_by_id, run.decision_why = by.user_id, why
    try:
        with transaction.atomic():
            run.save(update_fields=[*fields, "decided_by", "decision_why"])
    except IntegrityError as error:
        if ONE_OPEN_RUN not in str(error):
            raise
        raise FeedIsBusy(run.pk) from None
