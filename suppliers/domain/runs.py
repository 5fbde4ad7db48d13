"""The life of a run: asked for, claimed, settled. The row is the truth; the queue only hurries it along."""

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.events import publish
from stocke.core.jobs import enqueue
from stocke.core.models.history import ActorKind
from suppliers.domain.durability import in_no_hurry
from suppliers.domain.fetching import hold_source
from suppliers.domain.sentences import in_every_language
from suppliers.domain.silence import hear
from suppliers.events import FeedFailed, UndoRequested
from suppliers.models import Feed, Run, RunChange, RunStatus
from suppliers.queries.runs import FAILURES_BEFORE_TELLING

QUEUE, JOB = "feeds", "suppliers.jobs.feeds.run_feed"
ONE_OPEN_RUN = "one_open_run_per_feed"
# An undo that is asked for twice breaks both rules, and the database tells of whichever it looks at first.
TAKEN = (ONE_OPEN_RUN, "run_undone_once")
RETRY_AFTER = timedelta(minutes=5)
# What a run that is settled otherwise than it was judged has noted of the judgement.
JUDGED = ("facts", "figures", "verdict", "counts", "mapping")
# A server may ask us to stay away, but not for ever: after that time we ask again.
LONGEST_ABSENCE = timedelta(hours=24)


class RunLost(Exception):
    """The run is no longer ours: it was given to another worker, or settled meanwhile. Write nothing."""


def request_run(feed: Feed, *, by: Actor, trigger: str, **file: Any) -> Run | None:
    """Ask for one import of this feed; None when one is already open. `file` are fields of an uploaded file."""
    try:
        with transaction.atomic():
            run = Run.objects.create(feed=feed, trigger=trigger, heartbeat_at=timezone.now(), **file)
            if by.kind == ActorKind.PERSON:
                record(run, "run.requested", by=by, trigger=trigger)
            hurry(run)
    except IntegrityError as error:
        if not any(rule in str(error) for rule in TAKEN):
            raise
        return None
    return run


def hurry(run: Run) -> None:
    """Tell a worker, after commit, that this queued run waits."""
    if run.undoes_id is None:
        enqueue(QUEUE, JOB, run.pk)
    else:
        publish(UndoRequested(run.pk))


@transaction.atomic
def claim_run(run_id: int, *, is_undo: bool = False) -> Run | None:
    """Take a queued run for this worker; None when somebody else has it. Its mapping is the feed's of this moment.

    A run that a person decided keeps the mapping it was judged with. `attempts` is the fence: what is settled
    later is settled only while it still has the number given here. Should the database crash and forget the claim, it
    has hung up on this worker too, who then gives the run back.
    """
    in_no_hurry()
    now = timezone.now()
    mapping = Feed.objects.filter(pk=OuterRef("feed_id")).values("mapping_id")
    undecided = Coalesce(F("mapping_id"), Subquery(mapping))
    waiting = Run.objects.filter(pk=run_id, status=RunStatus.QUEUED, undoes__isnull=not is_undo)
    claimed = waiting.update(
        status=RunStatus.RUNNING,
        claimed_at=now,
        heartbeat_at=now,
        attempts=F("attempts") + 1,
        mapping_id=undecided,
    )
    return Run.objects.select_related("feed__supplier", "mapping").get(pk=run_id) if claimed else None


def hold_claim(run: Run) -> None:
    """Lock the row until the transaction ends. Raises RunLost unless this worker still has the run."""
    mine = Run.objects.select_for_update().filter(pk=run.pk, status=RunStatus.RUNNING, attempts=run.attempts)
    if not mine.exists():
        raise RunLost(run.pk)


def settle(run: Run, status: RunStatus) -> None:
    """End the run in this status with the fields the caller set. Needs the claim (hold_claim)."""
    run.status, run.stage, run.finished_at = status, "", timezone.now()
    run.save(
        update_fields=[
            *("status", "stage", "finished_at", "error", "facts", "figures", "verdict", "counts", "mapping"),
            *("file", "file_name", "rows_file", "size_bytes", "sha256", "taken_at"),
        ]
    )


