"""Levels recomputed while numbers change under them."""

from collections.abc import Callable
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from stocke.products.domain.levels import mark_dirty
from stocke.products.models import DirtyLevel, Level
from suppliers.domain.levels import recompute, recompute_dirty, refresh
from suppliers.models import Offer, OfferStock
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 20


def product_of(offer: Offer) -> int:
    assert offer.product_id is not None
    return offer.product_id


class InAnotherTransaction:
    """Does something in a thread's transaction and commits it at the end of the block."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act, self.done, self.may_commit = act, Event(), Event()
        self.thread = Thread(target=self.run)

    def run(self) -> None:
        try:
            with transaction.atomic():
                self.act()
                self.done.set()
                self.may_commit.wait(PATIENCE)
        finally:
            connection.close()

    def __enter__(self) -> None:
        self.thread.start()
        assert self.done.wait(PATIENCE)

    def __exit__(self, *error: object) -> None:
        self.may_commit.set()
        self.thread.join(PATIENCE)


def sell(offer: Offer) -> None:
    OfferStock.objects.filter(pk=offer.pk).update(reserved=4)
    mark_dirty([product_of(offer)], cause="reserved")


def test_a_sale_committed_during_a_recompute_is_not_lost() -> None:
    offer = OfferFactory(quantity=10)
    mark_dirty([product_of(offer)], cause="feed")

    with InAnotherTransaction(lambda: sell(offer)):
        recompute_dirty()
        assert Level.objects.get().sellable == 10
    recompute_dirty()

    assert (Level.objects.get().sellable, DirtyLevel.objects.count()) == (6, 0)


def test_a_sale_does_not_wait_for_a_recompute() -> None:
    offer = OfferFactory(quantity=10)
    mark_dirty([product_of(offer)], cause="feed")

    with InAnotherTransaction(recompute_dirty):
        sell(offer)
    recompute_dirty()

    assert Level.objects.get().sellable == 6


def test_a_recompute_waits_for_another_and_then_reads_what_that_one_saw() -> None:
    offer = OfferFactory(quantity=10)
    product = product_of(offer)
    late = Thread(target=closing(lambda: recompute([product], cause="late")))

    def fall() -> None:
        OfferStock.objects.filter(pk=offer.pk).update(quantity=1, promisable=1)
        recompute([product], cause="feed")

    with InAnotherTransaction(fall):
        late.start()
        late.join(0.3)
        assert late.is_alive()
    late.join(PATIENCE)

    assert Level.objects.get().sellable == 1


def test_a_person_does_not_wait_for_a_feed() -> None:
    offer = OfferFactory(quantity=10)
    other = OfferFactory(quantity=7)

    with InAnotherTransaction(lambda: recompute([product_of(other)], cause="feed")):
        refresh([product_of(offer)], cause="buffer")
        assert list(DirtyLevel.objects.values_list("product_id", "cause")) == [(product_of(offer), "buffer")]
    recompute_dirty()

    assert Level.objects.get(pk=offer.product_id).sellable == 10


def closing(act: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    return run
