"""Taking back what a supplier was asked for or has accepted: a question to him, and the truth until he answers.

Until he says "cancelled" his promise stands and is counted; when he says that it is too late, it goes on standing.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from orders.domain.allocations import release_allocations, release_contained
from orders.domain.answers import hold_everything, lock_purchase
from orders.domain.ending import end_lines
from orders.domain.failover import send_to_desk
from orders.domain.purchase_messages import write_cancel_request
from orders.domain.splitting import KEPT
from orders.models import (
    Allocation,
    Answer,
    CancelAnswer,
    LineStatus,
    OrderLine,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderStatus,
    RefusalReason,
)
from orders.models.order import PROMISED
from orders.queries.shipments import units_to_send_by
from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from suppliers.domain.observing import observe


class NotCancellable(Exception):
    """There is nothing left to take back: not accepted, shipped already, or asked before. Nothing was changed."""


@transaction.atomic
def ask_to_cancel(purchase_id: int, *, by: Actor, why: str = "") -> PurchaseOrder:
    """Ask the supplier to cancel what he accepted and has not sent, once. Raises NotCancellable."""
    purchase = lock_purchase(purchase_id)
    if purchase.status != PurchaseOrderStatus.ANSWERED or not units_to_send_by(purchase):
        raise NotCancellable(purchase.number)
    ask(purchase, by=by, why=why)
    return purchase


def ask(purchase: PurchaseOrder, *, by: Actor, why: str) -> None:
    """Put the question to the supplier, about the lines that are to be cancelled or, when none is, about all."""
    asked = PurchaseOrder.objects.filter(pk=purchase.pk, cancel_asked_at=None)
    now = timezone.now()
    if not asked.update(cancel_asked_at=now):
        raise NotCancellable(purchase.number)
    purchase.cancel_asked_at = now
    letter = write_cancel_request(purchase, asked_about(purchase) or asked_lines(purchase), by=by)
    note(purchase, "purchase.cancel_asked", by=by, why=why, by_mail=letter is not None)


@transaction.atomic
def answer_cancel(purchase_id: int, answer: CancelAnswer, *, by: Actor) -> PurchaseOrder:
    """What the supplier says to it: cancelled, or too late. A second answer changes nothing. Raises NotCancellable.

    Cancelled: his promises end. Lines that are to be cancelled are, and the customer is told; for others a person
    decides on the desk from where they come now. Too late: everything stands. After a question about some of his
    lines he may be asked about the rest.
    """
    purchase = lock_purchase(purchase_id)
    if purchase.cancel_asked_at is None:
        raise NotCancellable(purchase.number)
    open_question = PurchaseOrder.objects.filter(pk=purchase.pk, cancel_answer="")
    if not open_question.update(cancel_answer=answer, cancel_answered_at=timezone.now()):
        return purchase
    note(purchase, "purchase.cancel_answered", by=by, answer=answer.value)
    lines = asked_about(purchase)
    is_about_all = len(lines) == len(still_to_send(purchase))
    if answer == CancelAnswer.CANCELLED:
        take_back(purchase, lines, by=by)
    else:
        OrderLine.objects.filter(pk__in=[line.allocation.line_id for line in lines]).update(
            cancel_asked_at=None
        )
    if not is_about_all:
        forget_question(purchase)
    purchase.refresh_from_db()
    return purchase


def forget_question(purchase: PurchaseOrder) -> None:
    """An answered question about some of his lines stays on the record only: the rest may be asked about."""
    PurchaseOrder.objects.filter(pk=purchase.pk).update(
        cancel_asked_at=None, cancel_answer=CancelAnswer.NONE, cancel_answered_at=None
    )


def still_to_send(purchase: PurchaseOrder) -> list[PurchaseOrderLine]:
    """The lines that he accepted and has not sent."""
    left = units_to_send_by(purchase)
    accepted = [line for line in asked_lines(purchase) if line.accepted_quantity]
    return [line for line in accepted if left.get(line.allocation.line_id)]


def asked_about(purchase: PurchaseOrder) -> list[PurchaseOrderLine]:
    """What the question is about: the lines that are to be cancelled or, when none is, all that he has not sent."""
    lines = still_to_send(purchase)
    return [line for line in lines if line.allocation.line.cancel_asked_at] or lines


def take_back(purchase: PurchaseOrder, lines: Sequence[PurchaseOrderLine], *, by: Actor) -> None:
    """End his promises; whoever still wants what they were for is served from the desk."""
    hold_everything(lines)
    promises = [line.allocation for line in lines]
    release_allocations(promises, reason="cancelled", by=by)
    release_contained(promises, reason="cancelled", by=by)
    PurchaseOrderLine.objects.filter(pk__in=[line.pk for line in lines]).update(answer=Answer.WITHDRAWN)
    owed = OrderLine.objects.filter(pk__in=[line.allocation.line_id for line in lines], status__in=PROMISED)
    if owed.filter(cancel_asked_at=None).update(status=LineStatus.DOUBTFUL):
        send_to_desk(purchase.order, by=by)
    end_lines(purchase.order, list(owed.exclude(cancel_asked_at=None)), by=by)


@transaction.atomic
def note_late_yes(purchase_id: int, *, by: Actor) -> bool:
    """A supplier whose silence we took for a "no" says yes after all; False when there was no such silence.

    His word counts as a statement of his stock. Where somebody else was asked meanwhile, he is asked to cancel, so
    that the customer does not receive it twice; else the case of the line shows that it can be delivered again.
    """
    purchase = lock_purchase(purchase_id)
    given_up = [line for line in asked_lines(purchase) if line.reason == RefusalReason.NO_ANSWER]
    if not given_up or purchase.late_yes_at is not None:
        return False
    PurchaseOrder.objects.filter(pk=purchase.pk).update(late_yes_at=timezone.now())
    note(purchase, "purchase.late_yes", by=by)
    hold_everything(given_up)
    for line in given_up:
        raw = f"{purchase.number}: late yes"
        observe(line.allocation.offer, kind="exact", quantity=line.quantity, raw=raw, source="answer", by=by)
    served = Allocation.objects.filter(
        line__in=[line.allocation.line_id for line in given_up], status__in=KEPT
    )
    if served.exists():
        ask(purchase, by=by, why="")
    return True


def asked_lines(purchase: PurchaseOrder) -> list[PurchaseOrderLine]:
    lines = PurchaseOrderLine.objects.filter(purchase_order=purchase).order_by("pk")
    return list(lines.select_related("allocation__offer", "allocation__line__order"))


def note(purchase: PurchaseOrder, kind: str, *, by: Actor, why: str = "", **data: object) -> None:
    told = {"purchase": purchase.number, "supplier": purchase.supplier.name, **data}
    record_all([Fact(subject, kind, data=told, why=why) for subject in (purchase.order, purchase)], by=by)
