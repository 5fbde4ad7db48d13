"""What is still owed to a customer who is to be forgotten, and where his address stands."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db.models import Q, QuerySet

from customers.models import Customer
from orders.models import Order, PurchaseOrder, Refund, Return, StockoutCase, Transmission
from orders.models.case import OPEN_CASES
from orders.models.order import OPEN_ORDERS
from orders.models.returns import COMING_BACK, ReturnStatus
from stocke.core.domain.erasing import OVER
from stocke.core.models import IncomingMessage, IncomingStatus, Message

WAITING = (IncomingStatus.NEW, IncomingStatus.OPEN)
# Goods that are back: what they are worth is owed as a refund, if at all.
UNDECIDED = (ReturnStatus.REQUESTED, ReturnStatus.REFUSED, *COMING_BACK[:2])


@dataclass(frozen=True)
class Owed:
    """How many of each wait for something of ours."""

    orders: int
    cases: int
    refunds: int
    returns: int
    letters: int
    messages: int

    @property
    def anything(self) -> bool:
        return any(asdict(self).values())


def owed_to(customer: Customer) -> Owed:
    his, threads = Q(order__customer=customer), threads_of(customer)
    to_him = Message.objects.filter(recipient=customer.email).exclude(status__in=OVER)
    from_him = IncomingMessage.objects.filter(Q(sender=customer.email) | Q(thread__in=threads))
    return Owed(
        orders=Order.objects.filter(customer=customer, status__in=OPEN_ORDERS).count(),
        cases=StockoutCase.objects.filter(line__order__customer=customer, status__in=OPEN_CASES).count(),
        refunds=Refund.objects.filter(line__order__customer=customer, status=Refund.Status.DUE).count(),
        returns=Return.objects.filter(his, status__in=UNDECIDED).count(),
        letters=to_him.count(),
        messages=from_him.filter(status__in=WAITING).count(),
    )


def numbers_of(customer: Customer) -> frozenset[str]:
    """The numbers of his orders."""
    return frozenset(Order.objects.filter(customer=customer).values_list("number", flat=True))


def threads_of(customer: Customer) -> Sequence[str]:
    """The conversations about his orders, with him and with suppliers."""
    orders = Order.objects.filter(customer=customer).values_list("pk", flat=True)
    purchases = PurchaseOrder.objects.filter(order__customer=customer).values_list("pk", flat=True)
    return [*(f"order:{pk}" for pk in orders), *(f"purchaseorder:{pk}" for pk in purchases)]


def transmissions_of(customer: Customer) -> QuerySet[Transmission]:
    """What suppliers were handed over for him, others' parcels among it."""
    his = PurchaseOrder.objects.filter(order__customer=customer).exclude(transmission=None)
    return Transmission.objects.filter(pk__in=his.values("transmission")).order_by("pk")
