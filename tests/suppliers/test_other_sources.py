"""A feed whose source is changed while its file is fetched and read: the old source's file does not count."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from stocke.core.models import HistoryEntry
from suppliers.domain import importing
from suppliers.domain.deciding import apply_held
from suppliers.domain.feeds import GivenSecrets, edit_feed, receive_file
from suppliers.domain.schedules import dispatch_due
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, Observation, OfferStock, Run, RunStatus
from tests.factories.feeds import csv
from tests.fakes.web import FakeWeb
from tests.suppliers.test_web_feeds import CLOCK, feed_at, imported, problem
from tests.suppliers.test_web_feeds import web as web

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
OLD, NEW = "/old.csv", "/new.csv"
FIRST, ELSEWHERE = [("A", 4), ("B", 5)], [("A", 70), ("C", 8)]


@pytest.fixture
def feed(web: FakeWeb) -> Feed:
    """It is fetched with a secret, and has said something before; its server has something newer by now."""
    web.put(OLD, csv(FIRST))
    web.put(NEW, csv(ELSEWHERE))
    feed = feed_at(web.url(OLD), secret="first", auth="bearer")
    imported(feed)
    web.put(OLD, csv([("A", 3), ("B", 5)]))
    return feed


def imported_while(feed: Feed, change: Callable[[], object], *, at: str) -> Run:
    """An import before this step of which somebody changes the feed."""
    undisturbed = getattr(importing, at)

    def disturbed(*given: Any, **named: Any) -> Any:
        change()
        return undisturbed(*given, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importing, at, disturbed)
        return imported(feed)


def stock() -> dict[str, int | None]:
    return dict(OfferStock.objects.values_list("offer__supplier_sku", "quantity"))


@pytest.mark.parametrize("at", ["work_off", "read_and_apply"])
@pytest.mark.parametrize("kind", ["address", "secret"])
def test_the_file_of_the_old_source_does_not_count_and_the_new_one_is_asked_at_once(
    web: FakeWeb, feed: Feed, kind: str, at: str
) -> None:
    said = Observation.objects.count()
    secrets = GivenSecrets({"secret": "second"})
    changed: dict[str, Any] = {"location": web.url(NEW)} if kind == "address" else {"secrets": secrets}

    run = imported_while(feed, lambda: edit_feed(feed, by=CLOCK, **changed), at=at)

    assert (run.status, run.facts["problem"]["code"], run.counts, run.verdict) == (
        RunStatus.FAILED,
        "source_changed",
        {},
        {},
    )
    assert problem(run) == (
        "While we fetched the file, the source of this feed was changed, so nothing of that file counts."
    )
    assert (stock(), Observation.objects.count()) == (dict(FIRST), said)
    assert HistoryEntry.objects.filter(kind="run.applied").count() == 1

    assert dispatch_due() == 1
    run_feed(Run.objects.latest("pk").pk)
    expected = {"A": 70, "B": None, "C": 8} if kind == "address" else {"A": 3, "B": 5}
    assert stock() == expected


def test_the_same_file_of_the_old_source_confirms_nothing(web: FakeWeb, feed: Feed) -> None:
    web.put(OLD, csv(FIRST))
    good = feed.last_good_at

    run = imported_while(
        feed, lambda: edit_feed(feed, by=CLOCK, secrets=GivenSecrets({"secret": "second"})), at="work_off"
    )

    assert (run.facts["problem"]["code"], feed.last_good_at) == ("source_changed", good)


def test_a_doubtful_file_of_the_old_source_waits_for_nobody(web: FakeWeb, feed: Feed) -> None:
    web.put(OLD, b"sku;name;qty;price\n")

    run = imported_while(feed, lambda: edit_feed(feed, by=CLOCK, location=web.url(NEW)), at="hold_unreadable")

    assert (run.status, run.facts["problem"]["code"]) == (RunStatus.FAILED, "source_changed")
    assert stock() == dict(FIRST)


def test_a_feed_whose_files_are_brought_from_now_on_is_not_asked_again(feed: Feed) -> None:
    run = imported_while(
        feed,
        lambda: edit_feed(feed, by=CLOCK, transport="upload", location="", access={}),
        at="read_and_apply",
    )

    assert (run.facts["problem"]["code"], run.facts["problem"]["retry"]) == ("source_changed", False)
    assert (feed.next_run_at, dispatch_due(), stock()) == (None, 0, dict(FIRST))


def test_what_a_person_brings_or_decides_on_counts_whatever_the_source_is_by_then(
    web: FakeWeb, feed: Feed
) -> None:
    web.put(OLD, csv([("A", 0), ("B", 0)]))
    held = imported(feed)
    edit_feed(feed, by=CLOCK, location=web.url(NEW))
    apply_held(held, by=CLOCK)

    run_feed(held.pk)
    assert stock() == {"A": 0, "B": 0}

    brought = receive_file(feed, ContentFile(csv(FIRST), "stock.csv"), by=CLOCK)
    edit_feed(feed, by=CLOCK, location=web.url(OLD))
    run_feed(brought.pk)
    assert stock() == dict(FIRST)


@pytest.mark.parametrize(
    ("status", "at"), [(404, "settle_not_fetched"), (200, "settle_no_feed")], ids=["not there", "no table"]
)
def test_a_failure_of_the_old_source_is_none_of_the_new_one(
    web: FakeWeb, feed: Feed, status: int, at: str
) -> None:
    web.put(OLD, b"\x89PNG\r\n\x1a\n\x00\x00", status=status)

    run = imported_while(feed, lambda: edit_feed(feed, by=CLOCK, location=web.url(NEW)), at=at)

    assert (run.status, run.facts["problem"]["code"]) == (RunStatus.FAILED, "source_changed")
    assert (stock(), dispatch_due()) == (dict(FIRST), 1)
