"""Taking back what a supplier was asked for or has accepted: a question to him, and the truth until he answers.

Until he says "cancelled" his promise stands and is counted; when he says that it is too late, it goes on standing.
"""

from django.db import transaction
from django.utils import timezone

from orders.domain.allocations import release_allocations
from orders.domain.answers import hold_everything, lock_purchase
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
    asked = PurchaseOrder.objects.filter(pk=purchase.pk, cancel_asked_at=None)
    if not asked.update(cancel_asked_at=timezone.now()):
        raise NotCancellable(purchase.number)
    letter = write_cancel_request(purchase, by=by)
    note(purchase, "purchase.cancel_asked", by=by, why=why, by_mail=letter is not None)


@transaction.atomic
def answer_cancel(purchase_id: int, answer: CancelAnswer, *, by: Actor) -> PurchaseOrder:
    """What the supplier says to it: cancelled, or too late. A second answer changes nothing. Raises NotCancellable.

    Cancelled: his promises end, and a person decides on the desk from where the lines come now.
    """
    purchase = lock_purchase(purchase_id)
    if purchase.cancel_asked_at is None:
        raise NotCancellable(purchase.number)
    open_question = PurchaseOrder.objects.filter(pk=purchase.pk, cancel_answer="")
    if not open_question.update(cancel_answer=answer, cancel_answered_at=timezone.now()):
        return purchase
    note(purchase, "purchase.cancel_answered", by=by, answer=answer.value)
    if answer == CancelAnswer.CANCELLED:
        take_back(purchase, by=by)
    purchase.refresh_from_db()
    return purchase


def take_back(purchase: PurchaseOrder, *, by: Actor) -> None:
    """End the promises of what he had not sent."""
    left = units_to_send_by(purchase)
    accepted = [line for line in asked_lines(purchase) if line.accepted_quantity]
    lines = [line for line in accepted if left.get(line.allocation.line_id)]
    hold_everything(lines)
    release_allocations([line.allocation for line in lines], reason="cancelled", by=by)
    PurchaseOrderLine.objects.filter(pk__in=[line.pk for line in lines]).update(answer=Answer.WITHDRAWN)
    owed = OrderLine.objects.filter(pk__in=[line.allocation.line_id for line in lines], status__in=PROMISED)
    if owed.update(status=LineStatus.DOUBTFUL):
        send_to_desk(purchase.order, by=by)


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
