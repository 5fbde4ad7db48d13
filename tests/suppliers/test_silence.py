"""A feed that says nothing good for longer than its rhythm: its offers become unknown, never zero, until it speaks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from stocke.products.models import Level
from suppliers.domain.feeds import receive_file
from suppliers.domain.levels import recompute_dirty
from suppliers.domain.silence import patience, turn_silent, turn_silent_feeds
from suppliers.jobs.feeds import run_feed
from suppliers.jobs.silence import sweep_silent_feeds
from suppliers.models import Feed, Observation, OfferStock, Run
from suppliers.queries.feeds import good_moments
from tests.factories.feeds import FeedFactory, RunFactory, csv
from tests.factories.products import ProductFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
USUAL = [("A", "4"), ("B", ">20"), ("C", "en stock"), ("D", "0")]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    events: list[Any] = []
    monkeypatch.setattr("suppliers.domain.silence.publish", events.append)
    return events


def hand_in(feed: Feed, stated: list[tuple[str, str]]) -> Run:
    feed.refresh_from_db()
    run = receive_file(feed, ContentFile(csv(stated), "stock.csv"), by=CLOCK)
    run_feed(run.pk)
    run.refresh_from_db()
    return run


def time_passes(feed: Feed) -> None:
    """The last good import lies a day back."""
    Feed.objects.filter(pk=feed.pk).update(last_good_at=timezone.now() - timedelta(days=1))


def stock(feed: Feed) -> dict[str, tuple[str, int | None, int]]:
    offers = OfferStock.objects.filter(offer__supplier=feed.supplier)
    facts = offers.values_list("offer__supplier_sku", "kind", "quantity", "promisable")
    return {sku: (kind, quantity, promisable) for sku, kind, quantity, promisable in facts}


def kinds(feed: Feed) -> list[str]:
    entries = HistoryEntry.objects.filter(thread=f"feed:{feed.pk}").order_by("pk")
    return [entry.kind for entry in entries]


def test_a_silent_feed_is_unknown_and_nothing_of_it_is_zero(told: list[Any]) -> None:
    product = ProductFactory(sku="A")
    feed = FeedFactory(every_minutes=60)
    hand_in(feed, USUAL)
    time_passes(feed)

    sweep_silent_feeds()
    recompute_dirty()

    assert stock(feed) == {sku: ("unknown", None, 0) for sku, _quantity in USUAL}
    stale = Observation.objects.filter(source="stale").values_list("kind", "quantity", "raw", "run_id")
    assert list(stale) == [("unknown", None, "", None)] * len(USUAL)
    level = Level.objects.get(product=product)
    assert (level.sellable, level.light) == (0, "unknown")
    assert [repr(event) for event in told] == [f"FeedSilent(feed_id={feed.pk})"]
    entry = HistoryEntry.objects.get(kind="feed.silent")
    assert (entry.thread, entry.after["offers"]) == (f"feed:{feed.pk}", len(USUAL))


def test_a_silence_is_found_once(told: list[Any]) -> None:
    feed = FeedFactory(every_minutes=60)
    hand_in(feed, USUAL)
    time_passes(feed)

    assert (turn_silent_feeds(by=CLOCK), turn_silent_feeds(by=CLOCK)) == (1, 0)

    assert (len(told), Observation.objects.filter(source="stale").count()) == (1, len(USUAL))


def test_promises_are_kept_and_other_feeds_are_left_alone() -> None:
    feed = FeedFactory(every_minutes=60)
    hand_in(feed, USUAL)
    other = FeedFactory(supplier=feed.supplier)
    hand_in(other, [("X", "9")])
    OfferStock.objects.filter(offer__supplier_sku="A").update(reserved=3)
    time_passes(feed)

    sweep_silent_feeds()

    assert OfferStock.objects.get(offer__supplier_sku="A").reserved == 3
    assert stock(feed)["X"] == ("exact", 9, 9)


def test_the_very_same_file_heals_a_silent_feed() -> None:
    feed = FeedFactory(every_minutes=60)
    hand_in(feed, USUAL)
    before = stock(feed)
    time_passes(feed)
    sweep_silent_feeds()

    run = hand_in(feed, USUAL)

    feed.refresh_from_db()
    assert (run.status, run.verdict["result"], feed.silent_since) == ("applied", "apply", None)
    assert stock(feed) == before
    assert kinds(feed) == ["feed.silent", "feed.heard"]


def test_a_held_file_does_not_heal_it() -> None:
    feed = FeedFactory(every_minutes=60)
    hand_in(feed, USUAL)
    time_passes(feed)
    sweep_silent_feeds()

    run = hand_in(feed, [("A", "4")])

    feed.refresh_from_db()
    assert (run.status, feed.silent_since is not None) == ("held", True)
    assert stock(feed)["A"] == ("unknown", None, 0)


def test_all_zeros_after_a_silence_are_held_all_the_same() -> None:
    usual = [(f"A{n}", str(4 + n)) for n in range(8)]
    feed = FeedFactory(every_minutes=60)
    hand_in(feed, usual)
    time_passes(feed)
    sweep_silent_feeds()

    run = hand_in(feed, [(sku, "0") for sku, _quantity in usual])

    assert run.status == "held"


def test_a_feed_that_has_just_spoken_is_not_turned() -> None:
    feed = FeedFactory(every_minutes=60)
    hand_in(feed, USUAL)
    time_passes(feed)
    hand_in(feed, USUAL)

    assert turn_silent(feed, by=CLOCK) is False

    assert stock(feed)["A"] == ("exact", 4, 4)


def test_a_feed_that_is_switched_off_is_not_silent() -> None:
    feed = FeedFactory(every_minutes=60, active=False)
    hand_in(feed, USUAL)
    time_passes(feed)

    assert turn_silent_feeds(by=CLOCK) == 0


def every(**step: float) -> list[datetime]:
    return [NOON - n * timedelta(**step) for n in range(6)]


@pytest.mark.parametrize(
    ("moments", "expected"),
    [
        (every(days=1), timedelta(days=3)),
        (every(minutes=5), timedelta(hours=3)),
        ([NOON - timedelta(days=d) for d in (0, 3, 4, 5, 6, 7, 10)], timedelta(days=4.5)),
        (every(days=1)[:3], None),
        ([], None),
        ([NOON] * 6, None),
    ],
    ids=["daily", "often", "with weekends", "too few", "none", "at once"],
)
def test_a_rhythm_is_learned_from_the_pauses_between_good_imports(
    moments: list[datetime], expected: timedelta | None
) -> None:
    assert patience(moments) == expected


def test_good_moments_are_those_of_files_that_count() -> None:
    feed = FeedFactory()
    for hours, (status, same_as) in enumerate(
        [("applied", ""), ("unchanged", "applied"), ("unchanged", "held"), ("held", ""), ("failed", "")]
    ):
        facts = {"same_as_status": same_as} if same_as else {}
        RunFactory(feed, taken_at=NOON + timedelta(hours=hours), status=status, facts=facts)

    assert good_moments(feed.pk) == [NOON + timedelta(hours=1), NOON]


def test_a_feed_without_a_schedule_learns_its_rhythm() -> None:
    feed = FeedFactory()
    for day in range(4, 0, -1):
        RunFactory(feed, status="applied", taken_at=timezone.now() - timedelta(days=day))

    hand_in(feed, USUAL)

    feed.refresh_from_db()
    assert feed.learned_patience_minutes == 3 * 24 * 60
