"""The moment of checkout: can these lines be delivered? Suppliers are asked where our figures are not sure, for as long
as the shop can wait. Nothing is reserved by it.

Who asks them stands above this context: `settings.ASKED_AT_CHECKOUT` names it, composed in stocke/wiring.py.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.conf import settings
from django.utils.module_loading import import_string

from stocke.channels.domain.availability import Window, units_of, window_of
from stocke.channels.queries.availability import Code, Shown, shown
from stocke.products.models import Light

# A fresh figure that was stated exactly, or nearly so, is as good as an answer.
SURE = Decimal("0.9")


class Verdict(StrEnum):
    YES = "yes"
    PART = "part"
    NO = "no"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """Who said so; `unanswered`: suppliers were asked, not all have told in time, and the figures are ours."""

    FIGURES = "figures"
    SUPPLIER = "supplier"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Wanted:
    code: Code
    quantity: int


@dataclass(frozen=True, slots=True)
class Told:
    """What the suppliers of a product can deliver in all; None: one of them has not told in time."""

    units: int | None
    restock_on: date | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict on one line. `units` of it are there, as far as we know; None while nobody knows."""

    verdict: Verdict
    basis: Basis
    units: int | None
    window: Window | None = None
    restock_on: date | None = None
    as_of: datetime | None = None
    error: str = ""


# Units wanted by product, and the seconds that there are. Products of which nobody can be asked are left out.
type AskSuppliers = Callable[[Mapping[int, int], float], Mapping[int, Told]]


def check(
    lines: Sequence[Wanted], *, slug: str, seconds: float, now: datetime, country: str = ""
) -> list[Checked] | None:
    """A verdict for each line, within `seconds` and a little; None where the channel is switched off."""
    began = time.monotonic()
    rows = shown([line.code for line in lines], slug=slug)
    if rows[0].channel is not None and not rows[0].is_open:
        return None
    left = seconds - (time.monotonic() - began)
    told = ask_suppliers(unsure(lines, rows), left) if left > 0 else {}
    return verdicts(lines, rows, told, now=now, country=country)


def ask_suppliers(wanted: Mapping[int, int], seconds: float) -> Mapping[int, Told]:
    if not wanted:
        return {}
    ask: AskSuppliers = import_string(settings.ASKED_AT_CHECKOUT)
    return ask(wanted, seconds)


def unsure(lines: Sequence[Wanted], rows: Sequence[Shown]) -> dict[int, int]:
    """The products on whose figures nothing should be sold without asking, with the units that all lines want. Pure."""
    wanted: dict[int, int] = {}
    for line, row in zip(lines, rows, strict=True):
        if row.product is not None and (row.confidence or 0) < SURE:
            wanted[row.product] = wanted.get(row.product, 0) + line.quantity
    return wanted


def verdicts(
    lines: Sequence[Wanted],
    rows: Sequence[Shown],
    told: Mapping[int, Told],
    *,
    now: datetime,
    country: str = "",
) -> list[Checked]:
    """Pure. Lines of the same product share its units, the first line first."""
    taken: dict[int, int] = {}
    found = []
    for line, row in zip(lines, rows, strict=True):
        if row.product is None:
            error = "several_products" if row.products > 1 else "unknown_code"
            found.append(Checked(Verdict.UNKNOWN, Basis.FIGURES, None, error=error))
            continue
        one = verdict(line.quantity, row, told.get(row.product), taken.get(row.product, 0))
        taken[row.product] = taken.get(row.product, 0) + line.quantity
        window = window_of(row, now, country) if one.units else None
        back_on = row.back_on if units_of(row) == 0 else None
        restock_on = None if one.units else one.restock_on or back_on
        found.append(replace(one, window=window, restock_on=restock_on))
    return found


def verdict(quantity: int, row: Shown, told: Told | None, taken: int) -> Checked:
    """One line by what suppliers have just told, else by our figures."""
    if told is not None and told.units is not None:
        row = replace(row, sellable=told.units, light=Light.IN_STOCK if told.units else Light.OUT)
        basis, as_of, restock_on = Basis.SUPPLIER, None, told.restock_on
    else:
        basis = Basis.FIGURES if told is None else Basis.UNANSWERED
        as_of, restock_on = row.as_of, None
    units = units_of(row)
    left = None if units is None else min(max(units - taken, 0), quantity)
    known = Verdict.UNKNOWN if basis == Basis.UNANSWERED else said_of(left, quantity, row)
    return Checked(known, basis, left, restock_on=restock_on, as_of=as_of)


def said_of(left: int | None, quantity: int, row: Shown) -> Verdict:
    """None that we dare to count, while a source says "in stock", is no no."""
    if left is None or (left == 0 and row.light == Light.LOW and not row.sellable):
        return Verdict.UNKNOWN
    if left == quantity:
        return Verdict.YES
    return Verdict.PART if left else Verdict.NO
