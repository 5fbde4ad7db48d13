"""Shops and workers that do the same thing at the same moment."""

import hashlib

import pytest

from orders.domain.shop_orders import take_told
from orders.models import Order
from stocke.channels.connectors.shape import Notice, RemoteLine, RemoteOrder
from stocke.channels.domain.claims import claim
from stocke.channels.domain.receiving import store
from stocke.channels.domain.shop_orders import note_order
from stocke.channels.models import Delivery, ShopOrder
from tests.factories.channels import ChannelFactory
from tests.factories.incoming import PLACED
from tests.factories.products import ProductFactory
from tests.races.threads import at_once, times

pytestmark = pytest.mark.django_db(transaction=True)


def told() -> RemoteOrder:
    ProductFactory(sku="A-1")
    customer = {"email": "ann@customer.example", "language": "en", "country": "DE"}
    line = RemoteLine("1", "", "A-1", "Mug", 1, 1500)
    return RemoteOrder("17", "paid", "processing", PLACED, "17", PLACED, None, "EUR", customer, {}, (line,))


def test_one_worker_speaks_with_a_shop() -> None:
    channel = ChannelFactory()

    held = at_once(*times(6, lambda: claim(channel.pk)))

    assert [one is None for one in held].count(False) == 1


def test_the_same_message_at_once_is_one_row() -> None:
    channel = ChannelFactory()
    body = b'{"id": 17}'
    notice = Notice("order.created", "order", "17", hashlib.sha256(body).hexdigest())

    at_once(*times(8, lambda: store(channel, notice, body)))

    assert Delivery.objects.get().times == 8


def test_an_order_read_and_taken_in_at_once_is_one_order() -> None:
    channel = ChannelFactory(connected_at=PLACED)
    order = told()
    note_order(channel, order, {})
    told_order = ShopOrder.objects.get()

    taken = at_once(*times(6, lambda: take_told(told_order.pk)))

    assert taken.count(True) == 1
    assert Order.objects.get().external_id == "17"
