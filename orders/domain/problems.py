"""What is wrong with an incoming order: named by row and field, all of it at once, in words for a program's author."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Code(StrEnum):
    """Stable names of problems, for programs."""

    MISSING = "missing"
    MALFORMED = "malformed"
    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    NOT_POSITIVE = "not_positive"
    NEGATIVE = "negative"
    UNKNOWN_SKU = "unknown_sku"
    REPEATED = "repeated"
    CONTRADICTS = "contradicts"
    ORDER_ENDED = "order_ended"
    LINE_ORDERED = "line_ordered"
    LINE_SETTLED = "line_settled"
    LINE_IN_CASE = "line_in_case"
    CURRENCY_FIXED = "currency_fixed"
    CURRENCY_UNIT = "currency_unit"
    ADDRESS_SENT = "address_sent"


SENTENCES: Mapping[Code, Promise] = {
    Code.MISSING: _("is missing"),
    Code.MALFORMED: _("“%(value)s” cannot be read"),
    Code.TOO_LONG: _("is longer than %(limit)s characters"),
    Code.TOO_LARGE: _("“%(value)s” is more than %(limit)s"),
    Code.NOT_POSITIVE: _("“%(value)s” is not a whole number of at least 1"),
    Code.NEGATIVE: _("“%(value)s” is negative"),
    Code.UNKNOWN_SKU: _("no product has the SKU “%(value)s”"),
    Code.REPEATED: _("“%(value)s” stands twice"),
    Code.CONTRADICTS: _("“%(value)s” contradicts an earlier row of the same order"),
    Code.ORDER_ENDED: _("the order is finished or cancelled and can no longer be changed"),
    Code.LINE_ORDERED: _("%(value)s is already ordered from the supplier and can no longer be changed"),
    Code.LINE_SETTLED: _("%(value)s is already settled with the customer and can no longer be changed"),
    Code.LINE_IN_CASE: _("%(value)s is in an open stockout case; settle the case first"),
    Code.CURRENCY_FIXED: _("the currency of an order cannot change"),
    Code.CURRENCY_UNIT: _("amounts are counted in hundredths, which “%(value)s” does not have"),
    Code.ADDRESS_SENT: _("the delivery address was already given to a supplier and can no longer be changed"),
}


@dataclass(frozen=True)
class Problem:
    """One thing wrong. `row` counts the order's lines from 1; without a row it concerns the order itself."""

    code: Code
    field: str
    row: int | None = None
    value: object = None
    limit: int | None = None

    @property
    def message(self) -> str:
        return str(SENTENCES[self.code]) % {"value": self.value, "limit": self.limit}


class OrderRefused(Exception):
    """The order is refused whole; nothing was changed. `problems` names every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.row or 'order'} {p.field}: {p.code}" for p in self.problems))


class AmendmentRefused(OrderRefused):
    """We have this order, and it can no longer be changed in this way. `number` is ours."""

    def __init__(self, number: str, problems: Iterable[Problem]) -> None:
        super().__init__(problems)
        self.number = number
