"""What is still open when the demonstration begins: each of it comes about by the operations themselves."""

from datetime import timedelta

from django.utils import timezone

from orders.domain.answers import LineAnswer, answer_purchase
from orders.domain.chasing import give_up
from orders.models import Answer, CaseStatus, PurchaseOrder, PurchaseOrderStatus, RefusalReason, StockoutCase
from stocke.core.actors import Actor
from stocke.core.domain.sending import claim
from stocke.core.models import Message, MessageStatus


def suppliers_answer(*, accepted: int, refused: int, overdue: int, given_up: int) -> None:
    """Some purchase orders are accepted, some refused, one has waited too long, one was given up and asked of the next
    supplier; the rest wait."""
    waiting = list(
        PurchaseOrder.objects.filter(status=PurchaseOrderStatus.WAITING)
        .select_related("supplier", "order")
        .order_by("id")
    )
    asked = timezone.now() - timedelta(hours=26)
    late = [one for one in waiting if one.order and one.order.placed_at < asked][: overdue + given_up]
    others = [one for one in waiting if one not in late]
    for purchase in others[:accepted]:
        _answer(purchase, Answer.ACCEPTED)
    for purchase in others[accepted : accepted + refused]:
        _answer(purchase, Answer.REJECTED)
    PurchaseOrder.objects.filter(pk__in=[purchase.pk for purchase in late]).update(
        created_at=asked, answer_due_at=asked + timedelta(hours=24)
    )
    for purchase in late[overdue:]:
        give_up(purchase, by=Actor.job("purchasing"))


def _answer(purchase: PurchaseOrder, answer: Answer) -> None:
    reason = RefusalReason.NO_STOCK if answer == Answer.REJECTED else ""
    said = [LineAnswer(line.pk, answer, reason=reason) for line in purchase.lines.order_by("id")]
    answer_purchase(purchase.pk, said, by=Actor.supplier(purchase.supplier.name))


def let_one_case_wait() -> None:
    """One case has been open for a while and nobody has written to the customer: it is late."""
    now = timezone.now()
    waiting = StockoutCase.objects.filter(
        status=CaseStatus.TO_PROPOSE,
        line__order__confirmed_at=None,
        line__order__placed_at__lt=now - timedelta(hours=8, minutes=20),
    )
    for case in waiting.select_related("line__order").order_by("line__order__placed_at")[:1]:
        # Not before its order was there.
        since = case.line.order.placed_at + timedelta(minutes=5)
        opened = max(now - timedelta(hours=9, minutes=12), since)
        StockoutCase.objects.filter(pk=case.pk).update(
            opened_at=opened, respond_by=opened + timedelta(hours=8)
        )


def crash_in_sending() -> None:
    """One worker dies between handing a mail over and noting it: the sweep will find the mail, and ask a person."""
    message = Message.objects.filter(status=MessageStatus.APPROVED, kind__startswith="stockout").first()
    if message is not None:
        Message.objects.filter(pk=message.pk).update(not_before=None)
        claim(only=message.pk)
        Message.objects.filter(pk=message.pk).update(claimed_at=timezone.now() - timedelta(minutes=20))
