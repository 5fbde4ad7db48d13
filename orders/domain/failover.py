"""What follows a supplier's "no": the next source, twice at most, else a case; in doubt, a person on the desk."""

from collections.abc import Iterable

from django.utils import timezone

from orders.domain.cases import open_case
from orders.domain.purchase_messages import reminders_to
from orders.domain.resourcing import missing_units, source_again, source_rest
from orders.domain.sourcing import Verdict
from orders.domain.splitting import leave_missing_to_case
from orders.events import OrderConfirmed
from orders.models import (
    Allocation,
    AllocationStatus,
    Answer,
    CaseCause,
    LineStatus,
    Order,
    OrderLine,
    OrderStatus,
    PurchaseOrderLine,
    RefusalReason,
)
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.events import publish

OPEN = [LineStatus.ORDERED, LineStatus.CONFIRMED, LineStatus.ACCEPTED, LineStatus.SHORT]
# Two hops over the backup list: a customer does not wait for a fourth supplier to say no.
MAX_REFUSALS = 2


def serve_missing(order: Order, line_ids: Iterable[int], *, by: Actor) -> None:
    """Bring each line to the status that the answers gave it. The caller holds the order and all offers concerned."""
    for line in order.lines.filter(pk__in=set(line_ids), status__in=OPEN).order_by("position"):
        line.order = order
        leave_missing_to_case(line, by=by)
        if line.status == LineStatus.SHORT:
            continue
        if missing := missing_units(line):
            replace_units(line, missing, by=by)
        else:
            set_status(line)
    if order.lines.filter(status=LineStatus.CONFIRMED).exists():
        publish(OrderConfirmed(order.pk))


def set_status(line: OrderLine) -> None:
    """*Accepted* once every promise of the line is; until then it stays as it is."""
    if not Allocation.objects.filter(line=line, status=AllocationStatus.HELD).exists():
        line.status = LineStatus.ACCEPTED
        line.save(update_fields=["status"])


def replace_units(line: OrderLine, missing: int, *, by: Actor) -> None:
    refusals = refusals_of(line)
    if len(refusals) <= MAX_REFUSALS:
        verdict = next_source(line, missing, refusals, by=by)
        if verdict == Verdict.SAFE:
            return
        if verdict == Verdict.DOUBTFUL:
            send_to_desk(line.order, by=by)
            return
    last = next((one for one in reversed(refusals) if one.allocation.line_id == line.pk), refusals[-1])
    cause, facts = cause_of(last, line.quantity - missing, line.quantity)
    open_case(line, cause=cause, facts=facts, by=by, quantity=missing)


def refusals_of(line: OrderLine) -> list[PurchaseOrderLine]:
    """Every "no" and "not all" so far to what was ordered as this line, parted off or not; the newest last."""
    ordered = OrderLine.objects.filter(
        order=line.order_id, external_id=line.external_id, ordered_sku=line.ordered_sku
    )
    answered = PurchaseOrderLine.objects.filter(
        allocation__line__in=ordered, answer__in=[Answer.REJECTED, Answer.PART]
    )
    return list(
        answered.select_related("purchase_order__supplier", "allocation").order_by("purchase_order_id", "pk")
    )


def next_source(line: OrderLine, missing: int, refusals: list[PurchaseOrderLine], *, by: Actor) -> Verdict:
    """Serve the missing units from another offer; a part of a line from a second supplier only where policy allows."""
    refused_by = frozenset(one.allocation.offer_id for one in refusals)
    if missing == line.quantity:
        return source_again(line, by=by, refused_by=refused_by, asks=True)
    return source_rest(line, missing, by=by, refused_by=refused_by, asks=True)


def send_to_desk(order: Order, *, by: Actor) -> None:
    """A source exists, but not one that we confirm without a person, or without its supplier's word."""
    if order.status == OrderStatus.CONFIRMED:
        Order.objects.filter(pk=order.pk).update(status=OrderStatus.TO_VERIFY)
        order.status = OrderStatus.TO_VERIFY
        record(
            order,
            "order.returned",
            by=by,
            before={"status": OrderStatus.CONFIRMED.value},
            after={"status": OrderStatus.TO_VERIFY.value},
        )


def cause_of(refusal: PurchaseOrderLine, confirmed: int, ordered: int) -> tuple[CaseCause, dict[str, object]]:
    """The cause that the last refusal is the record of."""
    purchase, now = refusal.purchase_order, timezone.now().isoformat()
    facts: dict[str, object] = {
        "supplier": purchase.supplier.name,
        "purchase": purchase.number,
        "reason": refusal.reason,
        "sent_at": (purchase.asked_at or purchase.created_at).isoformat(),
        "refused_at": now,
        "restock_on": refusal.restock_on.isoformat() if refusal.restock_on else "",
    }
    if refusal.reason == RefusalReason.NO_ANSWER:
        return CaseCause.NO_ANSWER, {**facts, "reminders": reminders_to(purchase)}
    if refusal.reason == RefusalReason.MINIMUM:
        # We turned away ourselves: without a refusal on the record, no letter claims one.
        return CaseCause.SUPPLIER_REFUSED, {**facts, "refused_at": ""}
    if refusal.reason == RefusalReason.DISCONTINUED:
        return CaseCause.DISCONTINUED, {**facts, "noticed_at": now}
    if confirmed:
        return CaseCause.SUPPLIER_SHORT, {
            **facts,
            "quantity_confirmed": confirmed,
            "quantity_ordered": ordered,
        }
    return CaseCause.SUPPLIER_REFUSED, facts
