"""Purchase orders: after the confirmation, one to each supplier of the order, each asked once per promise."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from orders.domain.purchase_messages import tell_customer
from orders.domain.transmissions import hand_over, number_in, place_for
from orders.models import (
    Allocation,
    AllocationStatus,
    LineStatus,
    Order,
    OrderLine,
    OrderStatus,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderStatus,
    TransmissionStatus,
    Way,
)
from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from suppliers.domain.calendars import answer_due_at
from suppliers.models import Supplier


@transaction.atomic
def order_purchases(order_id: int, *, by: Actor) -> list[PurchaseOrder]:
    """Ask the suppliers for every confirmed line that nobody was asked for, and tell the customer once.

    Idempotent: a promise that stands on a purchase order is not asked for again. The letters wait until the
    confirmation can no longer be taken back.
    """
    order = Order.objects.select_for_update(no_key=True).get(pk=order_id)
    if order.status == OrderStatus.CANCELLED:
        return []
    by_supplier: dict[Supplier, list[Allocation]] = defaultdict(list)
    for allocation in unasked(order):
        by_supplier[allocation.offer.supplier].append(allocation)
    purchases = [ask(order, supplier, promises, by=by) for supplier, promises in by_supplier.items()]
    if purchases:
        asked = {promise.line_id for promises in by_supplier.values() for promise in promises}
        OrderLine.objects.filter(pk__in=asked).update(status=LineStatus.ORDERED)
    if order.status == OrderStatus.CONFIRMED:
        tell_customer(order, by=by)
    return purchases


def unasked(order: Order) -> list[Allocation]:
    """Promises of confirmed lines that stand on no purchase order, in the order of the backup of their suppliers."""
    held = Allocation.objects.filter(
        line__order=order,
        line__status=LineStatus.CONFIRMED,
        status=AllocationStatus.HELD,
        purchase_line=None,
    )
    return list(
        held.select_related("offer__supplier", "line__product").order_by("offer__supplier", "line__position")
    )


def ask(order: Order, supplier: Supplier, promises: Sequence[Allocation], *, by: Actor) -> PurchaseOrder:
    """Write the purchase order, and hand it over unless it waits for his cut-off."""
    now = timezone.now()
    transmission = place_for(supplier, now)
    purchase = PurchaseOrder.objects.create(
        number=number_in(transmission),
        supplier=supplier,
        order=order,
        transmission=transmission,
        status=PurchaseOrderStatus.PREPARED,
        answer_due_at=answer_due_at(supplier, transmission.cut_off_at or now),
    )
    PurchaseOrderLine.objects.bulk_create(
        [
            PurchaseOrderLine(
                purchase_order=purchase,
                allocation=promise,
                quantity=promise.quantity,
                cost_cents=promise.offer.cost_cents,
            )
            for promise in promises
        ]
    )
    told = {
        "purchase": purchase.number,
        "supplier": supplier.name,
        "lines": [[promise.line.ordered_sku, promise.quantity] for promise in promises],
        "way": transmission.way,
        "by_mail": transmission.way == Way.MAIL and bool(supplier.email),
        "cut_off_at": transmission.cut_off_at.isoformat() if transmission.cut_off_at else "",
    }
    record_all([Fact(subject, "purchase.created", data=told) for subject in (order, purchase)], by=by)
    if transmission.status != TransmissionStatus.COLLECTING:
        hand_over(transmission, by=by)
    purchase.refresh_from_db()
    return purchase
