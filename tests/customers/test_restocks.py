"""When a wished product counts as back: not at the first word, not for a moment, not for a single unit."""

from datetime import timedelta

import pytest
from django.utils import timezone

from customers.domain.wishes import unsubscribe
from customers.models import Restock
from stocke.core.models import HistoryEntry
from suppliers.domain.levels import recompute
from tests.customers.shelf import SHOPPER, looked, rules, shelf, told, waiting
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db


def test_a_product_is_back_once_two_imports_in_a_row_say_so_for_long_enough() -> None:
    rules(statements=2, minimum=3, minutes=30)
    goods = shelf()
    waiting(goods.product)
    product = goods.product.pk

    goods.says(2)
    few = looked()
    goods.says(5)
    once = looked()
    still_once = looked(minutes=60)
    goods.says(5)
    twice_too_early = looked()
    twice = looked(minutes=60)

    believed = [list(one.opened) for one in (few, once, still_once, twice_too_early, twice)]
    assert believed == [[], [], [], [], [product]]
    entry = HistoryEntry.objects.get(thread=f"product:{product}", kind="restock.believed")
    assert entry.data == {"units": 5}


def test_what_goes_and_comes_between_two_looks_begins_anew() -> None:
    rules(statements=2)
    goods = shelf()
    waiting(goods.product)

    goods.says(5)
    looked()
    goods.says(0)
    goods.says(5)
    after_a_gap = looked()
    goods.says(5)
    said_again = looked()

    assert (list(after_a_gap.opened), list(said_again.opened)) == ([], [goods.product.pk])
    assert list(Restock.objects.order_by("pk").values_list("statements", flat=True)) == [1, 2]


def test_a_person_is_believed_at_once() -> None:
    rules(statements=2)
    goods = shelf()
    waiting(goods.product)
    OfferFactory(product=goods.product, quantity=4, run_id=None)
    goods.says(1)

    assert list(looked().opened) == [goods.product.pk]


@pytest.mark.parametrize(
    ("days_ago", "reserved", "believed"), [(300, 4, 0), (300, 3, 0), (0, 4, 0), (0, 3, 1)]
)
def test_what_a_person_stated_long_ago_or_has_promised_away_does_not_vouch_for_a_feed(
    days_ago: int, reserved: int, believed: int
) -> None:
    rules(statements=2, minimum=2)
    goods = shelf()
    waiting(goods.product)
    keyed = timezone.now() - timedelta(days=days_ago)
    OfferFactory(product=goods.product, quantity=4, reserved=reserved, run_id=None, as_of=keyed)
    goods.says(5)

    assert len(looked().opened) == believed


def test_what_a_cancelled_order_frees_of_a_persons_units_is_believed_without_a_feed() -> None:
    rules(statements=2, minimum=2)
    goods = shelf()
    waiting(goods.product)
    keyed = timezone.now() - timedelta(days=9)
    OfferFactory(product=goods.product, quantity=4, run_id=None, as_of=keyed)
    recompute([goods.product.pk], cause="test")

    assert list(looked().opened) == [goods.product.pk]


def test_what_nobody_waits_for_is_no_restock_and_ends_one() -> None:
    rules(statements=2)
    goods, unwished = shelf(), shelf()
    wish = waiting(goods.product)
    goods.says(5)
    unwished.says(5)
    looked()

    unsubscribe(wish.pk, by=SHOPPER)
    looked()

    restock = Restock.objects.get()
    assert (restock.product, restock.ended_at is None) == (goods.product, False)


def test_a_product_that_flaps_seventy_nine_times_gives_one_mail() -> None:
    rules(statements=2)
    goods = shelf()
    waiting(goods.product, "camille@client.example")

    for _ in range(79):
        goods.says(6)
        looked()
        goods.says(0)
    while_it_flapped = told()
    for _ in range(3):
        goods.says(6)
        looked()
        told()

    assert while_it_flapped == []
    assert told() == ["camille@client.example"]


def test_with_rules_that_believe_everything_flaps_still_give_one_mail() -> None:
    rules(statements=1)
    goods = shelf()
    waiting(goods.product, "camille@client.example")

    for _ in range(5):
        goods.says(6)
        looked()
        told()
        goods.says(0)
        looked()

    assert told() == ["camille@client.example"]


def test_a_look_costs_the_same_for_three_products_as_for_one(django_assert_num_queries: object) -> None:
    rules()
    first = shelf()
    waiting(first.product)
    for other in (shelf(), shelf()):
        waiting(other.product)
        other.says(3)
    first.says(3)

    with django_assert_num_queries(9):  # type: ignore[operator]
        found = looked()

    assert len(found.opened) == 3


def test_a_wish_that_waits_since_the_product_came_back_is_seen_too() -> None:
    rules()
    goods = shelf()
    goods.says(4)
    waiting(goods.product)

    assert list(looked().opened) == [goods.product.pk]
    assert Restock.objects.get().began_at <= timezone.now() + timedelta(seconds=1)
