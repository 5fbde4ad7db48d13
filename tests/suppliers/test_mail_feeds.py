"""Feeds from a mailbox: what a run makes of a mail, and of none."""

from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from stocke.core.actors import Actor
from suppliers.domain.feeds import GivenSecrets, create_feed, edit_feed
from suppliers.domain.runs import failures_in_a_row, request_run
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, FeedMapping, OfferStock, Run, RunStatus
from suppliers.queries.runs import is_overtaken
from tests.factories.feeds import READ_AS, csv
from tests.factories.people import client_as
from tests.factories.suppliers import SupplierFactory
from tests.fakes.certificates import Certificates
from tests.fakes.imap import PASSWORD, USER, FakeImap, mail, running_imap
from tests.suppliers.test_feed_pages import new_feed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")


@pytest.fixture(scope="module")
def running(certificates: Certificates) -> Generator[FakeImap]:
    with running_imap(certificates.server) as started:
        yield started


@pytest.fixture
def box(running: FakeImap, settings: Settings) -> FakeImap:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    running.empty()
    return running


def access_to(box: FakeImap, **more: Any) -> dict[str, Any]:
    way = {
        "host": "localhost",
        "port": box.port,
        "security": "none",
        "user": USER,
        "sender": "supplier.example",
    }
    return {**way, **more}


@pytest.fixture
def feed(box: FakeImap) -> Feed:
    made = create_feed(
        SupplierFactory(),
        by=CLOCK,
        secrets=GivenSecrets({"password": PASSWORD}),
        name="Stock",
        transport="mailbox",
        location="imap://localhost",
        access=access_to(box),
        every_minutes=15,
    )
    made.mapping = FeedMapping.objects.create(feed=made, version=1, column_map=READ_AS.to_json())
    made.save(update_fields=["mapping"])
    return made


def imported(feed: Feed, trigger: str = "schedule") -> Run | None:
    run = request_run(feed, by=CLOCK, trigger=trigger)
    assert run is not None
    run_feed(run.pk)
    feed.refresh_from_db()
    return Run.objects.filter(pk=run.pk).first()


def test_the_mails_of_a_day_are_imports_and_the_hours_without_one_are_none(box: FakeImap, feed: Feed) -> None:
    assert imported(feed) is None
    box.put(mail(stock_csv=csv([("A", "4"), ("B", "7")])))
    first = imported(feed)
    assert imported(feed) is None
    box.put(mail(stock_csv=csv([("A", "3"), ("B", "7")])))
    second = imported(feed)

    assert first is not None and second is not None
    assert list(Run.objects.order_by("pk").values_list("pk", "status")) == [
        (first.pk, RunStatus.APPLIED),
        (second.pk, RunStatus.APPLIED),
    ]
    assert OfferStock.objects.get(offer__supplier_sku="A").quantity == 3


def test_a_look_that_finds_nothing_is_counted_for_its_day(box: FakeImap, feed: Feed) -> None:
    assert (feed.looks, feed.looked_at) == (0, None)
    imported(feed)
    first = feed.looked_at
    imported(feed)

    assert first is not None
    assert feed.looked_at is not None
    assert (feed.looks, feed.looked_at > first) == (2, True)

    Feed.objects.filter(pk=feed.pk).update(looked_at=first - timedelta(days=1))
    imported(feed)

    assert (feed.looks, Run.objects.count()) == (1, 0)


def test_a_mail_without_a_file_is_told_of_once_and_one_with_a_file_is_taken_after_it(
    box: FakeImap, feed: Feed
) -> None:
    box.put(mail(stock_csv=csv([("A", "4"), ("B", "7")])))
    imported(feed)
    box.put(mail())
    told = imported(feed)

    assert imported(feed) is None
    assert told is not None
    assert (told.status, told.facts["problem"]["code"]) == (RunStatus.FAILED, "no_file_in_mail")

    box.put(mail(stock_csv=csv([("A", "3"), ("B", "7")])))
    imported(feed)

    statuses = Run.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == [RunStatus.APPLIED, RunStatus.FAILED, RunStatus.APPLIED]
    assert OfferStock.objects.get(offer__supplier_sku="A").quantity == 3


def test_a_mail_without_a_file_is_looked_at_anew_where_the_pattern_was_corrected(
    box: FakeImap, feed: Feed
) -> None:
    edit_feed(feed, by=CLOCK, access=access_to(box, pattern="*.xlsx"))
    box.put(mail(stock_csv=csv([("A", "4"), ("B", "7")])))
    imported(feed)

    edit_feed(feed, by=CLOCK, access=access_to(box, pattern="*.csv"))
    imported(feed)

    statuses = Run.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == [RunStatus.FAILED, RunStatus.APPLIED]


def test_a_person_who_asks_is_told_that_nothing_came(box: FakeImap, feed: Feed) -> None:
    run = imported(feed, trigger="person")

    assert run is not None
    assert (run.status, run.facts["problem"]["text"]["en"]) == (
        RunStatus.UNCHANGED,
        "No new mail in “INBOX” fits sender and subject. Nothing was said, so nothing changed.",
    )
    assert (failures_in_a_row(feed.pk), feed.last_good_at, is_overtaken(run)) == (0, None, False)


def test_that_nothing_came_overtakes_no_import(box: FakeImap, feed: Feed) -> None:
    box.put(mail(stock_csv=csv([("A", "4"), ("B", "7")])))
    first = imported(feed)
    imported(feed, trigger="person")

    assert first is not None
    assert (is_overtaken(first), feed.last_good_at) == (False, first.taken_at)


def test_a_worker_that_dies_before_it_remembers_reads_the_mail_again_and_finds_it_known(
    box: FakeImap, feed: Feed
) -> None:
    box.put(mail(stock_csv=csv([("A", "4"), ("B", "7")])))
    imported(feed)
    Feed.objects.filter(pk=feed.pk).update(remembered={})
    feed.refresh_from_db()

    again = imported(feed)

    assert again is not None
    assert again.status == RunStatus.UNCHANGED


def test_a_mailbox_is_described_tested_and_connected_on_a_page(box: FakeImap) -> None:
    box.put(mail(stock_csv=csv([("A", "4"), ("B", "7")])))
    described = {**access_to(box), "password": PASSWORD, "take": "attachment"}
    given = new_feed(transport="mailbox", **{f"mailbox-{name}": value for name, value in described.items()})
    client = client_as("operations")

    tested = client.post("/feeds/new/", {**given, "test": "1"})
    client.post("/feeds/new/", given)

    seen = " ".join(tested.content.decode().split())
    assert "The connection works" in seen and "stock.csv" in seen and "<td>B</td>" in seen
    feed = Feed.objects.get()
    assert (feed.location, feed.access, feed.remembered) == (
        f"imap://{USER}@localhost/INBOX · supplier.example",
        {**access_to(box), "take": "attachment"},
        {},
    )
