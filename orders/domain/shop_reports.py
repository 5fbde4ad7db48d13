"""What shops are to know of their orders: parcels, refunds and cancellations, each owed once."""

from collections import Counter

from orders.domain.carriers import CARRIERS
from orders.models import LineStatus, Order, Refund, Shipment
from orders.models.order import UNVERIFIED
from orders.queries.shipments import units_to_send
from stocke.channels.domain.reporting import owe
from stocke.channels.models import Channel, Report, ReportKind

# Nobody has decided yet whether something of such a line will be sent.
UNDECIDED = [*UNVERIFIED, LineStatus.SAFE, LineStatus.WAITING]


def report_parcel(shipment_id: int) -> Report | None:
    """Owe the shop this parcel; None where the order is of no connected shop."""
    found = Shipment.objects.select_related("order").prefetch_related("lines__line")
    shipment = found.get(pk=shipment_id)
    order, units = shipment.order, Counter[str]()
    for entry in shipment.lines.all():
        units[entry.line.external_id] += entry.quantity
    carrier = CARRIERS.get(shipment.carrier)
    facts = {
        "lines": {remote: quantity for remote, quantity in units.items() if remote},
        "carrier": carrier.name if carrier else shipment.carrier,
        "number": shipment.tracking_number,
        "url": carrier.link(shipment.tracking_number) if carrier else "",
        "completes": is_last(order),
    }
    key = f"parcel:{shipment.pk}"
    return owe(order.channel, key=key, kind=ReportKind.PARCEL, remote_order=order.external_id, facts=facts)


def is_last(order: Order) -> bool:
    """Whether nothing of the order is still to be sent, and its channel wants it completed then."""
    wants = Channel.objects.filter(slug=order.channel, completes_orders=True).exists()
    lines = list(order.lines.all())
    return wants and not units_to_send(lines) and not any(line.status in UNDECIDED for line in lines)


def report_refund(refund: Refund) -> Report | None:
    order = refund.line.order
    facts = {"amount_cents": refund.amount_cents, "currency": refund.currency}
    key = f"refund:{refund.pk}"
    return owe(order.channel, key=key, kind=ReportKind.REFUND, remote_order=order.external_id, facts=facts)


def report_cancellation(order: Order) -> Report | None:
    key = f"cancellation:{order.pk}"
    kind = ReportKind.CANCELLATION
    return owe(order.channel, key=key, kind=kind, remote_order=order.external_id, facts={})
