"""Parcels that a supplier announces in a file: the rows of our own purchase order with a tracking number on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orders.domain.acknowledgements import meant_by
from orders.domain.answer_files import NotReadable, whole, word
from orders.domain.carriers import normalised
from orders.domain.shipping import LONGEST_NUMBER, NotShippable, Parcel, announce
from orders.models import Answer, PurchaseOrder, Shipment
from orders.queries.shipments import units_to_send_by
from stocke.core.actors import Actor


@dataclass(frozen=True)
class SentLine:
    """One row: units of one line in one parcel. Without a quantity, all that is still to be sent of it."""

    row: int
    purchase: str
    line: int | None
    sku: str
    quantity: int | None
    tracking_number: str
    carrier: str


@dataclass(frozen=True)
class ParcelResult:
    """What became of one parcel. `code`: "new", "known", or why it was not taken."""

    number: str
    tracking_number: str
    code: str
    row: int | None = None


def sent_lines(rows: Sequence[Mapping[str, Any]]) -> list[SentLine]:
    """The rows that name a tracking number. Raises NotReadable, naming row and column."""
    return [sent_in(row, at) for at, row in enumerate(rows, start=1) if word(row, "tracking_number")]


def sent_in(row: Mapping[str, Any], at: int) -> SentLine:
    number = word(row, "tracking_number").removeprefix("'")
    if not word(row, "purchase_order"):
        raise NotReadable("purchase_order", at)
    if len(number) > LONGEST_NUMBER:
        raise NotReadable("tracking_number", at)
    return SentLine(
        at,
        word(row, "purchase_order"),
        whole(row, "line", at),
        word(row, "sku"),
        whole(row, "quantity", at),
        number,
        word(row, "carrier"),
    )


def take_parcels(lines: Sequence[SentLine], *, supplier_id: int, by: Actor) -> list[ParcelResult]:
    """Announce each parcel of this supplier, whole or not at all. The same file again announces nothing new."""
    parcels: dict[tuple[str, str], list[SentLine]] = {}
    for line in lines:
        parcels.setdefault((line.purchase, line.tracking_number), []).append(line)
    return [take_parcel(*named, told, supplier_id=supplier_id, by=by) for named, told in parcels.items()]


def take_parcel(
    number: str, tracking_number: str, lines: Sequence[SentLine], *, supplier_id: int, by: Actor
) -> ParcelResult:
    purchase = PurchaseOrder.objects.filter(number=number, supplier=supplier_id).first()
    if purchase is None:
        return ParcelResult(number, tracking_number, "unknown")
    known = Shipment.objects.filter(order=purchase.order_id, tracking_number=normalised(tracking_number))
    if known.exists():
        return ParcelResult(number, tracking_number, "known")
    try:
        parcel = Parcel(units_of(purchase, lines), tracking_number, lines[0].carrier)
        _shipment, is_new = announce(purchase.order_id, parcel, by=by, purchase=purchase)
    except NotReadable as problem:
        return ParcelResult(number, tracking_number, problem.code, problem.row)
    except NotShippable as problem:
        return ParcelResult(number, tracking_number, problem.code)
    return ParcelResult(number, tracking_number, "new" if is_new else "known")


def units_of(purchase: PurchaseOrder, lines: Sequence[SentLine]) -> dict[int, int]:
    """Units by order line. Raises NotReadable("line") for a row that fits no single line of this purchase order."""
    asked = list(
        purchase.lines.exclude(answer__in=[Answer.WITHDRAWN, Answer.REJECTED]).select_related(
            "allocation__offer"
        )
    )
    left, units = units_to_send_by(purchase), dict[int, int]()
    for told in lines:
        fitting = meant_by(asked, told.line, told.sku)
        if len(fitting) != 1:
            raise NotReadable("line", told.row)
        line_id = fitting[0].allocation.line_id
        quantity = left.get(line_id, 0) if told.quantity is None else told.quantity
        units[line_id] = units.get(line_id, 0) + quantity
        if units[line_id] > left.get(line_id, 0):
            raise NotReadable("quantity", told.row)
    return units
