"""An undo beside orders, other feeds and a second worker: everything counts once."""

import time
from unittest.mock import patch

import pytest
from django.core.files.base import ContentFile

from orders.jobs.undoing import undo_import
from stocke.core.actors import Actor
from suppliers.domain.feeds import receive_file
from suppliers.domain.observing import observe
from suppliers.domain.reserving import release, reserve
from suppliers.domain.undoing import request_undo
from suppliers.domain.undoing_words import hear
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, Observation, Offer, OfferStock, Run, RunStatus
from tests.factories.feeds import FeedFactory, csv
from tests.races.threads import at_once, times

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
OFFERS = 20


def stated(units: int) -> dict[str, int]:
    """So many of each SKU, and a few more: where all is alike, it is taken for a placeholder."""
    return {f"A{number}": units + number for number in range(OFFERS)}


def known() -> dict[str, int | None]:
    return dict(OfferStock.objects.values_list("offer__supplier_sku", "quantity"))


def say(feed: Feed, units: int) -> Run:
    run = receive_file(feed, ContentFile(csv(stated(units).items()), "stock.csv"), by=CLOCK)
    Run.objects.filter(pk=run.pk).update(facts={"decision": "apply"})
    run_feed(run.pk)
    run.refresh_from_db()
    return run


def test_two_workers_carry_an_undo_out_once() -> None:
    feed = FeedFactory()
    say(feed, 4)
    undo = request_undo(say(feed, 9), by=CLOCK, ask=False)

    at_once(*times(3, lambda: undo_import(undo.pk)))

    undo.refresh_from_db()
    assert (undo.status, undo.attempts) == (RunStatus.APPLIED, 1)
    assert Observation.objects.filter(run_id=undo.pk).count() == OFFERS
    assert known() == stated(4)


def test_orders_and_an_undo_over_the_same_offers_neither_lose_a_unit_nor_deadlock() -> None:
    feed = FeedFactory()
    say(feed, 400)
    undo = request_undo(say(feed, 900), by=CLOCK, ask=False)
    offers = list(OfferStock.objects.order_by("-pk").values_list("pk", flat=True))

    def orders() -> None:
        for offer in offers:
            reserve(offer, 2)
            release(offer, 1)

    at_once(orders, lambda: undo_import(undo.pk), orders)

    assert known() == stated(400)
    assert set(OfferStock.objects.values_list("reserved", flat=True)) == {2}


def test_another_feed_that_speaks_while_an_undo_listens_is_heard() -> None:
    north = FeedFactory()
    south = FeedFactory(supplier=north.supplier)
    say(north, 4)
    undo = request_undo(say(north, 9), by=CLOCK, ask=False)

    def interrupted(*given: object) -> object:
        if not Run.objects.filter(feed=south).exists():
            say(south, 7)
        return hear(*given)  # type: ignore[arg-type]  # whatever it was called with

    with patch("suppliers.domain.undoing.hear", interrupted):
        undo_import(undo.pk)

    undo.refresh_from_db()
    assert (undo.status, undo.error) == (RunStatus.APPLIED, "")
    assert known() == stated(7)


def test_what_a_supplier_says_while_an_undo_is_at_work_is_his_last_word() -> None:
    feed = FeedFactory()
    say(feed, 4)
    undo = request_undo(say(feed, 9), by=CLOCK, ask=False)
    offer = Offer.objects.order_by("pk").first()
    assert offer is not None

    def answer() -> None:
        for _ in range(5):
            observe(offer, kind="exact", quantity=1, source="answer", by=CLOCK)
            time.sleep(0.02)

    at_once(answer, lambda: undo_import(undo.pk))

    assert known() == stated(4) | {offer.supplier_sku: 1}
