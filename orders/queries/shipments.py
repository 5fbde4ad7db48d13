"""Questions about parcels: what was sent, what arrived."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet, Sum

from orders.models import Answer, LineStatus, OrderLine, PurchaseOrder, Shipment, ShipmentLine, ShipmentState

TO_SEND = [LineStatus.CONFIRMED, LineStatus.ORDERED, LineStatus.ACCEPTED]


def units_sent(line_ids: Iterable[int], *, state: str = "") -> Counter[int]:
    """Units in parcels by line, in parcels of this state if one is given; parcels that came back do not count."""
    entries = ShipmentLine.objects.filter(line__in=list(line_ids))
    entries = entries.exclude(shipment__state=ShipmentState.RETURNED)
    if state:
        entries = entries.filter(shipment__state=state)
    sent = entries.order_by().values("line").annotate(units=Sum("quantity"))
    return Counter({row["line"]: row["units"] for row in sent})


def shipments_of(order_id: int) -> QuerySet[Shipment]:
    """The parcels of an order with what is in them and what was said of them, the newest first."""
    found = Shipment.objects.filter(order=order_id).select_related("purchase_order__supplier")
    return found.prefetch_related("lines__line", "events").order_by("-pk")


def units_to_send(lines: Iterable[OrderLine]) -> dict[int, int]:
    """What is still to be sent of each line; nothing of what was given up."""
    wanted = {line.pk: line.quantity for line in lines if line.status in TO_SEND}
    sent = units_sent(wanted)
    return {pk: quantity - sent[pk] for pk, quantity in wanted.items() if quantity > sent[pk]}


def units_to_send_by(purchase: PurchaseOrder) -> dict[int, int]:
    """What this supplier accepted, has not taken back, and is still to send, by order line."""
    accepted: Counter[int] = Counter()
    stands = purchase.lines.filter(answer__in=[Answer.ACCEPTED, Answer.PART])
    for asked in stands.select_related("allocation"):
        accepted[asked.allocation.line_id] += asked.accepted_quantity or 0
    owed = units_to_send(OrderLine.objects.filter(pk__in=accepted))
    return {line: min(left, accepted[line]) for line, left in owed.items() if accepted[line]}


def shipments_by(purchase: PurchaseOrder) -> QuerySet[Shipment]:
    """The parcels of one purchase order, as they were announced."""
    return Shipment.objects.filter(purchase_order=purchase).order_by("pk")


def shipments_untold(*, since: datetime, until: datetime, limit: int = 500) -> list[int]:
    """Parcels announced between these moments of which no customer was told, the oldest first."""
    untold = Shipment.objects.filter(customer_told_at=None, announced_at__range=(since, until))
    return list(untold.order_by("announced_at", "pk").values_list("pk", flat=True)[:limit])
