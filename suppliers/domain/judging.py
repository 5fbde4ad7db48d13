"""The guards before anything counts: a pure decision over an import's figures and those of the imports before it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial
from statistics import median_high, median_low
from typing import Any

from suppliers.domain.figures import Figures
from suppliers.domain.limits import Bound, Limits

NOTHING = Decimal(0)
# So few lines are no pattern: they never make an import unusual, however large their share of a small feed.
FEW = 3
ONE = 1


class Outcome(StrEnum):
    """From best to worst: everything counts; only what promises less or little more counts; nothing counts."""

    APPLY = "apply"
    SAFE = "safe"
    HOLD = "hold"


# The figures of lines, and what each is a share of.
WHOLE_OF = {"repeated": "lines", "identical": "counted", "unreadable": "lines"}
RANK = {outcome: rank for rank, outcome in enumerate(Outcome)}
# An old file says what was true once. What it says to be sold out may long be back.
TELL_OF_OLD_FILES = frozenset({"returned", "backwards", "age"})


@dataclass(frozen=True)
class Header:
    """The mapped columns of the file beside those of the confirmed mapping.

    Columns nobody reads do not matter, but for those `of_stock` that were not there when it was confirmed.
    """

    confirmed: bool = True
    missing: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    of_stock: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        if not self.confirmed:
            return "unconfirmed"
        if self.missing or self.moved:
            return "missing" if self.missing else "moved"
        return "of_stock" if self.of_stock else "same"


@dataclass(frozen=True)
class Usual:
    """The last applied imports, newest last.

    `is_shifted` when the newest was itself unusual, and counts all the same: what agrees with it is usual from now
    on. So a supplier who changes his range is asked about once.
    """

    past: tuple[Figures, ...] = ()
    is_shifted: bool = False


@dataclass(frozen=True)
class Check:
    """One question with its figure. Numbers are texts; `value` is a word where the check is not a number.

    `usual` is the median of the last imports, `safe` and `hold` are the limits; "" where there is none.
    """

    check: str
    value: str
    outcome: Outcome
    usual: str = ""
    safe: str = ""
    hold: str = ""

    @property
    def passed(self) -> bool:
        return self.outcome == Outcome.APPLY


@dataclass(frozen=True)
class Verdict:
    checks: tuple[Check, ...]

    @property
    def result(self) -> Outcome:
        return max((check.outcome for check in self.checks), key=RANK.__getitem__, default=Outcome.APPLY)

    @property
    def is_good(self) -> bool:
        return self.result == Outcome.APPLY

    @property
    def trusts_zeros(self) -> bool:
        """Whether a stated zero may count at once, where the import is applied safely."""
        return all(check.passed for check in self.checks if check.check in TELL_OF_OLD_FILES)

    def to_json(self) -> dict[str, Any]:
        checks = [{**asdict(check), "passed": check.passed} for check in self.checks]
        return {"result": self.result, "checks": checks}


def judge(figures: Figures, usual: Usual, limits: Limits, *, is_whole: bool = True) -> Verdict:
    """Whether a file may count without a person. Every check is made, because the page shows them all.

    What is not `is_whole` names a few articles only, and nothing but zeros is nothing unusual.
    """
    return Verdict(tuple(checks_of(figures, usual, limits, is_whole=is_whole)))


def no_table(code: str) -> Verdict:
    """The verdict on what is no table at all: an empty file, a header without rows, a web page."""
    return Verdict((Check("content", code, Outcome.HOLD),))


def checks_of(now: Figures, usual: Usual, limits: Limits, *, is_whole: bool = True) -> Iterator[Check]:
    yield Check("content", str(now.rows), Outcome.APPLY if now.rows else Outcome.HOLD)
    yield Check("columns", now.columns, Outcome.APPLY if now.columns == "same" else Outcome.HOLD)
    yield check_ending(now, usual)
    yield check_zeros(now, usual, is_whole=is_whole)
    bounds = limits.bounds
    yield check_change("rows", rows_of, now, usual, bounds, many=distance(now, usual, rows_of) > FEW)
    yield from checks_of_offers(now, bounds)
    yield check_change("units", units_of, now, usual, bounds, many=now.changed > FEW)
    yield check_price(now, usual, bounds["price"])
    yield check_currency(now, usual)
    yield from checks_of_lines(now, usual, bounds)
    yield from checks_of_dates(now, bounds)


def checks_of_offers(now: Figures, bounds: Mapping[str, Bound]) -> Iterator[Check]:
    """What would happen to the offers that we know. One alone never holds an import, a few never mark it."""
    touched = {
        "lost": (now.known - now.present, now.known),
        "zeroed": (now.zeroed, now.in_stock),
        "muted": (now.muted, now.in_stock),
    }
    for name, (part, whole) in touched.items():
        value = share(part, whole)
        outcome = graded(value, bounds[name], safe=part > FEW, hold=part > ONE)
        yield written(name, value, outcome, bounds[name])


def checks_of_lines(now: Figures, usual: Usual, bounds: Mapping[str, Bound]) -> Iterator[Check]:
    """What is wrong with the lines of the file, beyond what is usual: some feeds are untidy every day."""
    for name, whole in WHOLE_OF.items():
        share_now = partial(line_share, part=name, whole=whole)
        value, is_many = share_now(now), getattr(now.file, name) > FEW
        before = baseline(usual, share_now, value)
        # One quantity for everything is only strange where quantities used to differ.
        excess = NOTHING if before is None and name == "identical" else value - (before or NOTHING)
        outcome = graded(excess, bounds[name], safe=is_many, hold=is_many)
        yield written(name, value, outcome, bounds[name], before)


def line_share(figures: Figures, *, part: str, whole: str) -> Decimal:
    return share(getattr(figures.file, part), getattr(figures.file, whole))


def checks_of_dates(now: Figures, bounds: Mapping[str, Bound]) -> Iterator[Check]:
    """Whether it is a file of the past: its content was sent before, its date goes backwards, or it is old."""
    returned = Decimal(now.changed if now.returns_to else 0)
    yield written("returned", returned, graded(returned, bounds["returned"]), bounds["returned"])
    hours = {"backwards": now.minutes_behind, "age": now.minutes_old if now.known else 0}
    for name, minutes in hours.items():
        value = Decimal(minutes) / 60
        yield written(name, value, graded(value, bounds[name]), bounds[name])


def check_change(
    name: str,
    figure: Callable[[Figures], Decimal],
    now: Figures,
    usual: Usual,
    bounds: Mapping[str, Bound],
    *,
    many: bool,
) -> Check:
    """How far a total is from the usual. A fall may hold; a rise only asks for the next import's word."""
    value, before = figure(now), baseline(usual, figure, figure(now))
    change = share_change(value, before)
    fall = graded(-change, bounds[name], safe=many, hold=many)
    rise = graded(change, bounds[name], safe=many, hold=False)
    return written(name, value, max(fall, rise, key=RANK.__getitem__), bounds[name], before)


