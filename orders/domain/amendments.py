"""Carrying out an amendment: lines added, removed and changed, promises released, everything on the record."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import F, Sum

from customers.domain.customers import find_or_create
from orders.domain.allocations import release_line
from orders.domain.amending import Amendment, LineChange, LineState, OrderState, plan_amendment
from orders.domain.problems import AmendmentRefused
from orders.domain.settlements import DIFFERENCE
from orders.events import OrderReceived
from orders.models import Allocation, LineStatus, Order, OrderLine, OrderStatus
from orders.models.allocation import RESERVED
from orders.models.case import OPEN_CASES
from stocke.channels.incoming import IncomingLine, IncomingOrder
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.events import publish
from stocke.products.models import Product
from suppliers.domain.reserving import lock_offers

JUDGED = [LineStatus.SAFE, LineStatus.DOUBTFUL, LineStatus.ASKED, LineStatus.CONFIRMED]
NEEDED = ("lines__product", "lines__cases", "lines__refunds")
PLAIN_FIELDS = ("shipping_cents", "promised_on", "ship_to", "note")


def state_of(order: Order) -> OrderState:
    """The order as the plan must see it; prefetch `NEEDED` for many."""
    return OrderState(
        status=order.status,
        currency=order.currency,
        email=order.customer.email,
        shipping_cents=order.shipping_cents,
        promised_on=order.promised_on,
        ship_to=order.ship_to,
        note=order.note,
        lines=tuple(
            LineState(
                line_id=line.pk,
                external_id=line.external_id,
                sku=line.ordered_sku,
                sent_sku=line.product.sku if line.product else line.ordered_sku,
                quantity=line.quantity,
                unit_price_cents=line.unit_price_cents,
                status=line.status,
                in_case=any(case.status in OPEN_CASES for case in line.cases.all()),
                gave_back=any(refund.reason == DIFFERENCE for refund in line.refunds.all()),
            )
            for line in sorted(order.lines.all(), key=lambda line: line.position)
            if line.status != LineStatus.CANCELLED or line.cancel_asked_at
        ),
    )


def amend(
    order: Order, incoming: IncomingOrder, products: Mapping[str, Product], *, digest: str, by: Actor
) -> None:
    """Make the order what was sent. Call with the order locked. Raises AmendmentRefused and changes nothing.

    A line that was changed or added is verified anew; an order that was confirmed then waits for a person.
    """
    fresh = Order.objects.prefetch_related(*NEEDED).get(pk=order.pk)
    plan = plan_amendment(state_of(fresh), incoming)
    if plan.problems:
        raise AmendmentRefused(order.number, plan.problems)
    hold_promised(order)
    by_id = {line.pk: line for line in fresh.lines.all()}
    for removed in plan.removed:
        withdraw(by_id[removed.line_id], LineStatus.CANCELLED, by=by)
    for change in plan.changed:
        change_line(by_id[change.line.line_id], change, by=by)
    add_lines(order, plan.added, products)
    change_header(order, plan, incoming, by=by)
    write_down(order, plan, by=by)
    set_on_its_way(order, digest)


def hold_promised(order: Order) -> None:
    """Lock every offer that the order has units of in one go: its lines release them in an order of their own."""
    promises = Allocation.objects.filter(line__order=order, status__in=RESERVED)
    lock_offers(set(promises.values_list("offer", flat=True)))


def withdraw(line: OrderLine, status: LineStatus, *, by: Actor) -> None:
    """Release what the line was promised and give it a new status."""
    release_line(line, reason="amended", by=by)
    line.status = status
    line.save(update_fields=["status"])


def change_line(line: OrderLine, change: LineChange, *, by: Actor) -> None:
    line.quantity, line.unit_price_cents = change.incoming.quantity, change.incoming.unit_price_cents
    line.save(update_fields=["quantity", "unit_price_cents"])
    if change.moves_quantity:
        withdraw(line, LineStatus.NEW, by=by)


def add_lines(order: Order, added: Iterable[IncomingLine], products: Mapping[str, Product]) -> None:
    last = max(order.lines.values_list("position", flat=True), default=0)
    OrderLine.objects.bulk_create(
        [
            OrderLine(
                order=order,
                position=position,
                external_id=line.external_id,
                ordered_sku=line.sku,
                ordered_name=line.name[:250] or products[line.sku].name,
                product=products[line.sku],
                quantity=line.quantity,
                unit_price_cents=line.unit_price_cents,
                promised_on=order.promised_on,
            )
            for position, line in enumerate(added, start=last + 1)
        ]
    )


def change_header(order: Order, plan: Amendment, incoming: IncomingOrder, *, by: Actor) -> None:
    before = order.promised_on
    for name in PLAIN_FIELDS:
        if name in plan.header:
            setattr(order, name, plan.header[name][1])
    if "email" in plan.header:
        who = incoming.customer
        order.customer = find_or_create(
            email=who.email,
            first_name=who.first_name,
            last_name=who.last_name,
            phone=who.phone,
            language=who.language,
            country=who.country,
            by=by,
        )
    if "promised_on" in plan.header:
        # A line with another day has a promise of its own: a customer agreed to wait, or to a substitute.
        order.lines.filter(promised_on=before).update(promised_on=order.promised_on)
    if plan.is_earlier:
        for line in order.lines.filter(status__in=JUDGED):
            withdraw(line, LineStatus.NEW, by=by)


def write_down(order: Order, plan: Amendment, *, by: Actor) -> None:
    """What changed, before and after; addresses and e-mails only by the fact that they changed."""
    private = {"email", "ship_to", "note"}
    shown = {name: pair for name, pair in plan.header.items() if name not in private}
    record(
        order,
        "order.amended",
        by=by,
        before={name: _json(before) for name, (before, _after) in shown.items()},
        after={name: _json(after) for name, (_before, after) in shown.items()},
        added=[{"sku": line.sku, "quantity": line.quantity} for line in plan.added],
        removed=[{"sku": line.sku, "quantity": line.quantity} for line in plan.removed],
        changed=[_changed(change) for change in plan.changed],
        private=sorted(private & plan.header.keys()),
    )


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _changed(change: LineChange) -> dict[str, object]:
    line, sent = change.line, change.incoming
    return {
        "sku": line.sku,
        "quantity": [line.quantity, sent.quantity],
        "unit_price_cents": [line.unit_price_cents, sent.unit_price_cents],
    }


def set_on_its_way(order: Order, digest: str) -> None:
    """Total and digest; an order with something to verify goes back to verification."""
    lines = OrderLine.objects.filter(order=order).exclude(status=LineStatus.CANCELLED, cancel_asked_at=None)
    goods = lines.aggregate(cents=Sum(F("quantity") * F("unit_price_cents")))["cents"] or 0
    order.total_cents, order.digest = goods + order.shipping_cents, digest
    if lines.filter(status=LineStatus.NEW).exists() or order.status == OrderStatus.TO_VERIFY:
        order.status = OrderStatus.RECEIVED
    order.save(update_fields=["total_cents", "digest", "status", "customer", *PLAIN_FIELDS])
    if order.status == OrderStatus.RECEIVED:
        publish(OrderReceived(order.pk))
