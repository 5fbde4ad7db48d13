"""The rows of a supplier's own page: a number, or "I don't know"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from suppliers.domain.portal import LARGEST, Change, Stated, stated_in
from suppliers.models import Offer, QuantityKind


@dataclass(frozen=True)
class PortalRow:
    """One offer. `value` stands in its field, `hint` says what it states where that is no number."""

    offer: Offer
    seen: Stated
    value: str
    hint: str
    is_unknown: bool
    error: str = ""
    has_conflict: bool = False

    @property
    def name(self) -> str:
        return self.offer.name or (self.offer.product.name if self.offer.product else self.offer.supplier_sku)


def rows_of(offers: Sequence[Offer], conflicts: frozenset[int] = frozenset()) -> list[PortalRow]:
    """The rows as they stand."""
    return [row_of(offer, has_conflict=offer.pk in conflicts) for offer in offers]


def row_of(offer: Offer, *, has_conflict: bool = False) -> PortalRow:
    stock = offer.stock
    kind = QuantityKind(stock.kind)
    return PortalRow(
        offer=offer,
        seen=Stated(stock.kind, stock.quantity),
        value=str(stock.quantity) if kind == QuantityKind.EXACT else "",
        hint=hint_of(kind, stock.quantity),
        is_unknown=kind == QuantityKind.UNKNOWN,
        has_conflict=has_conflict,
    )


def hint_of(kind: QuantityKind, quantity: int | None) -> str:
    """What it states, where that is no number."""
    return {
        QuantityKind.EXACT: "",
        QuantityKind.AT_LEAST: _("at least %(n)s") % {"n": quantity},
        QuantityKind.FLAG: _("in stock"),
        QuantityKind.UNKNOWN: "",
    }[kind]


@dataclass(frozen=True)
class Typed:
    """What a supplier wrote: the changes, and the rows as he left them where something is to be corrected."""

    changes: Mapping[int, Change]
    rows: Sequence[PortalRow]

    @property
    def is_valid(self) -> bool:
        return not any(row.error for row in self.rows)


def typed(offers: Sequence[Offer], data: QueryDict) -> Typed:
    """The rows as they were sent back. A row that was not on his page, or that he left alone, is no change."""
    changes: dict[int, Change] = {}
    rows = []
    for offer in offers:
        row, change = typed_row(offer, data)
        rows.append(row)
        if change is not None:
            changes[offer.pk] = change
    return Typed(changes, rows)


def typed_row(offer: Offer, data: QueryDict) -> tuple[PortalRow, Change | None]:
    row = row_of(offer)
    seen = stated_in(data.get(f"seen_{offer.pk}", ""))
    if seen is None:
        return row, None
    text, unknown = data.get(f"q_{offer.pk}", "").strip(), f"unknown_{offer.pk}" in data
    wanted, error = wanted_of(text, seen, unknown=unknown)
    row = replace(row, seen=seen, value=text, is_unknown=unknown, error=error)
    return row, Change(seen, wanted) if wanted is not None and wanted != seen else None


def wanted_of(text: str, seen: Stated, *, unknown: bool) -> tuple[Stated | None, str]:
    """The statement in a row, or what is wrong with it. A number beats a tick that was forgotten in its row."""
    if text:
        if not text.isascii() or not text.isdecimal() or int(text) > LARGEST:
            return None, _("Write a whole number, or nothing.")
        return Stated(QuantityKind.EXACT, int(text)), ""
    if unknown:
        return Stated(QuantityKind.UNKNOWN), ""
    if seen.kind in (QuantityKind.EXACT, QuantityKind.UNKNOWN):
        return None, "" if seen.kind == QuantityKind.UNKNOWN else _("Write a number, or tick “I don’t know”.")
    return None, ""
