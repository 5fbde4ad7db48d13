"""The guard before anything counts: a pure decision over what a file would change."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from suppliers.domain.figures import Figures

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Header:
    """The mapped columns of the file beside those of the confirmed mapping. Columns nobody reads do not matter."""

    confirmed: bool = True
    missing: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limits:
    max_lost_share: Decimal
    max_zeroed_share: Decimal


@dataclass(frozen=True)
class Check:
    """One question with its figure. `value` and `limit` are shares, or words where the check is not a number."""

    check: str
    value: str
    limit: str
    passed: bool


@dataclass(frozen=True)
class Verdict:
    checks: tuple[Check, ...]

    @property
    def is_good(self) -> bool:
        return all(check.passed for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        result = "apply" if self.is_good else "hold"
        return {"result": result, "checks": [asdict(check) for check in self.checks]}


def judge(figures: Figures, header: Header, limits: Limits) -> Verdict:
    """Whether a file may count without a person. Every check is made, because the page shows them all."""
    return Verdict(tuple(checks_of(figures, header, limits)))


def no_table(code: str) -> Verdict:
    """The verdict on what is no table at all: an empty file, a header without rows, a web page."""
    return Verdict((Check("content", code, "rows", passed=False),))


def checks_of(figures: Figures, header: Header, limits: Limits) -> Iterator[Check]:
    yield Check("content", str(figures.rows), "rows", passed=figures.rows > 0)
    yield check_header(header)
    lost = share(figures.known - figures.present, figures.known)
    yield within("lost", lost, limits.max_lost_share)
    yield within("zeroed", share(figures.zeroed, figures.in_stock), limits.max_zeroed_share)
    # An unreadable quantity takes an offer off sale just as a missing line does, so it has the same limit.
    yield within("muted", share(figures.muted, figures.in_stock), limits.max_lost_share)


def check_header(header: Header) -> Check:
    if not header.confirmed:
        return Check("columns", "unconfirmed", "same", passed=False)
    if header.missing:
        return Check("columns", "missing", "same", passed=False)
    return Check("columns", "moved" if header.moved else "same", "same", passed=not header.moved)


def within(check: str, value: Decimal, limit: Decimal) -> Check:
    return Check(check, f"{value:.4f}", f"{limit:.4f}", passed=value <= limit)


def share(part: int, whole: int) -> Decimal:
    return Decimal(part) / Decimal(whole) if whole else NOTHING
