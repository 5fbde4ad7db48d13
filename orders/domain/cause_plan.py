"""What one decision would mean for each case of a cause. Pure: plain values in, plain values out.

No unit is offered to two customers: the cases take from what is free in the order in which they must be answered,
and those for which nothing is left are left out of the decision, with that reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Misfit(StrEnum):
    """Why the decision does not fit a case; the later ones are found only when it is carried out."""

    HELD = "held"
    SOLD_OUT = "sold_out"
    CURRENCY = "currency"
    VOUCHER = "voucher"
    MOVED_ON = "moved_on"
    CLOSED = "closed"
    GONE = "gone"
    INCOMPLETE = "incomplete"
    FAULT = "fault"


@dataclass(frozen=True)
class StandIn:
    """A product that is offered instead, and the units that are free of it at all its suppliers."""

    product_id: int
    price_cents: int
    currency: str
    free: int


@dataclass(frozen=True)
class Affected:
    """One case of the cause. `holder` names the colleague who works on it now."""

    case_id: int
    quantity: int
    unit_price_cents: int
    refund_cents: int
    currency: str
    may_have_voucher: bool = True
    holder: str = ""


@dataclass(frozen=True)
class Fit:
    """What the decision means for one case: the price difference of each product, or why it is left out."""

    case_id: int
    differences: Mapping[int, int]
    misfit: Misfit | None = None

    @property
    def worst_cents(self) -> int:
        """What the dearest of the offered products costs us beyond the price paid."""
        return max([0, *self.differences.values()])


def fits(cases: Sequence[Affected], stand_ins: Sequence[StandIn], *, with_voucher: bool = False) -> list[Fit]:
    """Every case in the order given, each with what it takes already taken from what is free."""
    left = {one.product_id: one.free for one in stand_ins}
    found = []
    for case in cases:
        misfit = misfit_of(case, stand_ins, left, with_voucher=with_voucher)
        if misfit is None:
            for product in left:
                left[product] -= case.quantity
        differences = {
            one.product_id: (one.price_cents - case.unit_price_cents) * case.quantity for one in stand_ins
        }
        found.append(Fit(case.case_id, differences, misfit))
    return found


def misfit_of(
    case: Affected, stand_ins: Sequence[StandIn], left: Mapping[int, int], *, with_voucher: bool
) -> Misfit | None:
    """The first reason why the decision does not fit; None when it does."""
    if case.holder:
        return Misfit.HELD
    if with_voucher and not case.may_have_voucher:
        return Misfit.VOUCHER
    if any(one.currency != case.currency for one in stand_ins):
        return Misfit.CURRENCY
    if any(left[one.product_id] < case.quantity for one in stand_ins):
        return Misfit.SOLD_OUT
    return None
