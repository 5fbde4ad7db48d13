"""Delivered orders: `sent = delivered(quantity=3)`, `returned = asked_back(sent)`."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from orders.domain.returns.requesting import Wanted, request_return
from orders.domain.shipping import Parcel, announce
from orders.models import OrderLine, PurchaseOrder, Return, ReturnReason, Shipment
from stocke.core.actors import Actor
from tests.factories.shipments import AcceptedFactory, line_of

BY = Actor.job("test")
CUSTOMER = Actor.customer("Camille Exemple")
ADDRESS = "Nord, Retours\n3 quai de l’Essai\n59000 Lille"


def delivered(*, days_ago: int = 2, **given: Any) -> PurchaseOrder:
    """One line, sent by one supplier and delivered some days ago."""
    purchase = AcceptedFactory(**given)
    line = line_of(purchase)
    number = f"1Z{purchase.pk:010}"
    announce(purchase.order_id, Parcel({line.pk: line.quantity}, number), by=BY, purchase=purchase)
    at = timezone.now() - timedelta(days=days_ago)
    Shipment.objects.filter(order=purchase.order_id).update(state="delivered", delivered_at=at)
    OrderLine.objects.filter(pk=line.pk).update(status="delivered")
    return purchase


def wanted(purchase: PurchaseOrder, quantity: int = 1, reason: str = "withdrawal") -> list[Wanted]:
    return [Wanted(line_of(purchase).pk, quantity, ReturnReason(reason))]


def asked_back(purchase: PurchaseOrder, quantity: int = 1, reason: str = "withdrawal") -> Return:
    [returned] = request_return(purchase.order_id, wanted(purchase, quantity, reason), by=CUSTOMER)
    return returned
