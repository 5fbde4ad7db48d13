"""A person confirms an order on the desk, with the proposed source of each line or another; and changes his mind."""

from collections.abc import Collection, Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from orders.domain.allocations import Promise, allocate_many, release_allocations
from orders.domain.evidence import choice_in, choosable_in
from orders.domain.purchase_messages import letters_of, take_back
from orders.domain.question_rows import withdraw_of_lines
from orders.domain.sourcing import Part
from orders.domain.transmissions import has_left, lock_transmissions
from orders.domain.verification import verify_order
from orders.events import OrderConfirmed
from orders.models import (
    Allocation,
    Answer,
    LineStatus,
    Order,
    OrderLine,
    OrderStatus,
    PurchaseOrder,
    PurchaseOrderLine,
)
from orders.models.allocation import COUNTED
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.domain.outbox import NotPossible
from stocke.core.events import publish
from suppliers.domain.reserving import lock_offers
from suppliers.queries.sources import sources_of

DECIDABLE = [LineStatus.SAFE, LineStatus.DOUBTFUL, LineStatus.ASKED]


class NotConfirmable(Exception):
    """The order cannot be confirmed as it is; nothing was changed. `code` says why.

    "status": it does not wait for verification any more. "unverified": a line was not judged yet. "nothing": no
    line can be confirmed. "source": a chosen offer is not among the line's sources.
    """

    def __init__(self, order: Order, code: str) -> None:
        super().__init__(f"order {order.number}: {code}")
        self.order, self.code = order, code


class TooLate(Exception):
    """The confirmation has left the house already, or was never given; nothing was changed."""


@transaction.atomic
def confirm_order(order_id: int, *, by: Actor, choices: Mapping[int, int] | None = None) -> Order:
    """Promise every line that can be promised, and confirm the order. Lines in a stockout case stay with their case.

    A line whose supplier was asked first is confirmed, too: the person has decided, and the question is withdrawn.
    `choices` are offers by line id, where the person prefers another source than the proposed one. Raises
    NotConfirmable, or OfferExhausted when a source has not enough left; then nothing is changed.
    """
    order = lock_order(order_id)
    lines = list(order.lines.order_by("position"))
    refuse_what_cannot_be(order, lines)
    wanted = {line.pk: parts_for(order, line, choices or {}) for line in lines if line.status in DECIDABLE}
    promises = move_promises([line for line in lines if line.pk in wanted], wanted, by=by)
    withdraw_of_lines(wanted)
    OrderLine.objects.filter(pk__in=wanted).update(status=LineStatus.CONFIRMED)
    order.status, order.confirmed_at = OrderStatus.CONFIRMED, timezone.now()
    order.save(update_fields=["status", "confirmed_at"])
    record(
        order,
        "order.confirmed",
        by=by,
        before={"status": OrderStatus.TO_VERIFY.value},
        after={"status": OrderStatus.CONFIRMED.value},
        promised=[[one.line_id, one.offer_id, one.quantity] for one in promises],
        doubtful=[line.ordered_sku for line in lines if line.status == LineStatus.DOUBTFUL],
    )
    publish(OrderConfirmed(order.pk))
    return order


def lock_order(order_id: int) -> Order:
    return Order.objects.select_for_update(no_key=True).get(pk=order_id)


def refuse_what_cannot_be(order: Order, lines: Sequence[OrderLine]) -> None:
    statuses = {line.status for line in lines}
    if order.status != OrderStatus.TO_VERIFY:
        raise NotConfirmable(order, "status")
    if LineStatus.NEW in statuses:
        raise NotConfirmable(order, "unverified")
    if not statuses & set(DECIDABLE):
        raise NotConfirmable(order, "nothing")


def parts_for(order: Order, line: OrderLine, choices: Mapping[int, int]) -> tuple[Part, ...]:
    """The person's choice, which must be a source that was shown; else what verification proposed."""
    proposed = choice_in(line.evidence)
    chosen = choices.get(line.pk)
    if chosen is None or [part.offer_id for part in proposed] == [chosen]:
        return proposed
    if chosen not in choosable_in(line.evidence, line.quantity):
        raise NotConfirmable(order, "source")
    return (Part(chosen, line.quantity),)


def move_promises(
    lines: Sequence[OrderLine], wanted: Mapping[int, tuple[Part, ...]], *, by: Actor
) -> list[Promise]:
    """Hold what is wanted and not held yet; release what is held and not wanted. All or nothing."""
    held = (
        Allocation.objects.filter(line__in=lines, status__in=COUNTED)
        .select_related("line__order")
        .order_by("pk")
    )
    have = {(one.line_id, one.offer_id, one.quantity): one for one in held}
    want = {(line, part.offer_id, part.quantity) for line, parts in wanted.items() for part in parts}
    lock_offers({offer for _, offer, _ in have.keys() | want})
    release_allocations((one for key, one in have.items() if key not in want), reason="other_source", by=by)
    promises = [Promise(*key) for key in sorted(want - have.keys())]
    allocate_many(promises)
    return promises


@transaction.atomic
def unconfirm_order(order_id: int, *, by: Actor) -> Order:
    """Take a confirmation back while its letters are still in the house: the order waits on the desk again.

    Raises TooLate, and changes nothing, once a letter to a supplier or to the customer is being sent or an answer
    has come.
    """
    order = lock_order(order_id)
    if order.status != OrderStatus.CONFIRMED or is_answered(order):
        raise TooLate(order.number)
    asked = list(PurchaseOrder.objects.filter(order=order).values_list("pk", flat=True))
    if any(has_left(one) for one in lock_transmissions(asked)):
        raise TooLate(order.number)
    try:
        take_back(letters_of(order), by=by)
    except NotPossible:
        raise TooLate(order.number) from None
    release_all(order, by=by)
    order.status = OrderStatus.RECEIVED
    order.save(update_fields=["status"])
    record(
        order,
        "order.unconfirmed",
        by=by,
        before={"status": OrderStatus.CONFIRMED.value},
        after={"status": OrderStatus.TO_VERIFY.value},
    )
    verify_order(order.pk, by=by)
    order.refresh_from_db()
    return order


def is_answered(order: Order) -> bool:
    """Whether a supplier has answered for a line of this order; he may have been asked by telephone."""
    lines = PurchaseOrderLine.objects.filter(purchase_order__order=order)
    return lines.exclude(answer__in=[Answer.NONE, Answer.WITHDRAWN]).exists()


def release_all(order: Order, *, by: Actor) -> None:
    """Give back what the confirmation promised, and have those lines judged anew."""
    lines = order.lines.filter(status__in=[LineStatus.CONFIRMED, LineStatus.ORDERED])
    promises = list(
        Allocation.objects.filter(line__in=lines, status__in=COUNTED)
        .select_related("line__order")
        .order_by("pk")
    )
    lock_offers({one.offer_id for one in promises} | offers_of(lines.values_list("product_id", flat=True)))
    release_allocations(promises, reason="undone", by=by)
    lines.update(status=LineStatus.NEW)


def offers_of(product_ids: Collection[int | None]) -> set[int]:
    """Every offer that verification may look at: held together, because they are released and promised in one act."""
    known = [product for product in product_ids if product is not None]
    return {one.offer_id for offers in sources_of(known).values() for one in offers}
