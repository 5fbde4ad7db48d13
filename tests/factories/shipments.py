"""Accepted purchase orders whose goods may leave: `purchase = AcceptedFactory(quantity=4)`."""

from typing import Any

from orders.domain.answers import LineAnswer, answer_purchase
from orders.models import Answer, OrderLine, PurchaseOrder
from stocke.core.actors import Actor
from tests.factories.purchases import PurchaseFactory


def AcceptedFactory(**given: Any) -> PurchaseOrder:
    """A purchase order of one line whose supplier said yes."""
    purchase = PurchaseFactory(**given)
    answers = [LineAnswer(line.pk, Answer.ACCEPTED) for line in purchase.lines.all()]
    answer_purchase(purchase.pk, answers, by=Actor.supplier("Nord"))
    purchase.refresh_from_db()
    return purchase


def line_of(purchase: PurchaseOrder) -> OrderLine:
    return OrderLine.objects.get(order=purchase.order_id)
