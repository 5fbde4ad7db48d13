"""What other limits would have made of the imports of the past: the same judgement over the figures kept with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from suppliers.domain.figures import Figures
from suppliers.domain.judging import Check, Outcome, judge
from suppliers.domain.limits import Limits
from suppliers.domain.verdicts import usual_of
from suppliers.models import Feed, Run, RunStatus
from suppliers.queries.runs import USUAL_RUNS, judged_runs

WINDOW = 90
# Imports before the window that only say what was usual for its first ones.
BEFORE = 3 * USUAL_RUNS


@dataclass(frozen=True)
class Rejudged:
    """One import of the past: what was found then, and what would be found now with the checks that would fail."""

    run_id: int
    at: datetime
    then: Outcome
    now: Outcome
    failing: tuple[Check, ...]

    @property
    def is_other(self) -> bool:
        return self.then != self.now


@dataclass(frozen=True)
class Replay:
    """`rejudged` newest first. `unknown` imports have no figures: what came was no table, or they are too old."""

    rejudged: tuple[Rejudged, ...]
    unknown: int

    @property
    def others(self) -> list[Rejudged]:
        return [one for one in self.rejudged if one.is_other]

    def count(self, outcome: Outcome, *, then: bool = False) -> int:
        return sum((one.then if then else one.now) == outcome for one in self.rejudged)


def replay(feed: Feed, limits: Limits) -> Replay:
    """The last imports of the feed under these limits. Nothing is written, and no file is read."""
    runs = list(judged_runs(feed.pk)[: WINDOW + BEFORE])
    rejudged = tuple(
        rejudge(run, runs[place + 1 :], limits) for place, run in enumerate(runs[:WINDOW]) if run.figures
    )
    return Replay(rejudged, unknown=len(runs[:WINDOW]) - len(rejudged))


def rejudge(run: Run, earlier: Sequence[Run], limits: Limits) -> Rejudged:
    """One import beside what was usual before it; `earlier` is newest first."""
    alike = [one for one in earlier if one.status == RunStatus.APPLIED and one.mapping_id == run.mapping_id]
    verdict = judge(Figures.from_json(run.figures), usual_of(alike[:USUAL_RUNS][::-1]), limits)
    then = Outcome(run.verdict.get("result", Outcome.APPLY))
    failing = tuple(check for check in verdict.checks if not check.passed)
    return Rejudged(run.pk, run.created_at, then, verdict.result, failing)
