"""What is changed while an import is at work: it obeys the rules of when its file is read, or is read once more."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from stocke.core.actors import Actor
from suppliers.domain import applying, importing
from suppliers.domain.feeds import edit_feed, receive_file
from suppliers.domain.limits import Limits, bound
from suppliers.domain.mappings import save_version
from suppliers.domain.observing import observe
from suppliers.domain.schedules import dispatch_due
from suppliers.domain.silence import turn_silent_feeds
from suppliers.domain.words import learn
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, Offer, OfferStock, Run, RunStatus
from tests.factories.feeds import READ_AS, FeedFactory, csv

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
USUAL = [(f"A{number:02}", str(10 + number)) for number in range(20)]
# Two are gone, which is a little more than usual: applied safely, by the limits that nobody changed.
FEWER = USUAL[:-2]
STRICT = Limits().with_bounds(lost=bound("0.02", "0.05")).to_json()


@pytest.fixture
def feed() -> Feed:
    """A feed that has said something before."""
    feed = FeedFactory()
    say(feed, USUAL)
    return feed


def say(feed: Feed, stated: list[tuple[str, str]]) -> Run:
    feed.refresh_from_db()
    run = receive_file(feed, ContentFile(csv(stated), "stock.csv"), by=CLOCK)
    run_feed(run.pk)
    run.refresh_from_db()
    return run


def say_while(feed: Feed, stated: list[tuple[str, str]], change: Callable[[], object], *, at: str) -> Run:
    """An import during which something else happens, before this step of it."""
    module, step = (applying, at) if hasattr(applying, at) else (importing, at)
    undisturbed = getattr(module, step)

    def disturbed(*given: object, **named: object) -> object:
        change()
        return undisturbed(*given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, step, disturbed)
        return say(feed, stated)


def stock(*skus: str) -> dict[str, tuple[str, int | None]]:
    facts = OfferStock.objects.filter(offer__supplier_sku__in=skus)
    return {sku: (kind, q) for sku, kind, q in facts.values_list("offer__supplier_sku", "kind", "quantity")}


def test_limits_that_were_saved_while_a_file_was_read_are_those_by_which_it_is_judged(feed: Feed) -> None:
    run = say_while(feed, FEWER, lambda: edit_feed(feed, by=CLOCK, limits=STRICT), at="recalled_for")

    assert run.status == RunStatus.HELD
    assert stock("A19") == {"A19": ("exact", 29)}


def test_a_policy_that_was_saved_while_a_file_was_read_is_obeyed(feed: Feed) -> None:
    last = USUAL[:-1]

    run = say_while(feed, last, lambda: edit_feed(feed, by=CLOCK, absent_policy="keep"), at="recalled_for")

    assert run.status == RunStatus.APPLIED
    assert stock("A19") == {"A19": ("exact", 29)}


@pytest.mark.parametrize("saved", [{"limits": STRICT}, {"absent_policy": "keep"}])
def test_what_was_saved_while_a_file_was_written_has_the_same_file_judged_anew(
    feed: Feed, saved: dict[str, Any]
) -> None:
    more = [*USUAL, ("B", "5")]
    say_while(feed, more, lambda: edit_feed(feed, by=CLOCK, **saved), at="apply_run")

    assert say(feed, more).status == RunStatus.APPLIED
    assert say(feed, more).status == RunStatus.UNCHANGED


def test_the_same_file_heals_a_feed_that_fell_silent_while_it_was_fetched(feed: Feed) -> None:
    long_ago = timezone.now() - timedelta(days=2)
    Feed.objects.filter(pk=feed.pk).update(every_minutes=15, last_good_at=long_ago)

    run = say_while(feed, USUAL, lambda: turn_silent_feeds(by=CLOCK), at="fetched_or_gathered")

    feed.refresh_from_db()
    assert (run.status, feed.silent_since) == (RunStatus.APPLIED, None)
    assert stock("A00", "A19") == {"A00": ("exact", 10), "A19": ("exact", 29)}


def test_a_word_that_was_explained_while_a_file_was_read_is_read_so_in_the_same_file(feed: Feed) -> None:
    words = [*USUAL, ("B", "grzlbrmpf")]
    explain = {"grzlbrmpf": "out_of_stock"}

    def learned() -> None:
        learn(explain, supplier=feed.supplier, by=CLOCK)

    say_while(feed, words, learned, at="apply_run")
    before = stock("B")
    say(feed, words)

    assert (before, stock("B")) == ({"B": ("unknown", None)}, {"B": ("exact", 0)})


def test_columns_that_were_confirmed_while_a_file_was_read_are_those_of_the_next_import(feed: Feed) -> None:
    without_price = {**READ_AS.to_json(), "fields": {"key": 0, "name": 1, "quantity": 2}}
    more = [*USUAL, ("B", "5")]

    run = say_while(feed, more, lambda: save_version(feed, without_price, by=CLOCK), at="recalled_for")
    again = say(feed, more)

    feed.refresh_from_db()
    assert (run.status, again.status) == (RunStatus.APPLIED, RunStatus.APPLIED)
    assert run.mapping_id != again.mapping_id == feed.mapping_id


def test_an_import_ends_whose_feed_was_switched_off_and_no_other_begins(feed: Feed) -> None:
    Feed.objects.filter(pk=feed.pk).update(every_minutes=15)
    feed.refresh_from_db()

    run = say_while(
        feed, [*USUAL, ("B", "5")], lambda: edit_feed(feed, by=CLOCK, active=False), at="recalled_for"
    )

    feed.refresh_from_db()
    assert (run.status, feed.active, feed.next_run_at) == (RunStatus.APPLIED, False, None)
    assert stock("B") == {"B": ("exact", 5)}
    assert dispatch_due() == 0


def test_what_a_supplier_said_on_his_page_while_a_file_was_read_stands(feed: Feed) -> None:
    offer = Offer.objects.get(supplier_sku="A00")

    say_while(
        feed,
        [("A00", "11"), *USUAL[1:]],
        lambda: observe(offer, kind="exact", quantity=2, source="portal", by=CLOCK),
        at="recalled_for",
    )

    assert stock("A00") == {"A00": ("exact", 2)}
