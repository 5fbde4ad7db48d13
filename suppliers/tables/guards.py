"""The guards of an import as a table: this import, what is usual, the last ten, the limit, the result."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stocke.core.web.formats import number, percent
from stocke.core.web.status import Status
from suppliers.models import Run

Text = str | Promise
HEIGHT, COLUMN, GAP, PLACES = 24, 7, 5, 11

LABELS: Mapping[str, Text] = {
    "content": gettext_lazy("Lines"),
    "columns": gettext_lazy("Columns"),
    "lost": gettext_lazy("Known SKUs that are missing"),
    "zeroed": gettext_lazy("In stock, would fall to zero"),
    "muted": gettext_lazy("In stock, no longer readable"),
}
COLUMN_WORDS: Mapping[str, Text] = {
    "same": gettext_lazy("The same"),
    "moved": gettext_lazy("Moved"),
    "missing": gettext_lazy("Missing"),
    "unconfirmed": gettext_lazy("Not confirmed"),
}


@dataclass(frozen=True)
class Bar:
    """One import in the small chart: past, pass or fail."""

    x: int
    y: float
    height: float
    tone: str


@dataclass(frozen=True)
class Guard:
    """One row of the table. `band` is the height of what is allowed, from the bottom; 0 draws none."""

    label: Text
    value: str
    usual: str
    limit: str
    result: Status
    bars: tuple[Bar, ...] = ()
    band: float = 0

    @property
    def band_y(self) -> float:
        return HEIGHT - self.band


def guards_of(run: Run, usual: Sequence[Run]) -> list[Guard]:
    """Every check of the verdict beside the same check of the last applied imports."""
    return [guard_of(check, usual) for check in run.verdict.get("checks", [])]


def guard_of(check: Mapping[str, str | bool], usual: Sequence[Run]) -> Guard:
    name, value, passed = str(check["check"]), str(check["value"]), bool(check["passed"])
    result = Status("done", _("Passed")) if passed else Status("failed", _("Stopped"))
    if name == "columns":
        return Guard(LABELS[name], str(COLUMN_WORDS.get(value, value)), "", _("the same"), result)
    past = [found for earlier in usual if (found := figure_of(earlier, name)) is not None]
    figure = as_figure(value)
    if name == "content":
        return Guard(
            LABELS[name],
            number(figure) if figure is not None else _("none"),
            span(past, number),
            _("at least 1"),
            result,
            tuple(bars(past, figure or 0, passed=passed)),
        )
    limit = as_figure(str(check["limit"])) or 0
    top = max([limit * 1.25, figure or 0, *past])
    return Guard(
        LABELS[name],
        percent(figure, 1),
        span(past, percent),
        percent(limit),
        result,
        tuple(bars(past, figure or 0, passed=passed, top=top)),
        band=HEIGHT * limit / top if top else 0,
    )


def figure_of(run: Run, name: str) -> float | None:
    found = [check["value"] for check in run.verdict.get("checks", []) if check["check"] == name]
    return as_figure(found[0]) if found else None


def as_figure(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def span(past: Sequence[float], say: Callable[[float], str]) -> str:
    """The usual values, from the smallest to the largest."""
    if not past:
        return "–"
    low, high = say(min(past)), say(max(past))
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def bars(past: Sequence[float], now: float, *, passed: bool, top: float = 0) -> Iterator[Bar]:
    """The last ten imports in grey, and this one in the tone of its result."""
    highest = top or max([now, *past]) or 1
    values = [*past[-(PLACES - 1) :], now]
    for place, value in enumerate(values, start=PLACES - len(values)):
        height = max(1.0, HEIGHT * value / highest)
        tone = "past" if place < PLACES - 1 else ("pass" if passed else "fail")
        yield Bar(place * (COLUMN + GAP), round(HEIGHT - height, 1), round(height, 1), tone)
