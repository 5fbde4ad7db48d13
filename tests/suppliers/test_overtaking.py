"""A file that comes to count late does not say over what was said since: that word is newer, whoever said it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from orders.domain.reservations import end_accepted, end_contained
from stocke.core.actors import Actor
from suppliers.domain import writing
from suppliers.domain.deciding import apply_held
from suppliers.domain.feeds import receive_file
from suppliers.domain.observing import observe
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, Offer, OfferStock, Run, RunStatus
from tests.factories.feeds import FeedFactory, csv
from tests.factories.orders import AllocationFactory, OrderLineFactory
from tests.factories.people import client_of, person
from tests.suppliers.test_undoing import say, undo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
SKUS = [f"A{n:02}" for n in range(20)]


def all_of(least: int, **others: int) -> list[tuple[str, int]]:
    """Every SKU with a quantity of its own: one for all would be no quantity."""
    return [(sku, others.get(sku, least + n)) for n, sku in enumerate(SKUS)]


@pytest.fixture
def feed() -> Feed:
    """A feed that has stated 50 of A00, 51 of A01 and so on."""
    feed = FeedFactory()
    say(feed, *all_of(50))
    return feed


def held(feed: Feed, **stated: int) -> Run:
    """A file that zeroes most of what it names, so that a person has to look at it."""
    lines = [(sku, stated.get(sku, 0)) for sku in SKUS]
    run = receive_file(feed, ContentFile(csv(lines), "stock.csv"), by=CLOCK)
    run_feed(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.HELD
    return run


def released(run: Run) -> Run:
    apply_held(run, by=CLOCK)
    run_feed(run.pk)
    run.refresh_from_db()
    assert run.status == RunStatus.APPLIED
    return run


def of_yesterday(feed: Feed, *stated: tuple[str, Any]) -> Run:
    """A file of which its folder says that it was written long ago."""
    run = receive_file(feed, ContentFile(csv(stated), "stock.csv"), by=CLOCK)
    written_at = timezone.now() - timedelta(days=1)
    Run.objects.filter(pk=run.pk).update(facts={"decision": "apply"}, taken_at=written_at)
    run_feed(run.pk)
    run.refresh_from_db()
    return run


def answer(sku: str, quantity: int) -> OfferStock:
    observe(offer(sku), kind="exact", quantity=quantity, source="answer", by=CLOCK)
    return offer(sku).stock


def offer(sku: str) -> Offer:
    return Offer.objects.select_related("stock").get(supplier_sku=sku)


def facts(sku: str) -> tuple[int | None, int | None]:
    stock = offer(sku).stock
    return stock.quantity, stock.run_id


def endings(run: Run) -> list[tuple[str, str]]:
    return list(run.withheld.order_by("supplier_sku").values_list("supplier_sku", "state"))


def test_an_answer_that_came_while_a_file_was_held_stands_when_the_file_is_released(feed: Feed) -> None:
    run = held(feed, A00=50)
    answered = answer("A00", 7)

    released(run)

    now = offer("A00").stock
    assert (now.quantity, now.run_id, now.as_of) == (7, None, answered.as_of)
    assert facts("A01") == (0, run.pk)
    assert {change: n for change, n in run.counts.items() if n} == {"rows": 20, "zeroed": 19, "overtaken": 1}
    assert endings(run) == [("A00", "overtaken")]


def test_units_that_an_answer_contained_are_not_sold_twice_by_an_older_file(feed: Feed) -> None:
    run = held(feed, A00=50)
    promise = AllocationFactory(
        line=OrderLineFactory(),
        offer=offer("A00"),
        quantity=43,
        status="accepted",
        accepted_at=timezone.now(),
    )
    OfferStock.objects.filter(offer=promise.offer).update(reserved=43)
    answered = answer("A00", 7)
    assert answered.as_of is not None
    end_accepted(promise.offer_id, before=answered.as_of, by=CLOCK)

    end_contained(released(run).pk)

    assert offer("A00").stock.free == 7


def test_what_another_feed_said_later_stands_and_what_it_said_earlier_does_not(feed: Feed) -> None:
    other = FeedFactory(supplier=feed.supplier)
    say(other, ("A01", 3))
    run = held(feed, A00=50)
    newer = say(other, ("A00", 7))

    released(run)

    assert (facts("A00"), facts("A01")) == ((7, newer.pk), (0, run.pk))


def test_a_file_that_was_written_before_a_person_spoke_says_nothing_over_it_and_the_next_one_does(
    feed: Feed,
) -> None:
    answer("A00", 7)

    older = of_yesterday(feed, *all_of(40))
    assert (facts("A00"), facts("A01")) == ((7, None), (41, older.pk))

    newer = say(feed, *all_of(40, A19=2))
    assert (facts("A00"), newer.counts.get("overtaken")) == ((40, newer.pk), None)


def test_a_sku_that_a_newer_file_of_the_feed_missed_is_no_word_against_an_older_one() -> None:
    feed = FeedFactory()
    say(feed, ("A", 5), ("B", 5))
    say(feed, ("A", 5))

    older = of_yesterday(feed, ("A", 5), ("B", 6))

    assert (facts("B"), older.counts.get("overtaken")) == ((6, older.pk), None)


def test_what_is_overtaken_is_no_word_of_its_import_when_another_is_undone(feed: Feed) -> None:
    between = say(feed, *all_of(50, A00=60))
    run = held(feed, A00=50)
    answered = answer("A00", 7)
    released(run)

    undo(between)

    now = offer("A00").stock
    assert now.as_of is not None and answered.as_of is not None
    assert (now.quantity, now.run_id, now.as_of >= answered.as_of) == (7, None, True)


@pytest.mark.parametrize("many", [50_000, 0])
def test_a_word_that_comes_between_comparing_and_writing_stands(
    feed: Feed, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    match: Callable[..., Any] = writing.find_products

    def spoken_meanwhile(*given: Any) -> Any:
        answer("A00", 7)
        return match(*given)

    monkeypatch.setattr(writing, "find_products", spoken_meanwhile)
    monkeypatch.setattr(writing, "MANY", many)
    run = say(feed, *all_of(40))

    assert (facts("A00"), facts("A01")) == ((7, None), (41, run.pk))
    assert (run.counts["less"], run.counts["overtaken"]) == (19, 1)
    assert endings(run) == [("A00", "overtaken")]


def test_the_page_of_the_import_says_how_many_lines_are_overtaken(feed: Feed) -> None:
    run = held(feed, A00=50)
    answer("A00", 7)
    released(run)

    page = client_of(person()).get(reverse("suppliers:run", args=[run.pk])).content.decode()

    assert "1 line is overtaken: since the time of this file" in page
