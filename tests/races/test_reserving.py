"""The rule of the house: never sell the same unit twice."""

import time

import pytest

from suppliers.domain.reserving import release_many, reserve, reserve_many
from suppliers.models import OfferStock
from tests.factories.suppliers import OfferFactory
from tests.races.threads import at_once, times

pytestmark = pytest.mark.django_db(transaction=True)


def test_fifty_buyers_of_twenty_units_get_exactly_twenty() -> None:
    offer = OfferFactory(quantity=20)

    outcomes = at_once(*times(50, lambda: reserve(offer.pk, 1)))

    assert outcomes.count(True) == 20
    assert OfferStock.objects.get(offer=offer).reserved == 20


def test_the_race_is_real_when_the_guard_is_off() -> None:
    offer = OfferFactory(quantity=1)

    def read_decide_write() -> bool:
        stock = OfferStock.objects.get(offer=offer)
        if stock.free < 1:
            return False
        time.sleep(0.05)
        OfferStock.objects.filter(offer=offer).update(reserved=stock.reserved + 1)
        return True

    outcomes = at_once(*times(5, read_decide_write))

    assert outcomes.count(True) > 1
    assert OfferStock.objects.get(offer=offer).reserved == 1


def test_orders_over_the_same_offers_in_opposite_order_do_not_deadlock() -> None:
    offers = [OfferFactory(quantity=1000).pk for _ in range(6)]

    def there_and_back() -> None:
        for _ in range(20):
            assert reserve_many(dict.fromkeys(offers, 1)) == set(offers)
            release_many(dict.fromkeys(reversed(offers), 1))

    def back_and_there() -> None:
        for _ in range(20):
            assert reserve_many(dict.fromkeys(reversed(offers), 1)) == set(offers)
            release_many(dict.fromkeys(offers, 1))

    at_once(there_and_back, back_and_there, there_and_back, back_and_there)

    assert set(OfferStock.objects.values_list("reserved", flat=True)) == {0}
