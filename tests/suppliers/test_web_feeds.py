"""Feeds at an address: how their server lets us in, and what it means that nothing changed."""

from collections.abc import Generator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from pytest_django.fixtures import Settings

from stocke.core.actors import Actor
from stocke.core.models import Credential, HistoryEntry
from suppliers.domain.feeds import GivenSecrets, create_feed, edit_feed
from suppliers.domain.runs import request_run
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, FeedMapping, OfferStock, Run, RunStatus
from tests.factories.feeds import READ_AS, csv
from tests.factories.suppliers import SupplierFactory
from tests.fakes.web import FakeWeb, running_web

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
USUAL = csv([("A", "4"), ("B", ">20"), ("C", "7")])
WORD = "not-to-be-seen-anywhere"


@pytest.fixture
def web(settings: Settings) -> Generator[FakeWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_web() as started:
        yield started


def feed_at(url: str, *, secret: str = "", **access: Any) -> Feed:
    feed = create_feed(
        SupplierFactory(),
        by=CLOCK,
        secrets=GivenSecrets({"secret": secret} if secret else {}),
        name="Stock",
        transport="url",
        location=url,
        access=access,
        every_minutes=15,
    )
    feed.mapping = FeedMapping.objects.create(feed=feed, version=1, column_map=READ_AS.to_json())
    feed.save(update_fields=["mapping"])
    return feed


def imported(feed: Feed) -> Run:
    run = request_run(feed, by=CLOCK, trigger="schedule")
    assert run is not None
    run_feed(run.pk)
    run.refresh_from_db()
    feed.refresh_from_db()
    return run


def problem(run: Run) -> str:
    return str(run.facts["problem"]["text"]["en"])


@pytest.mark.parametrize(
    ("access", "header", "shown"),
    [
        (
            {"auth": "basic", "user": "shop"},
            "Authorization",
            "Basic c2hvcDpub3QtdG8tYmUtc2Vlbi1hbnl3aGVyZQ==",
        ),
        ({"auth": "bearer"}, "Authorization", f"Bearer {WORD}"),
        ({"auth": "header", "name": "X-Api-Key"}, "X-Api-Key", WORD),
    ],
)
def test_the_server_is_shown_what_it_asks_for(
    web: FakeWeb, access: dict[str, str], header: str, shown: str
) -> None:
    run = imported(feed_at(web.put("/stock.csv", USUAL), secret=WORD, **access))

    assert (run.status, web.headers[0][header]) == (RunStatus.APPLIED, shown)


def test_a_key_in_the_address_is_added_when_we_ask_and_kept_nowhere(web: FakeWeb) -> None:
    web.put(f"/stock.csv?list=all&key={WORD}", USUAL)

    run = imported(feed_at(web.url("/stock.csv?list=all"), secret=WORD, auth="query", name="key"))

    assert (run.status, web.asked) == (RunStatus.APPLIED, [f"/stock.csv?list=all&key={WORD}"])
    assert (run.file_name, WORD in str(run.__dict__)) == ("stock.csv", False)


@pytest.mark.parametrize("access", [{"auth": "bearer"}, {"auth": "header", "name": "X-Api-Key"}])
def test_a_word_that_no_header_can_carry_is_said_and_not_sent(web: FakeWeb, access: dict[str, str]) -> None:
    run = imported(feed_at(web.put("/stock.csv", USUAL), secret="clé", **access))

    assert (run.status, run.facts["problem"]["code"], run.facts["problem"]["retry"], web.headers) == (
        RunStatus.FAILED,
        "login",
        False,
        [],
    )
    assert problem(run) == "localhost refuses the user name, the password or the key. Correct them."


def test_a_mark_that_no_header_can_carry_is_not_shown_back(web: FakeWeb) -> None:
    feed = feed_at(web.put("/stock.csv", USUAL))
    imported(feed)
    Feed.objects.filter(pk=feed.pk).update(
        remembered={**feed.remembered, "validators": {"etag": "é", "modified": ""}}
    )
    feed.refresh_from_db()

    run = imported(feed)

    assert (run.status, "If-None-Match" in web.headers[1]) == (RunStatus.UNCHANGED, False)


def test_what_opens_one_server_is_not_shown_to_another(web: FakeWeb) -> None:
    with running_web() as other:
        other.put("/stock.csv", USUAL)
        start = web.redirect("/stock.csv", other.url("/stock.csv"))

        run = imported(feed_at(start, secret=WORD, auth="bearer"))

        assert run.status == RunStatus.APPLIED
        assert web.headers[0]["Authorization"] == f"Bearer {WORD}"
        assert "Authorization" not in other.headers[0]


def test_a_server_that_refuses_us_is_a_failure_that_waits_for_a_person(web: FakeWeb) -> None:
    feed = feed_at(web.put("/stock.csv", b"", status=401), secret=WORD, auth="basic", user="shop")

    run = imported(feed)

    assert (run.status, run.facts["problem"]["retry"]) == (RunStatus.FAILED, False)
    assert problem(run) == (
        "The server does not let us in (401): user name, password or key are missing or wrong. Correct them."
    )


@pytest.mark.parametrize(
    "marks",
    [{"ETag": '"v1"'}, {"ETag": 'W/"v1"'}, {"Last_Modified": "Fri, 20 Nov 2026 07:12:00 GMT"}],
)
def test_a_file_that_did_not_change_is_not_sent_again(web: FakeWeb, marks: dict[str, str]) -> None:
    feed = feed_at(web.marked("/stock.csv", USUAL, **marks))
    first = imported(feed)

    before = timezone.now()
    second = imported(feed)

    assert (first.status, second.status) == (RunStatus.APPLIED, RunStatus.UNCHANGED)
    assert second.facts["same_as"] == first.pk
    assert (second.file, second.sha256, second.size_bytes) == ("", first.sha256, len(USUAL))
    assert feed.last_good_at is not None and feed.last_good_at >= before


def test_a_changed_file_is_read_although_we_showed_the_old_mark(web: FakeWeb) -> None:
    feed = feed_at(web.marked("/stock.csv", USUAL, ETag='"v1"'))
    imported(feed)
    web.marked("/stock.csv", csv([("A", "3"), ("B", ">20"), ("C", "7")]), ETag='"v2"')

    assert imported(feed).status == RunStatus.APPLIED
    assert OfferStock.objects.get(offer__supplier_sku="A").quantity == 3
    assert feed.remembered["validators"]["etag"] == '"v2"'


def test_no_mark_is_shown_when_the_file_would_be_read_otherwise_now(web: FakeWeb) -> None:
    feed = feed_at(web.marked("/stock.csv", USUAL, ETag='"v1"'))
    imported(feed)

    edit_feed(feed, by=CLOCK, limits={"lost": ["0.01", "0.1"]})

    assert imported(feed).status == RunStatus.APPLIED
    assert "If-None-Match" not in web.headers[-1]


def test_a_server_that_always_says_unchanged_is_found_out_within_a_day(web: FakeWeb) -> None:
    feed = feed_at(web.marked("/stock.csv", USUAL, ETag='"always"'))
    imported(feed)
    yesterday = (timezone.now() - timedelta(hours=25)).isoformat()
    Feed.objects.filter(pk=feed.pk).update(remembered={**feed.remembered, "fetched_at": yesterday})
    feed.refresh_from_db()
    web.marked("/stock.csv", csv([("A", "1"), ("B", "2"), ("C", "3")]), ETag='"always"')

    assert imported(feed).status == RunStatus.APPLIED
    assert OfferStock.objects.get(offer__supplier_sku="A").quantity == 1


def test_a_date_that_may_still_move_is_not_shown(web: FakeWeb) -> None:
    """A server tells the second; a file that was written in that very second may be written once more in it."""
    feed = feed_at(web.put("/stock.csv", USUAL, Last_Modified=format_datetime(timezone.now(), usegmt=True)))

    imported(feed)

    assert "validators" not in feed.remembered


@pytest.mark.parametrize(
    ("told", "known"), [("Thu, 01 Jan 1970 00:00:00 GMT", True), ("Sun, 01 Jan 2090 00:00:00 GMT", False)]
)
def test_the_clock_of_the_server_never_moves_ours(web: FakeWeb, told: str, known: bool) -> None:
    feed = feed_at(web.put("/stock.csv", USUAL, Last_Modified=told))
    imported(feed)
    looked = parse_datetime(feed.remembered["looked_at"])
    web.put("/stock.csv", csv([("A", "3"), ("B", ">20"), ("C", "7")]), Last_Modified=told)

    run = imported(feed)

    assert looked is not None and run.taken_at is not None
    assert looked <= run.taken_at <= timezone.now()
    assert ("written_at" in run.facts) == known


def test_a_file_counts_from_when_it_was_written_not_from_when_we_asked(web: FakeWeb) -> None:
    """Otherwise a promise that was accepted in between would be taken for contained in the file."""
    feed = feed_at(web.put("/stock.csv", USUAL))
    imported(feed)
    an_hour_ago = (timezone.now() - timedelta(hours=1)).isoformat()
    Feed.objects.filter(pk=feed.pk).update(remembered={**feed.remembered, "looked_at": an_hour_ago})
    feed.refresh_from_db()
    written = timezone.now().replace(microsecond=0) - timedelta(minutes=10)
    changed = csv([("A", "3"), ("B", ">20"), ("C", "7")])
    web.put("/stock.csv", changed, Last_Modified=format_datetime(written, usegmt=True))

    run = imported(feed)

    assert run.taken_at is not None
    assert abs(run.taken_at - written) < timedelta(seconds=30)


def test_a_server_that_wants_to_be_left_alone_is_even_by_the_schedule(web: FakeWeb) -> None:
    feed = feed_at(web.put("/stock.csv", b"", status=429, Retry_After="7200"))
    Feed.objects.filter(pk=feed.pk).update(next_run_at=timezone.now() + timedelta(minutes=15))

    run = imported(feed)

    assert (run.status, problem(run)) == (
        RunStatus.FAILED,
        "The server has been asked too often and wants to be left alone for a while.",
    )
    assert wait_of(feed) == timedelta(hours=2)


def test_no_server_keeps_us_away_for_longer_than_a_day(web: FakeWeb) -> None:
    date = format_datetime(timezone.now() + timedelta(days=400), usegmt=True)
    feed = feed_at(web.put("/stock.csv", b"", status=503, Retry_After=date))

    imported(feed)

    assert wait_of(feed) == timedelta(hours=24)


def test_each_failure_in_a_row_waits_longer_and_the_fifth_asks_a_person(web: FakeWeb) -> None:
    feed = feed_at(web.put("/stock.csv", b"", status=503))
    Feed.objects.filter(pk=feed.pk).update(every_minutes=None)
    waits = []
    for _attempt in range(5):
        Feed.objects.filter(pk=feed.pk).update(next_run_at=None)
        imported(feed)
        waits.append(wait_of(feed) if feed.next_run_at else None)

    assert waits == [timedelta(minutes=minutes) for minutes in (5, 10, 20, 40)] + [None]


def wait_of(feed: Feed) -> timedelta:
    """From now to the next attempt, to the minute."""
    assert feed.next_run_at is not None
    left: timedelta = feed.next_run_at - timezone.now()
    return timedelta(minutes=round(left.total_seconds() / 60))


def test_an_address_that_was_changed_is_another_source(web: FakeWeb) -> None:
    feed = feed_at(web.marked("/stock.csv", USUAL, ETag='"v1"'))
    imported(feed)

    edit_feed(feed, by=CLOCK, location=web.marked("/other.csv", USUAL, ETag='"v1"'))
    feed.refresh_from_db()

    assert feed.remembered == {}
    assert imported(feed).status == RunStatus.APPLIED


def test_of_a_change_of_credentials_only_the_fact_is_on_the_record() -> None:
    feed = feed_at("https://feeds.example/x", secret=WORD, auth="bearer")

    edit_feed(feed, by=CLOCK, secrets=GivenSecrets({"secret": f"{WORD}2"}))
    edit_feed(feed, by=CLOCK, secrets=GivenSecrets(kept=frozenset({"secret"})))
    edit_feed(feed, by=CLOCK, access={}, secrets=GivenSecrets())

    entries = HistoryEntry.objects.filter(thread=f"feed:{feed.pk}").order_by("pk")
    assert [(entry.kind, entry.before, entry.after) for entry in entries[1:]] == [
        ("feed.credentials_changed", {}, {}),
        ("feed.credentials_removed", {}, {}),
        ("feed.edited", {"access.auth": "bearer"}, {}),
    ]
    assert WORD not in str(list(entries.values()))
    assert not Credential.objects.exists()


def test_a_password_that_no_key_opens_any_more_is_asked_for_again(web: FakeWeb, settings: Settings) -> None:
    feed = feed_at(web.put("/stock.csv", USUAL), secret=WORD, auth="bearer")
    settings.SECRET_KEY = "another"

    run = imported(feed)

    assert (run.status, run.facts["problem"]["code"], web.asked) == (RunStatus.FAILED, "sealed", [])
