"""The working day as a line: where now stands, and where things fall due. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from stocke.insights.domain.day import Part, Plan

OPENS, CLOSES = 8, 18
# Marks closer than this would hide each other; the later one moves to the right.
GAP = 2.6


@dataclass(frozen=True)
class Mark:
    """A due thing at `x` percent of the line."""

    x: float
    queue: str


@dataclass(frozen=True)
class Ruler:
    now: float
    ticks: list[tuple[float, int]]
    marks: list[Mark]


def position(moment: datetime, day: datetime) -> float:
    """Percent of the way from opening to closing; what is earlier or later stands at the end of the line."""
    start = datetime.combine(day.date(), time(OPENS), tzinfo=day.tzinfo)
    share = (moment - start).total_seconds() / ((CLOSES - OPENS) * 3600)
    return round(max(0.0, min(1.0, share)) * 100, 1)


def spread(wanted: Iterable[tuple[float, str]]) -> list[Mark]:
    """Marks in order, moved apart where they would cover each other; those beyond the end stay away."""
    marks: list[Mark] = []
    for x, queue in sorted(wanted):
        x = max(x, marks[-1].x + GAP) if marks else x
        if x <= 100:
            marks.append(Mark(round(x, 1), queue))
    return marks


def ruler(plan: Plan) -> Ruler:
    """The rows of the list that are due today, on a line."""
    rows = [row for part in Part if part != Part.LATER for row in plan.rows[part]]
    ticks = [((hour - OPENS) * 100 / (CLOSES - OPENS), hour) for hour in range(OPENS, CLOSES + 1, 2)]
    marks = spread((position(row.due, plan.now), row.queue.key) for row in rows)
    return Ruler(position(plan.now, plan.now), ticks, marks)
