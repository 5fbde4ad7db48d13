"""Dry runs: a file compared with today's stock under a reading that nobody has confirmed. No offer is written.

Here is the life of one; suppliers.domain.trying does the work, suppliers.domain.accepting makes it count.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stocke.core.actors import Actor
from stocke.core.jobs import enqueue
from suppliers.domain.feeds import Upload, keep_upload
from suppliers.domain.fetching import feed_storage
from suppliers.domain.matching import Matching
from suppliers.domain.sentences import in_every_language
from suppliers.models import Feed, Run, Trial, TrialStatus

QUEUE, JOB = "feeds", "suppliers.jobs.trials.try_feed"
SILENT_AFTER, FORGOTTEN_AFTER = timedelta(minutes=2), timedelta(minutes=2)
STOPPED = _("The program that compared the file was stopped. Nothing was changed. Try it again.")


@dataclass(frozen=True)
class Proposed:
    """A reading that somebody proposes: how columns and products are found, and what saving it would teach.

    `titles` are the titles whose meaning he has shown; `words_for_one` says that they and the words of the column map
    hold for this supplier only.
    """

    column_map: Mapping[str, Any]
    matching: Matching
    titles: Mapping[str, str] = field(default_factory=dict)
    words_for_one: bool = True

    def values(self) -> dict[str, Any]:
        return {
            "column_map": dict(self.column_map),
            "matching": self.matching.to_json(),
            "titles": dict(self.titles),
            "words_for_one": self.words_for_one,
        }

    def put_into(self, trial: Trial) -> None:
        """Into the object, not yet into its row."""
        for name, value in self.values().items():
            setattr(trial, name, value)


def receive_sample(feed: Feed, file: Upload, *, by: Actor) -> Trial:
    """Keep a file that somebody wants to look at; nothing is imported by it."""
    name, digest = keep_upload(feed, file)
    return Trial.objects.create(
        feed=feed,
        file=name,
        file_name=str(file.name)[-200:],
        size_bytes=file.size,
        sha256=digest,
        taken_at=timezone.now(),
        asked_by_id=by.user_id,
    )


def look_at(run: Run, *, by: Actor) -> Trial:
    """A trial of the file that an import has kept. One is enough for each person who looks at it."""
    trial, _created = Trial.objects.get_or_create(
        feed=run.feed,
        run=run,
        asked_by_id=by.user_id,
        status=TrialStatus.NEW,
        defaults={
            "file": run.file,
            "file_name": run.file_name,
            "size_bytes": run.size_bytes or 0,
            "sha256": run.sha256,
            "taken_at": run.stated_at,
        },
    )
    return trial


@transaction.atomic
def try_out(trial: Trial, reading: Proposed) -> None:
    """Ask a worker what the file would change if it were read and matched like this."""
    trial.lines.all().delete()
    Trial.objects.filter(pk=trial.pk).update(
        **reading.values(),
        status=TrialStatus.QUEUED,
        stage="",
        counts={},
        verdict={},
        error="",
        attempts=F("attempts") + 1,
        heartbeat_at=timezone.now(),
    )
    enqueue(QUEUE, JOB, trial.pk)


def claim_trial(trial_id: int) -> Trial | None:
    """Take a waiting trial for this worker; None when somebody else has it."""
    now = timezone.now()
    waiting = Trial.objects.filter(pk=trial_id, status=TrialStatus.QUEUED)
    claimed = waiting.update(status=TrialStatus.RUNNING, stage="fetching", claimed_at=now, heartbeat_at=now)
    return Trial.objects.select_related("feed__supplier").get(pk=trial_id) if claimed else None


def settle_failed(trial: Trial, message: str | Promise) -> None:
    trial.facts = {"problem": in_every_language(message)}
    settle(trial, TrialStatus.FAILED)


def settle(trial: Trial, status: TrialStatus) -> bool:
    """End the trial; False when this worker has it no longer."""
    trial.status, trial.finished_at = status, timezone.now()
    names = ("status", "finished_at", "counts", "verdict", "facts")
    return bool(mine(trial).update(stage="", **{name: getattr(trial, name) for name in names}))


def mine(trial: Trial) -> Any:
    """The row while this worker has it: `attempts` is the fence, as with runs."""
    return Trial.objects.filter(pk=trial.pk, status=TrialStatus.RUNNING, attempts=trial.attempts)


def recover_trials() -> int:
    """Queue again what was lost before a worker had it; say so where a worker was stopped at it."""
    now = timezone.now()
    silent = Trial.objects.filter(status=TrialStatus.RUNNING, heartbeat_at__lt=now - SILENT_AFTER)
    failed = silent.update(
        status=TrialStatus.FAILED, finished_at=now, facts={"problem": in_every_language(STOPPED)}
    )
    waiting = Trial.objects.filter(status=TrialStatus.QUEUED, heartbeat_at__lt=now - FORGOTTEN_AFTER)
    forgotten = list(waiting.order_by("pk").values_list("pk", flat=True)[:200])
    Trial.objects.filter(pk__in=forgotten).update(heartbeat_at=now)
    for trial_id in forgotten:
        enqueue(QUEUE, JOB, trial_id)
    return failed + len(forgotten)


def forget_trials(*, limit: int = 100) -> int:
    """Delete trials of some days ago, with the files that were handed in for them; how many."""
    old = Trial.objects.filter(created_at__lt=timezone.now() - timedelta(days=settings.TRIALS_DAYS)).order_by(
        "created_at"
    )
    trials = list(old.only("pk", "run_id", "file")[:limit])
    for trial in trials:
        if trial.run_id is None and not Run.objects.filter(file=trial.file).exists():
            feed_storage().delete(trial.file)
        trial.delete()
    return len(trials)
