"""The same order arriving twice at the same moment."""

import pytest

from customers.models import Customer
from orders.domain.intake import take_in
from orders.models import Order, OrderLine
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from tests.factories.incoming import incoming, line
from tests.factories.products import ProductFactory
from tests.races.threads import at_once, times

pytestmark = pytest.mark.django_db(transaction=True)
SHOP = Actor.channel("demo")


def test_eight_requests_with_one_order_make_one_order() -> None:
    ProductFactory(sku="A-1")

    taken = at_once(*times(8, lambda: take_in(incoming("A-1"), by=SHOP)))

    assert sorted(one.outcome for one in taken) == ["created"] + ["same"] * 7
    assert (Order.objects.count(), OrderLine.objects.count(), Customer.objects.count()) == (1, 1, 1)
    assert HistoryEntry.objects.filter(kind="order.received").count() == 1


def test_an_amendment_racing_with_itself_is_carried_out_once() -> None:
    ProductFactory(sku="A-1")
    take_in(incoming("A-1"), by=SHOP)
    amended = incoming(lines=(line("A-1", 3),))

    taken = at_once(*times(6, lambda: take_in(amended, by=SHOP)))

    assert sorted(one.outcome for one in taken) == ["amended"] + ["same"] * 5
    assert HistoryEntry.objects.filter(kind="order.amended").count() == 1
    assert OrderLine.objects.get().quantity == 3
