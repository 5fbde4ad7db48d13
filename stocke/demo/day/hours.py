"""A supplier's time runs out: his hours are too long for whoever watches a day that goes by in minutes."""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from orders.models import PurchaseOrder, PurchaseOrderStatus


def let_pass(number: str, share: float) -> None:
    """As if so much of the time for an answer to this purchase order were over; nothing where it is answered."""
    waiting = PurchaseOrder.objects.filter(number=number, status=PurchaseOrderStatus.WAITING)
    for purchase in waiting:
        asked = purchase.asked_at or purchase.created_at
        passed = (purchase.answer_due_at - asked) * share - (timezone.now() - asked)
        if passed > timedelta():
            waiting.update(**{name: F(name) - passed for name in ("created_at", "asked_at", "answer_due_at")})
