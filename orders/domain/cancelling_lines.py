"""Staff cancels lines of an order, or all of it, usually because the customer has asked for it.

What no supplier has accepted ends at once, and whoever was asked is told not to ship. What one has accepted is asked
back, and stands until he answers: goods that may be on their way are not called cancelled.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from orders.domain.allocations import release_allocations, release_chosen
from orders.domain.cancelling import ask
from orders.domain.cases import cancel_case
from orders.domain.confirmation import lock_order, offers_of
from orders.domain.ending import end_lines
from orders.domain.proposals import keep_letter
from orders.domain.purchase_messages import write_no_longer_needed
from orders.domain.splitting import part_off
from orders.models import (
    Allocation,
    AllocationStatus,
    Answer,
    CancelAnswer,
    Order,
    OrderLine,
    OrderStatus,
    PurchaseOrder,
    StockoutCase,
)
from orders.models.case import OPEN_CASES
from orders.models.order import ENDED
from orders.queries.orders import orders_in_full
from orders.queries.shipments import units_sent
from stocke.core.actors import Actor
from suppliers.domain.reserving import lock_offers

ACCEPTED = {AllocationStatus.ACCEPTED, AllocationStatus.CONTAINED}


class Fate(StrEnum):
    """What cancelling would do to a line. Only the first two do anything."""

    NOW = "now"
    ASKED = "asked"
    ASKING = "asking"
    TOO_LATE = "too_late"
    SENT = "sent"
    ENDED = "ended"


CANCELLABLE = {Fate.NOW, Fate.ASKED}


class CannotCancel(Exception):
    """Nothing was changed. `code` says why: "ended", the order is; "nothing", no line was named; "moved", a line is
    no longer as it was shown."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Cancellable:
    """One line, what cancelling would do to it, and all that hangs on it."""

    line: OrderLine
    fate: Fate
    accepted: Sequence[Allocation]
    held: Sequence[Allocation]
    cases: Sequence[StockoutCase]

    @property
    def asked_suppliers(self) -> list[str]:
        """Who accepted it, and is asked to cancel."""
        return [one.offer.supplier.name for one in self.accepted]

    @property
    def unanswered(self) -> list[Allocation]:
        """The promises that a supplier was asked for and has not answered."""
        return [one for one in self.held if _purchase(one)]


def fate_of(status: str, *, is_sent: bool, purchases: Sequence[PurchaseOrder]) -> Fate:
    """Pure: the status of a line, whether a parcel holds some of it, and the purchase orders that accepted it."""
    if status in ENDED:
        return Fate.ENDED
    if is_sent:
        return Fate.SENT
    if any(purchase.is_cancelling for purchase in purchases):
        return Fate.ASKING
    if any(purchase.cancel_answer == CancelAnswer.TOO_LATE for purchase in purchases):
        return Fate.TOO_LATE
    return Fate.ASKED if purchases else Fate.NOW


def cancellables(order: Order) -> list[Cancellable]:
    """Every line of an order that was read for its page, and what cancelling it would do. Changes nothing."""
    lines = list(order.lines.all())
    sent = units_sent(line.pk for line in lines)
    return [_cancellable(line, is_sent=sent[line.pk] > 0) for line in lines]


def _cancellable(line: OrderLine, *, is_sent: bool) -> Cancellable:
    promises = list(line.allocations.all())
    # A yes without a purchase order is only our own note: there is nobody to ask.
    accepted = [one for one in promises if one.status in ACCEPTED and _purchase(one)]
    held = [one for one in promises if one.status == AllocationStatus.HELD]
    purchases = [purchase for one in accepted if (purchase := _purchase(one))]
    cases = [case for case in line.cases.all() if case.status in OPEN_CASES]
    return Cancellable(
        line, fate_of(line.status, is_sent=is_sent, purchases=purchases), accepted, held, cases
    )


def _purchase(promise: Allocation) -> PurchaseOrder | None:
    asked = getattr(promise, "purchase_line", None)
    return asked.purchase_order if asked and asked.answer != Answer.WITHDRAWN else None


@transaction.atomic
def cancel_lines(order_id: int, seen: Mapping[int, str], *, by: Actor, why: str = "") -> list[Cancellable]:
    """Cancel lines, each of which must have the fate that was shown: `seen` is that fate by line id.

    Raises CannotCancel, and then nothing was changed.
    """
    lock_order(order_id)
    order = orders_in_full().get(pk=order_id)
    chosen = chosen_of(order, seen)
    for case in [case for one in chosen for case in one.cases]:
        cancel_case(case, by=by, why=why)
        keep_letter(case, by=by)
    hold_offers(order)
    for one in chosen:
        release_chosen(one.line, reason="called_off", by=by)
    asked = [one for one in chosen if one.fate == Fate.ASKED]
    rests = [rest for one in asked for rest in part_off_rest(one, by=by)]
    call_off(asked, by=by, why=why)
    end_lines(order, [*(one.line for one in chosen if one.fate == Fate.NOW), *rests], by=by, why=why)
    tell_unanswered(chosen, by=by)
    return chosen


def chosen_of(order: Order, seen: Mapping[int, str]) -> list[Cancellable]:
    if order.status in (OrderStatus.DONE, OrderStatus.CANCELLED):
        raise CannotCancel("ended")
    chosen = [one for one in cancellables(order) if one.line.pk in seen]
    if not seen:
        raise CannotCancel("nothing")
    if len(chosen) != len(seen) or any(
        one.fate not in CANCELLABLE or one.fate != seen[one.line.pk] for one in chosen
    ):
        raise CannotCancel("moved")
    return chosen


def hold_offers(order: Order) -> None:
    """Lock every offer with a promise to this order, and those by which its other lines may be served, in one go."""
    lines = list(order.lines.all())
    promised = {one.offer_id for line in lines for one in line.allocations.all()}
    lock_offers(promised | offers_of([line.product_id for line in lines]))


def part_off_rest(one: Cancellable, *, by: Actor) -> list[OrderLine]:
    """The units of a line that nobody has accepted, on a line of their own, which can end at once."""
    release_allocations(one.held, reason="called_off", by=by)
    rest = one.line.quantity - sum(promise.quantity for promise in one.accepted)
    return [part_off(one.line, rest, by=by)] if rest > 0 else []


def call_off(asked: Sequence[Cancellable], *, by: Actor, why: str) -> None:
    """Ask each supplier who accepted these lines to cancel them, in one question."""
    OrderLine.objects.filter(pk__in=[one.line.pk for one in asked]).update(cancel_asked_at=timezone.now())
    purchases = {
        purchase.pk: purchase for one in asked for promise in one.accepted if (purchase := _purchase(promise))
    }
    for purchase in PurchaseOrder.objects.filter(pk__in=purchases).select_related("order", "supplier"):
        ask(purchase, by=by, why=why)


def tell_unanswered(chosen: Sequence[Cancellable], *, by: Actor) -> None:
    """Tell suppliers who were asked and have not answered that they need not ship."""
    lines = [promise.purchase_line for one in chosen for promise in one.unanswered]
    for purchase in {line.purchase_order_id: line.purchase_order for line in lines}.values():
        write_no_longer_needed(
            purchase, [line for line in lines if line.purchase_order_id == purchase.pk], by=by
        )
