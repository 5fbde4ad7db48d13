"""An undone import and our promises: what was sold is sold, whatever the figures."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from orders.domain.allocations import allocate, prove_counters
from orders.jobs.reservations import after_run, sweep_contained
from orders.jobs.undoing import undo_import
from orders.models import Allocation, OrderLine, StockoutCase
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from stocke.products.models import Level
from suppliers.domain.feeds import receive_file
from suppliers.domain.levels import recompute_dirty
from suppliers.domain.undoing import request_undo
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, Offer, OfferStock, Run
from tests.factories.feeds import FeedFactory, csv
from tests.factories.orders import OrderLineFactory
from tests.factories.products import ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
HOUR = timedelta(hours=1)


def say(feed: Feed, quantity: int, **given: Any) -> Run:
    run = receive_file(feed, ContentFile(csv([("A", quantity), ("B", quantity)]), "stock.csv"), by=CLOCK)
    Run.objects.filter(pk=run.pk).update(facts={"decision": "apply"}, **given)
    return worked(run)


def worked(run: Run) -> Run:
    """The job and its reaction."""
    run_feed(run.pk)
    undo_import(run.pk)
    after_run(run.pk)
    recompute_dirty()
    run.refresh_from_db()
    return run


def undo(run: Run) -> Run:
    return worked(request_undo(run, by=CLOCK, ask=False))


def sell(units: int) -> OrderLine:
    """A line of a new order, promised from the offer of A."""
    offer = Offer.objects.get(supplier_sku="A")
    line = OrderLineFactory(product=offer.product, quantity=units, status="reserved")
    allocate(line, offer_id=offer.pk, quantity=units, by=CLOCK)
    recompute_dirty()
    return line


def accept(line: OrderLine, hours: float) -> None:
    Allocation.objects.filter(line=line).update(status="accepted", accepted_at=timezone.now() + hours * HOUR)


def state() -> tuple[int | None, int, int]:
    """What A states, what is promised of it, and what is left to sell."""
    stock = OfferStock.objects.get(offer__supplier_sku="A")
    return stock.quantity, stock.reserved, Level.objects.get().sellable


def test_undo_after_two_sales_does_not_resurrect_them() -> None:
    ProductFactory(sku="A")
    feed = FeedFactory()
    say(feed, 10)
    second = say(feed, 40)
    sell(2)
    sell(3)

    undo(second)

    assert state() == (10, 5, 5)
    assert prove_counters() == []


def test_units_that_only_the_undone_import_contained_are_promised_again() -> None:
    ProductFactory(sku="A")
    feed = FeedFactory()
    say(feed, 10, taken_at=timezone.now() - 2 * HOUR)
    line = sell(3)
    accept(line, -1)
    second = say(feed, 7)
    assert state() == (7, 0, 7)

    undone = undo(second)

    assert state() == (10, 3, 7)
    assert Allocation.objects.values_list("status", "ended_at", "end_reason").get() == ("accepted", None, "")
    assert HistoryEntry.objects.get(kind="line.reopened").data["quantity"] == 3
    assert (sweep_contained(), prove_counters()) == (0, [])

    undo(undone)

    assert state() == (7, 0, 7)
    assert (Allocation.objects.get().status, prove_counters()) == ("contained", [])


def test_units_that_a_later_import_contains_too_stay_contained() -> None:
    ProductFactory(sku="A")
    feed = FeedFactory()
    say(feed, 10, taken_at=timezone.now() - 2 * HOUR)
    line = sell(3)
    accept(line, -1)
    second = say(feed, 7)
    say(feed, 6)

    undo(second)

    assert state() == (6, 0, 6)
    assert (Allocation.objects.get().status, prove_counters()) == ("contained", [])


def test_a_stockout_that_an_undo_brings_about_is_found_at_once() -> None:
    ProductFactory(sku="A")
    feed = FeedFactory()
    say(feed, 1)
    second = say(feed, 40)
    line = sell(5)

    undo(second)

    assert StockoutCase.objects.get().line == line
    assert state() == (1, 0, 1)
