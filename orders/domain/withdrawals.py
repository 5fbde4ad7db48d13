"""Questions that have lost their object: the promise behind a purchase line was taken back before its answer."""

from collections.abc import Collection

from django.utils import timezone

from orders.models import Answer, PurchaseOrder, PurchaseOrderLine, PurchaseOrderStatus


def withdraw_asked(allocation_ids: Collection[int]) -> int:
    """Mark the unanswered purchase lines of these allocations as no longer needed; how many there were.

    A purchase order without an open line is cancelled, or answered when the supplier had answered a part of it.
    Whoever answers later finds nothing left to answer: no second promise comes of it.
    """
    asked = PurchaseOrderLine.objects.filter(allocation__in=allocation_ids, answer=Answer.NONE)
    purchases = set(asked.values_list("purchase_order", flat=True))
    if not purchases:
        return 0
    withdrawn = asked.update(answer=Answer.WITHDRAWN)
    close_answered(purchases)
    return withdrawn


def close_answered(purchase_ids: Collection[int]) -> None:
    """Give purchase orders without an open line the status that their lines have earned."""
    open_lines = PurchaseOrderLine.objects.filter(answer=Answer.NONE).values("purchase_order")
    done = PurchaseOrder.objects.filter(pk__in=purchase_ids, status=PurchaseOrderStatus.WAITING)
    done = done.exclude(pk__in=open_lines)
    answered = PurchaseOrderLine.objects.exclude(answer=Answer.WITHDRAWN).values("purchase_order")
    now = timezone.now()
    done.filter(pk__in=answered).update(status=PurchaseOrderStatus.ANSWERED, answered_at=now)
    done.exclude(pk__in=answered).update(status=PurchaseOrderStatus.CANCELLED, answered_at=now)
