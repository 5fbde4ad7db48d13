"""Two orders of a new customer at the same moment make one customer."""

import pytest

from customers.domain.customers import find_or_create
from customers.models import Customer
from stocke.core.actors import Actor
from tests.races.threads import at_once, times

pytestmark = pytest.mark.django_db(transaction=True)


def test_many_orders_of_one_new_customer_make_one_customer() -> None:
    def order() -> int:
        return find_or_create(email="jean@client.example", first_name="Jean", by=Actor.channel("web")).pk

    found = at_once(*times(10, order))

    assert len(set(found)) == 1
    assert Customer.objects.count() == 1
