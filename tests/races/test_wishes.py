"""Whoever ends all wishes of an address holds them in order; sweeps over many addresses wait for none of them."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.utils import timezone

from customers.domain.settling import settle
from customers.domain.wish_erasing import lock_wishes
from customers.models import Wish
from orders.domain.bought_wishes import note_bought
from stocke.core.models import Message
from tests.customers.shelf import looked, rules, shelf, told, waiting
from tests.factories.customers import CustomerFactory
from tests.factories.orders import OrderFactory
from tests.races.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HELD, FREE = "held@client.example", "free@client.example"


def told_two() -> None:
    """Two have had their letters, of which nothing is written down yet."""
    rules()
    goods = shelf()
    for address in (HELD, FREE):
        waiting(goods.product, address)
    goods.says(9)
    looked()
    assert told() == [HELD, FREE]


def beside_who_holds(act: Callable[[], object]) -> None:
    """Do this while all wishes of one address are held. It must not wait, and gives up at once where it does."""

    def impatiently() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        act()

    with transaction.atomic():
        lock_wishes(HELD)
        at_once(impatiently)


def states() -> dict[str, str]:
    return dict(Wish.objects.values_list("email", "state"))


def letters_are(status: str) -> None:
    Message.objects.filter(kind="wish_back").update(status=status, sent_at=timezone.now())


@pytest.mark.parametrize(
    ("became", "before", "after"),
    [
        (["sent"], "telling", "told"),
        (["cancelled"], "telling", "waiting"),
        (["failed"], "telling", "ended"),
        (["sent", "bounced"], "told", "ended"),
    ],
)
def test_what_became_of_letters_is_written_down_beside_a_wish_that_somebody_holds(
    became: list[str], before: str, after: str
) -> None:
    told_two()
    *earlier, last = became
    for status in earlier:
        letters_are(status)
        settle()
    letters_are(last)

    beside_who_holds(settle)
    meanwhile = states()
    settle()

    assert meanwhile == {HELD: before, FREE: after}
    assert states() == {HELD: after, FREE: after}


def test_that_somebody_has_bought_is_noted_beside_a_wish_that_somebody_holds() -> None:
    told_two()
    letters_are("sent")
    settle()
    for address in (HELD, FREE):
        lines = [{"product": Wish.objects.get(email=address).product}]
        OrderFactory(customer=CustomerFactory(email=address), placed_at=timezone.now(), lines=lines)

    beside_who_holds(note_bought)
    meanwhile = dict(Wish.objects.exclude(bought_at=None).values_list("email", "state"))

    assert (meanwhile, note_bought()) == ({FREE: "told"}, 1)
