"""What carriers say of a parcel, and where that leaves its lines and its order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from orders.domain.confirmation import lock_order
from orders.models import LineStatus, Order, OrderLine, OrderStatus, Shipment, ShipmentState, TrackingEvent
from orders.models.order import ENDED
from orders.queries.shipments import units_sent
from stocke.core.actors import Actor
from stocke.core.domain.history import record

# Lines that are still to be sent, or were: only these are moved by parcels.
MOVED = [
    LineStatus.CONFIRMED,
    LineStatus.ORDERED,
    LineStatus.ACCEPTED,
    LineStatus.SHIPPED,
    LineStatus.DELIVERED,
]


@dataclass(frozen=True)
class Scan:
    """One thing that a carrier said; `at` is when it happened, by his clock."""

    at: datetime
    state: ShipmentState
    text: str = ""
    place: str = ""


@transaction.atomic
def note_scans(shipment_id: int, scans: Iterable[Scan], *, by: Actor) -> Shipment:
    """Put a carrier's news on the record, in any order and as often as it comes; the parcel as it stands then.

    The newest scan tells the state; the first that is no mere label tells when it was handed over. A parcel that came
    back and whose units have left anew stays *returned*, whatever is said of it then. Idempotent.
    """
    order = lock_order(Shipment.objects.values_list("order_id", flat=True).get(pk=shipment_id))
    shipment = Shipment.objects.select_for_update(no_key=True).get(pk=shipment_id)
    before = shipment.state
    for scan in scans:
        note_scan(shipment, scan)
    if shipment.state != before:
        record(
            order,
            "shipment.moved",
            by=by,
            shipment=shipment.pk,
            number=shipment.tracking_number,
            before={"state": before},
            after={"state": shipment.state},
        )
    lines = list(order.lines.filter(shipped__shipment=shipment).order_by("position"))
    move_lines(order, lines, by=by)
    return shipment


def note_scan(shipment: Shipment, scan: Scan) -> None:
    """Keep one scan and what it says of the parcel. The caller holds the order."""
    TrackingEvent.objects.get_or_create(
        shipment=shipment,
        at=scan.at,
        state=scan.state,
        text=scan.text[:250],
        defaults={"place": scan.place[:120]},
    )
    if scan.state != ShipmentState.LABEL:
        shipment.handed_at = min(filter(None, [shipment.handed_at, scan.at]))
    is_news = shipment.last_event_at is None or scan.at >= shipment.last_event_at
    if is_news and not was_sent_anew(shipment):
        shipment.state, shipment.last_event_at = scan.state, scan.at
        shipment.delivered_at = scan.at if scan.state == ShipmentState.DELIVERED else None
    shipment.save(update_fields=["state", "handed_at", "delivered_at", "last_event_at"])


def was_sent_anew(shipment: Shipment) -> bool:
    """Whether it came back and its units are in another parcel by now: then they must not count twice."""
    if shipment.state != ShipmentState.RETURNED:
        return False
    entries = list(shipment.lines.select_related("line"))
    sent = units_sent(entry.line_id for entry in entries)
    return any(sent[entry.line_id] + entry.quantity > entry.line.quantity for entry in entries)


def move_lines(order: Order, lines: Sequence[OrderLine], *, by: Actor) -> None:
    """Give lines the status that their parcels have earned: all sent, all delivered, or neither any more."""
    ids = [line.pk for line in lines]
    sent, arrived = units_sent(ids), units_sent(ids, state=ShipmentState.DELIVERED)
    for line in lines:
        status = status_of(line, sent[line.pk], arrived[line.pk])
        if status != line.status and line.status in MOVED:
            line.status = status
            line.save(update_fields=["status"])
    settle_order(order, by=by)


def status_of(line: OrderLine, sent: int, arrived: int) -> str:
    """Delivered or shipped once that is true of every unit; a line whose parcel came back is owed again."""
    if arrived >= line.quantity:
        return LineStatus.DELIVERED
    if sent >= line.quantity:
        return LineStatus.SHIPPED
    was_sent = line.status in (LineStatus.SHIPPED, LineStatus.DELIVERED)
    return LineStatus.ACCEPTED if was_sent else line.status


def settle_order(order: Order, *, by: Actor) -> None:
    """Done once nothing is under way any more and something arrived; open again when a parcel came back."""
    statuses = set(order.lines.values_list("status", flat=True))
    arrived = LineStatus.DELIVERED in statuses and statuses <= {*ENDED} - {LineStatus.SHIPPED}
    before, after = OrderStatus(order.status), OrderStatus.DONE if arrived else OrderStatus.CONFIRMED
    if before == after or before not in (OrderStatus.CONFIRMED, OrderStatus.DONE):
        return
    order.status = after
    order.save(update_fields=["status"])
    if after == OrderStatus.DONE:
        record(order, "order.delivered", by=by, before={"status": before}, after={"status": after})
