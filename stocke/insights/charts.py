"""The drawing of Today, as numbers for server-side SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

from stocke.insights.queries.promises import DayOfPromises

PLOT_HEIGHT = 64
COLUMN, GAP = 30, 10


@dataclass(frozen=True)
class Column:
    """One day: what is kept below, what is at risk on top. `y` counts from the top of the drawing."""

    day: DayOfPromises
    x: int
    middle: int
    kept_y: float
    kept_height: float
    risk_y: float
    risk_height: float


def columns(days: Sequence[DayOfPromises]) -> list[Column]:
    """Bars whose heights share one scale, which begins at zero."""
    most = max((day.total for day in days), default=0) or 1
    drawn = []
    for number, day in enumerate(days):
        kept, risk = (round(PLOT_HEIGHT * part / most, 1) for part in (day.kept, day.at_risk))
        x = number * (COLUMN + GAP)
        top = PLOT_HEIGHT - kept - risk
        drawn.append(Column(day, x, x + COLUMN // 2, PLOT_HEIGHT - kept, kept, top, risk))
    return drawn
