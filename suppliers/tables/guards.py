"""The guards of an import as a table: this import, what is usual, the last ten, the limits, the result."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from stocke.core.web.formats import money
from stocke.core.web.status import Status
from suppliers.models import Run
from suppliers.tables.checks import (
    CHECKS,
    WORDS,
    Text,
    Words,
    as_figure,
    limit_in_words,
    said_of,
)

HEIGHT, COLUMN, GAP, PLACES = 24, 7, 5, 11
HEADROOM = 1.25
# Those that a person looks at even when they pass.
SHOWN_ALWAYS = frozenset({"columns", "rows", "lost", "zeroed", "units", "price"})
TONES = {"apply": "pass", "safe": "warn", "hold": "fail"}


@dataclass(frozen=True)
class Bar:
    """One import in the small chart: past, pass, warn or fail."""

    x: int
    y: float
    height: float
    tone: str


@dataclass(frozen=True)
class Band:
    """What is allowed, as a part of the chart's height."""

    y: float
    height: float


@dataclass(frozen=True)
class Guard:
    """One row of the table. `meaning` is said where the check did not pass."""

    check: str
    label: Text
    value: str
    usual: str
    safe: str
    hold: str
    result: Status
    passed: bool
    meaning: Text = ""
    bars: tuple[Bar, ...] = ()
    band: Band | None = None

    @property
    def is_prominent(self) -> bool:
        return not self.passed or self.check in SHOWN_ALWAYS


@dataclass(frozen=True)
class Guards:
    """The table in two parts: what a person looks at, and what passed beside it."""

    rows: Sequence[Guard]

    @property
    def prominent(self) -> list[Guard]:
        return [row for row in self.rows if row.is_prominent]

    @property
    def quiet(self) -> list[Guard]:
        return [row for row in self.rows if not row.is_prominent]


def guards_of(run: Run, usual: Sequence[Run]) -> Guards | None:
    """Every check of the verdict beside the same check of the last applied imports; None without a verdict."""
    checks = [check for check in run.verdict.get("checks", []) if check["check"] in CHECKS]
    return Guards([guard_of(run, check, usual) for check in checks]) if checks else None


def outcome_of(check: Mapping[str, Any]) -> str:
    """What a check led to; verdicts of older programs know only passed or not."""
    return str(check.get("outcome") or ("apply" if check["passed"] else "hold"))


def result_of(outcome: str) -> Status:
    return {
        "apply": Status("done", _("Passed")),
        "safe": Status("verify", _("Caution")),
        "hold": Status("failed", _("Stopped")),
    }[outcome]


def guard_of(run: Run, check: Mapping[str, Any], usual: Sequence[Run]) -> Guard:
    name, words, outcome = check["check"], CHECKS[check["check"]], outcome_of(check)
    passed = outcome == "apply"
    past = [] if words.scale == "word" else past_of(usual, name)
    say = sayer(run, words)
    figure = as_figure(check["value"])
    safe, hold = check.get("safe", ""), check.get("hold", check.get("limit", ""))
    charted = figure is not None and words.scale != "word" and name != "content"
    band = band_of(words, as_figure(check.get("usual", "")), as_figure(safe or hold))
    top = max([figure or 0, *past, band[1] if band else 0]) * (1 if past or band else HEADROOM) or 1
    return Guard(
        check=name,
        label=words.label,
        value=said_value(words, check["value"], say),
        usual=said_word(check.get("usual", "")) if words.scale == "word" else span(past, say),
        safe=limit_in_words(words.scale, safe, holds=False),
        hold=limit_in_words(words.scale, hold, holds=True),
        result=result_of(outcome),
        passed=passed,
        meaning="" if passed else words.meaning,
        bars=tuple(bars(past, figure or 0, tone=TONES[outcome], top=top)) if charted else (),
        band=scaled(band, top) if charted and band else None,
    )


def sayer(run: Run, words: Words) -> Callable[[float | None], str]:
    """How this check's figures are written; a price in the currency of the file."""
    if words.scale != "price":
        return said_of(words.scale)
    currency = run.figures.get("file", {}).get("currency") or run.feed.supplier.currency
    return lambda value: money(None if value is None else round(value), currency)


def said_value(words: Words, value: str, say: Callable[[float | None], str]) -> str:
    figure = as_figure(value)
    if figure is not None and words.scale != "word":
        return say(figure)
    return _("none") if words.scale == "count" else said_word(value)


def said_word(value: str) -> str:
    return str(WORDS.get(value, value)) or "–"


def past_of(usual: Sequence[Run], name: str) -> list[float]:
    """The same figure of the last imports, oldest first."""
    return [found for run in usual if (found := figure_of(run, name)) is not None]


def figure_of(run: Run, name: str) -> float | None:
    found = [check["value"] for check in run.verdict.get("checks", []) if check["check"] == name]
    return as_figure(found[0]) if found else None


def span(past: Sequence[float], say: Callable[[float], str]) -> str:
    """The usual values, from the smallest to the largest."""
    if not past:
        return "–"
    low, high = say(min(past)), say(max(past))
    return low if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}


def band_of(words: Words, usual: float | None, limit: float | None) -> tuple[float, float] | None:
    """From where to where the figure may lie; None where there is nothing to draw."""
    if limit is None:
        return None
    if words.scale in ("total", "price"):
        return None if usual is None else (usual * max(0, 1 - limit), usual * (1 + limit))
    return (0, (usual or 0) + limit) if words.scale in ("share", "excess") else None


def scaled(band: tuple[float, float], top: float) -> Band:
    low, high = (HEIGHT * min(edge, top) / top for edge in band)
    return Band(round(HEIGHT - high, 1), round(high - low, 1))


def bars(past: Sequence[float], now: float, *, tone: str, top: float) -> Iterator[Bar]:
    """The last ten imports in grey, and this one in the tone of its result."""
    values = [*past[-(PLACES - 1) :], now]
    for place, value in enumerate(values, start=PLACES - len(values)):
        height = max(1.0, HEIGHT * value / top)
        shade = "past" if place < PLACES - 1 else tone
        yield Bar(place * (COLUMN + GAP), round(HEIGHT - height, 1), round(height, 1), shade)
