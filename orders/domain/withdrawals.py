"""Questions that have lost their object: the promise behind a purchase line was taken back before its answer."""

from collections.abc import Collection
from contextlib import suppress

from django.utils import timezone

from orders.domain.purchase_messages import purchase_key
from orders.domain.question_rows import withdraw_questions
from orders.domain.transmissions import drop_empty, lock_transmissions
from orders.models import Answer, PurchaseOrder, PurchaseOrderLine, PurchaseOrderStatus
from stocke.core.actors import Actor
from stocke.core.domain.outbox import NotPossible, cancel
from stocke.core.models import Message, MessageStatus


def withdraw_asked(allocation_ids: Collection[int], *, by: Actor) -> int:
    """Mark the unanswered purchase lines of these allocations as no longer needed; how many there were. Open
    questions whether they could be served are withdrawn, too.

    A purchase order without an open line is cancelled, with its letter if that has not left, or answered when the
    supplier had answered a part of it. Whoever answers later finds nothing left to answer: no second promise comes
    of it.
    """
    withdraw_questions(allocation_ids)
    unanswered = [Answer.NONE, Answer.PRICED]
    asked = PurchaseOrderLine.objects.filter(allocation__in=allocation_ids, answer__in=unanswered)
    purchases = set(asked.values_list("purchase_order", flat=True))
    if not purchases:
        return 0
    transmissions = lock_transmissions(purchases)
    withdrawn = asked.update(answer=Answer.WITHDRAWN)
    close_answered(purchases)
    cancel_letters(purchases, by=by)
    drop_empty(transmissions)
    return withdrawn


def cancel_letters(purchase_ids: Collection[int], *, by: Actor) -> None:
    """Keep letters of cancelled purchase orders in the house: who reads one ships what nobody wants any more."""
    cancelled = PurchaseOrder.objects.filter(pk__in=purchase_ids, status=PurchaseOrderStatus.CANCELLED)
    keys = [purchase_key(pk) for pk in cancelled.values_list("pk", flat=True)]
    waiting = [MessageStatus.DRAFT, MessageStatus.APPROVED]
    for letter in Message.objects.filter(dedupe_key__in=keys, status__in=waiting).order_by("pk"):
        # Its sending has begun this very moment: then the supplier's page says that it is no longer needed.
        with suppress(NotPossible):
            cancel(letter, by=by)


def close_answered(purchase_ids: Collection[int]) -> None:
    """Give purchase orders without an open line the status that their lines have earned."""
    open_lines = PurchaseOrderLine.objects.filter(answer=Answer.NONE).values("purchase_order")
    open_ = [PurchaseOrderStatus.PREPARED, PurchaseOrderStatus.WAITING, PurchaseOrderStatus.PRICED]
    done = PurchaseOrder.objects.filter(pk__in=purchase_ids, status__in=open_)
    done = done.exclude(pk__in=open_lines)
    priced = PurchaseOrderLine.objects.filter(answer=Answer.PRICED).values("purchase_order")
    done.filter(pk__in=priced).update(status=PurchaseOrderStatus.PRICED)
    done = done.exclude(pk__in=priced)
    answered = PurchaseOrderLine.objects.exclude(answer=Answer.WITHDRAWN).values("purchase_order")
    now = timezone.now()
    done.filter(pk__in=answered).update(status=PurchaseOrderStatus.ANSWERED, answered_at=now)
    done.exclude(pk__in=answered).update(status=PurchaseOrderStatus.CANCELLED, answered_at=now)
