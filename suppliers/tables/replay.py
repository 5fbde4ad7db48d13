"""What other limits would have made of the last imports, in words and figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from stocke.core.web.status import Status
from suppliers.domain.judging import Outcome
from suppliers.domain.rejudging import Rejudged, Replay
from suppliers.tables.checks import CHECKS

Text = str | Promise
OUTCOMES = {
    Outcome.APPLY: Status("done", _("Applied")),
    Outcome.SAFE: Status("partly", _("Applied safely")),
    Outcome.HOLD: Status("held", _("Held")),
}
SHOWN = 25


@dataclass(frozen=True)
class Tally:
    """How many imports had this verdict, and would have it."""

    verdict: Status
    then: int
    now: int


@dataclass(frozen=True)
class Other:
    """An import that would have another verdict, and because of what."""

    run_id: int
    at: datetime
    then: Status
    now: Status
    why: Text


@dataclass(frozen=True)
class ShownReplay:
    imports: int
    tallies: Sequence[Tally]
    others: Sequence[Other]
    not_shown: int
    unknown: int


def shown_replay(replay: Replay) -> ShownReplay:
    others = [shown(one) for one in replay.others]
    return ShownReplay(
        imports=len(replay.rejudged),
        tallies=[
            Tally(status, replay.count(outcome, then=True), replay.count(outcome))
            for outcome, status in OUTCOMES.items()
        ],
        others=others[:SHOWN],
        not_shown=max(0, len(others) - SHOWN),
        unknown=replay.unknown,
    )


def shown(one: Rejudged) -> Other:
    names = [str(CHECKS[check.check].label) for check in one.failing]
    why: Text = ", ".join(names) if names else _("no check fails")
    return Other(one.run_id, one.at, OUTCOMES[one.then], OUTCOMES[one.now], format_lazy("{}", why))