@transaction.atomic
def settle_failed(
    run: Run,
    code: str,
    message: str | Promise,
    *,
    by: Actor,
    retry: bool = False,
    not_before: timedelta | None = None,
) -> None:
    """Nothing was changed, and this is why. Plans the next attempt; tells people after several failures in a row.

    `not_before` is how long the source asked us to stay away; a schedule of ours does not come sooner.
    """
    hold_claim(run)
    sentences = in_every_language(message)
    run.facts = {**run.facts, "problem": {"code": code, "text": sentences, "retry": retry}}
    run.error = sentences["en"]
    settle(run, RunStatus.FAILED)
    record(run, "run.failed", by=by, code=code, problem=sentences)
    failures = failures_in_a_row(run.feed_id)
    if retry and failures < FAILURES_BEFORE_TELLING:
        plan_retry(run.feed_id, RETRY_AFTER * 2 ** max(failures - 1, 0))
    if retry and not_before:
        stay_away(run.feed_id, min(not_before, LONGEST_ABSENCE))
    if failures == FAILURES_BEFORE_TELLING:
        publish(FeedFailed(run.pk))


def failures_in_a_row(feed_id: int) -> int:
    """How many of the latest imports failed, counted up to one more than matters."""
    recent = Run.objects.filter(feed_id=feed_id, undoes=None).order_by("-id").values_list("status", flat=True)
    statuses = list(recent[: FAILURES_BEFORE_TELLING + 1])
    good = [place for place, status in enumerate(statuses) if status != RunStatus.FAILED]
    return good[0] if good else len(statuses)


def plan_retry(feed_id: int, after: timedelta) -> None:
    """Try again after that time, unless the schedule comes sooner."""
    soon = timezone.now() + after
    Feed.objects.filter(pk=feed_id).exclude(next_run_at__lt=soon).update(next_run_at=soon)


def stay_away(feed_id: int, span: timedelta) -> None:
    """Not before that time, even if the schedule would come sooner."""
    earliest = timezone.now() + span
    Feed.objects.filter(pk=feed_id, next_run_at__lt=earliest).update(next_run_at=earliest)


@transaction.atomic
def withdraw(run: Run) -> None:
    """Take back a run that the clock asked for and that found nothing new: nothing was said, and nothing is told.

    The feed counts how often that was so today.
    """
    hold_claim(run)
    run.delete()
    now = timezone.now()
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    again = Case(When(looked_at__gte=today, then=F("looks") + 1), default=Value(1))
    Feed.objects.filter(pk=run.feed_id).update(looks=again, looked_at=now)


@transaction.atomic
def settle_nothing_new(run: Run, code: str, message: str | Promise) -> None:
    """A person asked, and his source had nothing new: no failure, and no good news either. Nothing is confirmed."""
    hold_claim(run)
    run.facts = {**run.facts, "problem": {"code": code, "text": in_every_language(message), "retry": False}}
    settle(run, RunStatus.UNCHANGED)


@transaction.atomic
def settle_unchanged(run: Run, same_as: Run, *, by: Actor, told: str = "file") -> bool:
    """The file says what import `same_as` said: nothing is read or written but the time it was confirmed.

    Only a file that counts confirms anything: the same as a held or rejected one is no good news. False, with nothing
    written, where that file was called into question while we fetched: other settings, or offers turned to unknown.
    `told` is "source" where we have only its word for it. Raises SourceChanged.
    """
    hold_claim(run)
    hold_source(run)
    counts = same_as.status == RunStatus.APPLIED
    feed = Feed.objects.select_for_update(no_key=True).filter(pk=run.feed_id)
    if counts and not feed.filter(last_sha256=run.sha256).exists():
        return False
    run.facts = {**run.facts, "same_as": same_as.pk, "same_as_status": same_as.status, "told": told}
    settle(run, RunStatus.UNCHANGED)
    if counts:
        confirm_feed(run, by=by)
        supersede_held(run, by=by)
    return True


def confirm_feed(run: Run, *, by: Actor) -> None:
    """The feed has said something good at the time of this run; an older one never turns the clock back."""
    Feed.objects.filter(pk=run.feed_id).exclude(last_good_at__gt=run.stated_at).update(
        last_good_at=run.stated_at
    )
    hear(run.feed_id, by=by)


def supersede_held(run: Run, *, by: Actor) -> int:
    """Older held runs of the feed no longer wait for anybody: `run` says more. How many there were."""
    held = list(
        Run.objects.select_for_update().filter(feed_id=run.feed_id, status=RunStatus.HELD, pk__lt=run.pk)
    )
    for older in held:
        older.facts = {**older.facts, "superseded_by": run.pk}
        older.status, older.finished_at = RunStatus.SUPERSEDED, timezone.now()
        older.save(update_fields=["facts", "status", "finished_at"])
        record(older, "run.superseded", by=by, run=run.pk)
    RunChange.objects.filter(run__in=held).delete()
    return len(held)
