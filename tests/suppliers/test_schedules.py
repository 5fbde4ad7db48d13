from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from suppliers.domain.feeds import create_feed, edit_feed
from suppliers.domain.schedules import dispatch_due
from suppliers.models import Feed, Run
from tests.factories.feeds import FeedFactory, RunFactory
from tests.factories.suppliers import SupplierFactory
from tests.suppliers.test_transports import drop

pytestmark = pytest.mark.django_db
CLOCK = Actor.job("clock")


def due(**given: Any) -> Feed:
    facts = {"transport": "url", "every_minutes": 15, "next_run_at": timezone.now() - timedelta(seconds=5)}
    return FeedFactory(**{**facts, **given})


def next_run(feed: Feed) -> datetime:
    feed.refresh_from_db()
    assert feed.next_run_at is not None
    return feed.next_run_at


def test_a_feed_runs_when_its_time_has_come_and_not_again_at_once() -> None:
    feed = due()
    planned = next_run(feed)

    assert (dispatch_due(), dispatch_due()) == (1, 0)

    assert next_run(feed) == planned + timedelta(minutes=15)
    assert list(Run.objects.values_list("feed_id", "trigger", "status")) == [(feed.pk, "schedule", "queued")]


def test_missed_times_are_not_made_up_for() -> None:
    feed = due(next_run_at=timezone.now() - timedelta(days=3))

    dispatch_due()

    assert timedelta(minutes=14) < next_run(feed) - timezone.now() <= timedelta(minutes=15)
    assert Run.objects.count() == 1


def test_a_feed_that_is_read_already_waits_for_its_next_time() -> None:
    feed = due()
    RunFactory(feed)

    assert dispatch_due() == 0
    assert next_run(feed) > timezone.now()


def test_a_switched_off_feed_is_never_due() -> None:
    due(active=False)

    assert dispatch_due() == 0


def test_an_empty_folder_gives_no_run(settings: Settings, tmp_path: Path) -> None:
    settings.WATCHED_ROOT = tmp_path
    (tmp_path / "north").mkdir()
    feed = due(transport="folder", location="north")

    assert dispatch_due() == 0
    drop(tmp_path / "north", "stock.csv")
    Feed.objects.filter(pk=feed.pk).update(next_run_at=timezone.now())
    assert dispatch_due() == 1


def test_a_new_feed_with_a_rhythm_is_due_at_once_and_an_upload_never() -> None:
    supplier = SupplierFactory()

    fetched = create_feed(
        supplier, by=CLOCK, name="prices", transport="url", location="http://x/", every_minutes=15
    )
    by_hand = create_feed(supplier, by=CLOCK, name="by hand", transport="upload", every_minutes=15)

    assert (fetched.next_run_at is not None, by_hand.next_run_at) == (True, None)
    assert HistoryEntry.objects.get(thread=f"feed:{fetched.pk}").after["location"] == "http://x/"


def test_an_edited_feed_keeps_only_what_changed_on_the_record() -> None:
    feed = due(last_sha256="abc")

    edit_feed(feed, by=CLOCK, name=feed.name, every_minutes=30, why="too often")

    feed.refresh_from_db()
    entry = HistoryEntry.objects.get(thread=f"feed:{feed.pk}", kind="feed.edited")
    assert (entry.before, entry.after, entry.why) == (
        {"every_minutes": 15},
        {"every_minutes": 30},
        "too often",
    )
    assert (feed.last_sha256, feed.every_minutes) == ("abc", 30)


def test_an_edit_that_changes_nothing_is_not_on_the_record() -> None:
    feed = due()

    edit_feed(feed, by=CLOCK, name=feed.name)

    assert not HistoryEntry.objects.filter(thread=f"feed:{feed.pk}").exists()
