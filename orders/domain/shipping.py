"""Parcels: announced once, followed by what their carriers say, and what follows for lines and orders.

Lock order: the order, then its lines, then the shipment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from orders.domain.carriers import carrier_of, normalised
from orders.domain.confirmation import lock_order
from orders.domain.tracking import Scan, move_lines, note_scan
from orders.events import ShipmentSent
from orders.models import (
    LineStatus,
    Order,
    OrderLine,
    PurchaseOrder,
    Shipment,
    ShipmentLine,
    ShipmentState,
)
from orders.queries.shipments import units_sent
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.events import publish

SENT_BACK = frozenset({LineStatus.REFUNDED, LineStatus.VOUCHERED, LineStatus.CANCELLED})
LONGEST_NUMBER = 60


class NotShippable(Exception):
    """The parcel cannot be what was said of it; nothing was changed. `code` is a word for the page."""

    def __init__(self, code: str, line_id: int | None = None) -> None:
        super().__init__(code)
        self.code, self.line_id = code, line_id


@dataclass(frozen=True)
class Parcel:
    """What somebody says has left: units by line id, and how it can be followed.

    `carrier` may be a key, a name or empty: then it is told from the number. `handed_at` is the carrier's first scan,
    None when nobody saw it yet.
    """

    units: Mapping[int, int]
    tracking_number: str = ""
    carrier: str = ""
    handed_at: datetime | None = None


@transaction.atomic
def announce(
    order_id: int, parcel: Parcel, *, by: Actor, purchase: PurchaseOrder | None = None
) -> tuple[Shipment, bool]:
    """Write a parcel down; the shipment, and whether it is new.

    The same tracking number twice is one parcel: a second call changes nothing. Raises NotShippable("empty"),
    ("line") for a line that is not of this order or was given up, ("quantity") beyond what is still to be sent, and
    ("number") for a number longer than any carrier's.
    """
    order = lock_order(order_id)
    number = normalised(parcel.tracking_number)
    if (
        known := Shipment.objects.filter(order=order, tracking_number=number)
        .exclude(tracking_number="")
        .first()
    ):
        return known, False
    if len(number) > LONGEST_NUMBER:
        raise NotShippable("number")
    lines = checked(order, parcel.units)
    shipment = Shipment.objects.create(
        order=order,
        purchase_order=purchase,
        carrier=carrier_of(number, parcel.carrier),
        tracking_number=number,
        announced_at=timezone.now(),
    )
    ShipmentLine.objects.bulk_create(
        [ShipmentLine(shipment=shipment, line=line, quantity=parcel.units[line.pk]) for line in lines]
    )
    told = {line.ordered_sku: parcel.units[line.pk] for line in lines}
    record(
        order,
        "shipment.announced",
        by=by,
        shipment=shipment.pk,
        carrier=shipment.carrier,
        number=number,
        lines=list(told.items()),
    )
    if parcel.handed_at is not None:
        note_scan(shipment, Scan(parcel.handed_at, ShipmentState.IN_TRANSIT))
    move_lines(order, lines, by=by)
    publish(ShipmentSent(shipment.pk))
    return shipment, True


def checked(order: Order, units: Mapping[int, int]) -> Sequence[OrderLine]:
    """The lines in a parcel, held by the order's lock. Raises NotShippable."""
    if not units or any(quantity < 1 for quantity in units.values()):
        raise NotShippable("empty")
    lines = list(order.lines.filter(pk__in=units).order_by("position"))
    strange = units.keys() - {line.pk for line in lines}
    given_up = [line.pk for line in lines if line.status in SENT_BACK]
    if strange or given_up:
        raise NotShippable("line", next(iter([*strange, *given_up])))
    sent = units_sent(line.pk for line in lines)
    for line in lines:
        if units[line.pk] > line.quantity - sent[line.pk]:
            raise NotShippable("quantity", line.pk)
    return lines
