"""Orders verified at the same moment."""

import pytest

from orders.domain.allocations import prove_counters
from orders.domain.verification import verify_order, verify_orders
from orders.models import Allocation, Order, StockoutCase, VerificationPolicy
from stocke.core.actors import Actor
from suppliers.models import OfferStock
from tests.factories.orders import OrderFactory
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory
from tests.races.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
BY = Actor.job("verification")


def test_twenty_orders_at_once_share_seven_units_exactly() -> None:
    VerificationPolicy.objects.create(thin_below=0)
    lamp = ProductFactory()
    OfferFactory(product=lamp, quantity=4)
    OfferFactory(product=lamp, quantity=3, rank=2)
    orders = [OrderFactory(lines=[{"product": lamp}]).pk for _ in range(20)]

    at_once(*(lambda pk=pk: verify_order(pk, by=BY) for pk in orders))

    assert Order.objects.filter(status="confirmed").count() == 7
    assert StockoutCase.objects.count() == 13
    assert sorted(OfferStock.objects.values_list("reserved", flat=True)) == [3, 4]
    assert prove_counters() == []


def test_one_order_verified_by_two_workers_is_promised_once() -> None:
    lamp = ProductFactory()
    OfferFactory(product=lamp, quantity=9)
    order = OrderFactory(lines=[{"product": lamp}])

    outcomes = at_once(*(lambda: verify_order(order.pk, by=BY) for _ in range(6)))

    assert outcomes == ["confirmed"] * 6
    assert Allocation.objects.count() == 1
    assert OfferStock.objects.get().reserved == 1


def test_batches_over_the_same_offers_in_any_order_do_not_deadlock() -> None:
    lamps = [ProductFactory() for _ in range(5)]
    for lamp in lamps:
        OfferFactory(product=lamp, quantity=1000)
    batches = []
    for turn in range(6):
        ordered = lamps if turn % 2 else lamps[::-1]
        lines = [{"product": lamp} for lamp in ordered]
        batches.append([OrderFactory(lines=lines).pk for _ in range(4)])

    at_once(*(lambda pks=pks: verify_orders(pks, by=BY) for pks in batches))

    assert set(OfferStock.objects.values_list("reserved", flat=True)) == {24}
    assert prove_counters() == []
