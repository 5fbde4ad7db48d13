"""The figures of a run, gathered for the guards, and what a person has said about it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from suppliers.domain.figures import Figures, FileFigures
from suppliers.domain.judging import Header, Outcome, Usual
from suppliers.domain.limits import Limits
from suppliers.domain.staging import Comparison
from suppliers.models import Feed, Run
from suppliers.queries.runs import FileSent, files_before, usual_runs

MINUTE = timedelta(minutes=1)


def figures_of(run: Run, comparison: Comparison, header: Header, file: FileFigures) -> Figures:
    """Everything that the guards look at. A file that a person had read again is no old news: he knows it."""
    counts = comparison.counts
    figures = replace(
        comparison.figures,
        file=understood(run, file),
        columns=header.word,
        changed=counts["rows"] + counts["gone"] - counts["new"] - counts["same"],
    )
    return figures if run.trigger == "again" else replace(figures, **dates_of(run, file, files_before(run)))


def understood(run: Run, file: FileFigures) -> FileFigures:
    """What a program says to be unknown is no unreadable cell, and there is no usual share of it."""
    return replace(file, unreadable=max(0, file.unreadable - run.facts.get("said_unknown", 0)))


def dates_of(run: Run, file: FileFigures, before: Sequence[FileSent]) -> dict[str, Any]:
    """What speaks for a file of the past. Dates of the sender are compared with his own only: clocks differ."""
    last, written_at = before[0] if before else None, run.facts.get("written_at")
    behind = (run.feed.last_good_at or run.stated_at) - run.stated_at
    if last and last.written_at and written_at:
        behind = datetime.fromisoformat(last.written_at) - datetime.fromisoformat(written_at)
    stated_at = datetime.fromisoformat(written_at) if written_at else run.stated_at
    return {
        "returns_to": returned_to(run.sha256, file.fingerprint, before),
        "minutes_behind": max(0, behind // MINUTE),
        "minutes_old": max(0, (timezone.now() - stated_at) // MINUTE),
    }


def returned_to(sha256: str, fingerprint: str, before: Sequence[FileSent]) -> int | None:
    """The import that said just this, where another one said something else since."""
    if not before or before[0].says(sha256, fingerprint):
        return None
    return next((sent.run_id for sent in before if sent.says(sha256, fingerprint)), None)


def limits_of(feed: Feed) -> Limits:
    return Limits.from_json(feed.limits)


def usual_before(run: Run) -> Usual:
    return usual_of(usual_runs(run.feed_id, run.mapping_id, before=run.pk))


def usual_of(runs: Sequence[Run]) -> Usual:
    """What is usual after these applied runs, oldest first."""
    newest = runs[-1].verdict.get("result", Outcome.APPLY) if runs else Outcome.APPLY
    past = tuple(Figures.from_json(run.figures) for run in runs)
    return Usual(past, is_shifted=newest != Outcome.APPLY)


def decision_on(run: Run) -> Outcome | None:
    """What a person said about a held run, if he did: apply, or apply safely."""
    decision = run.facts.get("decision")
    return Outcome(decision) if decision in (Outcome.APPLY, Outcome.SAFE) else None


def counted_in_full(run: Run) -> bool:
    """Whether an applied run counted with all that it says, or safely, with disappearances withheld."""
    outcome = decision_on(run) or run.verdict.get("result", Outcome.APPLY)
    return not run.partial and outcome != Outcome.SAFE


def is_decided(run: Run) -> bool:
    """Whether a person has said that this run counts, whatever the guards think of it."""
    return decision_on(run) is not None
