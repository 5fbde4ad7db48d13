"""Parting a line in two, when only some of its units are missing."""

from collections.abc import Collection, Iterable

from django.db.models import Max

from orders.models import Allocation, AllocationStatus, LineStatus, OrderLine, PurchaseOrderLine, StockoutCase
from orders.models.allocation import COUNTED
from orders.models.case import OPEN_CASES
from stocke.core.actors import Actor
from stocke.core.domain.history import record

KEPT = [*COUNTED, AllocationStatus.CONTAINED]


def missing_part(case: StockoutCase, *, by: Actor) -> OrderLine:
    """The line that holds exactly the missing units: the case's own, or a new one parted from it.

    The units that are promised stay on the old line; what is kept for the customer's choice goes with the missing
    ones. The sum of both lines is what was bought. The caller holds the case.
    """
    line = case.line
    if case.quantity >= line.quantity:
        return line
    parted = part_off(line, case.quantity, by=by)
    Allocation.objects.filter(line=line, status=AllocationStatus.CHOSEN).update(line=parted)
    return parted


def part_off(line: OrderLine, quantity: int, *, by: Actor) -> OrderLine:
    """Give so many units, which nobody promises any more, a line of their own that is out of stock.

    The old line takes back the status that its promises give it. The caller holds the order.
    """
    order = line.order
    last = OrderLine.objects.filter(order=order).aggregate(last=Max("position"))["last"]
    parted = OrderLine.objects.create(
        order=order,
        position=last + 1,
        external_id=line.external_id,
        ordered_sku=line.ordered_sku,
        ordered_name=line.ordered_name,
        product=line.product,
        quantity=quantity,
        unit_price_cents=line.unit_price_cents,
        status=LineStatus.SHORT,
        promised_on=line.promised_on,
    )
    line.quantity -= quantity
    line.status = status_by_promises(line)
    line.save(update_fields=["quantity", "status"])
    record(
        order,
        "line.parted",
        by=by,
        before={"quantity": line.quantity + parted.quantity},
        after={"quantity": line.quantity},
        line=line.pk,
        parted=parted.pk,
        product=line.ordered_name,
    )
    return parted


def parted_from(lines: Iterable[OrderLine], known: Collection[int]) -> list[int]:
    """The lines that were parted from these since only `known` ones were there."""
    own = {(line.order_id, line.external_id, line.ordered_sku) for line in lines}
    made = OrderLine.objects.filter(order__in={order for order, *_bought in own}).exclude(pk__in=known)
    bought = made.order_by("pk").values_list("pk", "order", "external_id", "ordered_sku")
    return [pk for pk, *same in bought if tuple(same) in own]


def leave_missing_to_case(line: OrderLine, *, by: Actor) -> None:
    """If some units of this line are in an open case, give them a line of their own, so that the rest can go on.

    The caller holds the order, and brings the rest to its status when no promise covers it any more.
    """
    cases = StockoutCase.objects.select_related("line__order").filter(line=line, status__in=OPEN_CASES)
    case = cases.first()
    if case is None or case.quantity >= line.quantity:
        return
    case.line = missing_part(case, by=by)
    case.save(update_fields=["line"])
    line.refresh_from_db(fields=["quantity", "status"])
    if line.status == LineStatus.NEW:
        # A supplier has just taken back what covered it; it is still promised, and the caller serves it now.
        line.status = LineStatus.ORDERED


def status_by_promises(line: OrderLine) -> LineStatus:
    """How far the line is, judged by the promises behind it; *new* when they do not cover it."""
    promises = list(Allocation.objects.filter(line=line, status__in=KEPT))
    if sum(promise.quantity for promise in promises) < line.quantity:
        return LineStatus.NEW
    if all(promise.status != AllocationStatus.HELD for promise in promises):
        return LineStatus.ACCEPTED
    if PurchaseOrderLine.objects.filter(allocation__in=promises).exists():
        return LineStatus.ORDERED
    return LineStatus.CONFIRMED if line.order.confirmed_at else LineStatus.SAFE