def check_price(now: Figures, usual: Usual, limit: Bound) -> Check:
    """The mean price against the usual one; a file that lost all its prices is as far from it as can be."""
    value = mean_price(now)
    before = baseline(usual, mean_price, value, keep=lambda figures: figures.file.priced > FEW)
    change = abs(share_change(value, before))
    is_many = now.file.priced > FEW or not now.file.priced
    return written("price", value, graded(change, limit, safe=is_many, hold=is_many), limit, before)


def check_ending(now: Figures, usual: Usual) -> Check:
    """Whether the file goes on to its end. A doubtful end is one only where the files of this feed end otherwise."""
    value, before = now.file.ending, [figures.file.ending for figures in usual.past if figures.file.ending]
    is_usual = value in before or (value == "open" and not before)
    is_whole = value in {"", "whole"} or (value != "cut" and is_usual)
    outcome = Outcome.APPLY if is_whole else Outcome.HOLD
    return Check("ending", value, outcome, usual=before[-1] if before else "")


def check_zeros(now: Figures, usual: Usual, *, is_whole: bool) -> Check:
    """Whether the first file of a feed states zero for everything: then nobody may fill its column of stock in.

    Later files are compared with what was known. A person who lets the first one count has said that it is so.
    """
    is_first = is_whole and not usual.past and not now.known
    nothing = is_first and now.file.zeros > FEW and now.file.zeros == now.rows
    return Check("zeros", str(now.file.zeros), Outcome.HOLD if nothing else Outcome.APPLY)


def check_currency(now: Figures, usual: Usual) -> Check:
    """The currency of most prices; a file that names none says nothing about it."""
    named = [figures.file.currency for figures in usual.past if figures.file.currency]
    value = now.file.currency
    is_known = not named or not value or value in named
    outcome = Outcome.APPLY if is_known else Outcome.HOLD
    return Check("currency", value, outcome, usual=named[-1] if named else "")


def baseline(
    usual: Usual,
    figure: Callable[[Figures], Decimal],
    value: Decimal,
    *,
    keep: Callable[[Figures], bool] = lambda figures: figures.file.lines > 0,
) -> Decimal | None:
    """The median of the last imports, or the newest where it was a shift and this import is nearer to it.

    Of an even number of imports, the nearer one of the two in the middle.
    """
    past = [figure(figures) for figures in usual.past if keep(figures)]
    if not past:
        return None
    candidates = [median_low(past), median_high(past), *(past[-1:] if usual.is_shifted else [])]
    return min(candidates, key=lambda one: abs(value - one))


def graded(value: Decimal, limit: Bound, *, safe: bool = True, hold: bool = True) -> Outcome:
    """The value against its two limits, as far as they may be used here."""
    if hold and limit.hold is not None and value > limit.hold:
        return Outcome.HOLD
    lowest = min((one for one in (limit.safe, limit.hold) if one is not None), default=None)
    return Outcome.SAFE if safe and lowest is not None and value > lowest else Outcome.APPLY


def written(name: str, value: Decimal, outcome: Outcome, limit: Bound, usual: Decimal | None = None) -> Check:
    return Check(name, text(value), outcome, text(usual), text(limit.safe), text(limit.hold))


def text(value: Decimal | None) -> str:
    return "" if value is None else f"{value:.4f}"


def share(part: int, whole: int) -> Decimal:
    return Decimal(part) / Decimal(whole) if whole else NOTHING


def share_change(value: Decimal, before: Decimal | None) -> Decimal:
    """By which share of the usual it differs; from nothing, any change is no share."""
    return (value - before) / before if before else NOTHING


def distance(now: Figures, usual: Usual, figure: Callable[[Figures], Decimal]) -> Decimal:
    before = baseline(usual, figure, figure(now))
    return abs(figure(now) - before) if before is not None else NOTHING


def rows_of(figures: Figures) -> Decimal:
    return Decimal(figures.rows)


def units_of(figures: Figures) -> Decimal:
    return Decimal(figures.file.units)


def mean_price(figures: Figures) -> Decimal:
    return Decimal(figures.file.mean_price_cents or 0)
