"""Feeds on servers of their own kind: what a run makes of them, and what it remembers."""

from collections.abc import Generator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from suppliers.domain.feeds import GivenSecrets, create_feed, edit_feed
from suppliers.domain.runs import request_run
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, FeedMapping, OfferStock, Run, RunStatus
from tests.factories.feeds import READ_AS, csv
from tests.factories.people import client_as
from tests.factories.suppliers import SupplierFactory
from tests.fakes.sftp import PASSWORD, USER, FakeSftp, running_sftp
from tests.suppliers.test_feed_pages import new_feed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Generator[FakeSftp]:
    with running_sftp(tmp_path_factory.mktemp("sftp")) as started:
        yield started


@pytest.fixture
def server(running: FakeSftp, settings: Settings) -> FakeSftp:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    (running.root / "stock.csv").write_bytes(csv([("A", "4"), ("B", "7")]))
    return running


def feed_on(server: FakeSftp, **access: Any) -> Feed:
    feed = create_feed(
        SupplierFactory(),
        by=CLOCK,
        secrets=GivenSecrets({"password": PASSWORD}),
        name="Stock",
        transport="sftp",
        location="sftp://localhost/stock.csv",
        access={"host": "localhost", "port": server.port, "user": USER, "path": "stock.csv", **access},
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


def test_the_key_of_the_first_visit_becomes_a_setting_that_is_on_the_record(server: FakeSftp) -> None:
    feed = feed_on(server)

    first, second = imported(feed), imported(feed)

    assert (first.status, second.status) == (RunStatus.APPLIED, RunStatus.UNCHANGED)
    assert feed.access["host_key"] == server.fingerprint
    noted = HistoryEntry.objects.filter(thread=f"feed:{feed.pk}", kind="feed.host_key_noted")
    assert [entry.after for entry in noted] == [{"access.host_key": server.fingerprint}]


def test_a_key_that_changed_ends_the_import_and_nothing_moves(server: FakeSftp) -> None:
    feed = feed_on(server, host_key="ssh-ed25519 SHA256:" + "A" * 43)

    run = imported(feed)

    assert (run.status, run.facts["problem"]["retry"]) == (RunStatus.FAILED, False)
    assert run.facts["problem"]["text"]["en"] == (
        f"localhost shows another key than before: {server.fingerprint}. Either the supplier has changed his server, "
        "or somebody stands in between. Ask him, then put the right key into the feed."
    )
    assert (feed.access["host_key"], OfferStock.objects.count()) == ("ssh-ed25519 SHA256:" + "A" * 43, 0)


def test_a_failed_first_visit_notes_no_key(server: FakeSftp) -> None:
    feed = feed_on(server)
    edit_feed(feed, by=CLOCK, secrets=GivenSecrets({"password": "wrong-word"}))
    feed.refresh_from_db()

    assert imported(feed).facts["problem"]["code"] == "login"
    assert "host_key" not in feed.access


def described(server: FakeSftp, **given: Any) -> dict[str, Any]:
    facts = {
        "host": "localhost",
        "port": server.port,
        "user": USER,
        "path": "stock.csv",
        "password": PASSWORD,
    }
    return new_feed(transport="sftp", **{f"sftp-{name}": value for name, value in {**facts, **given}.items()})


def test_a_server_is_described_tested_and_connected_on_a_page(server: FakeSftp) -> None:
    client = client_as("operations")

    tested = client.post("/feeds/new/", {**described(server), "test": "1"})
    client.post("/feeds/new/", described(server, host_key=server.fingerprint))

    seen = " ".join(tested.content.decode().split())
    assert "The connection works" in seen and server.fingerprint in seen and "<td>B</td>" in seen
    feed = Feed.objects.get()
    assert (feed.transport, feed.location) == ("sftp", f"sftp://localhost:{server.port}/stock.csv")
    assert feed.access == {
        "host": "localhost",
        "port": server.port,
        "user": USER,
        "path": "stock.csv",
        "host_key": server.fingerprint,
    }


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("host", "sftp://supplier.example", "Write only the name of the server here"),
        ("host", "10.0.0.7", "10.0.0.7 is inside a private network"),
        ("private_key", "-----BEGIN NONSENSE", "The private key cannot be read."),
        ("host_key", "abc", "A key of a server is written SHA256:…"),
        ("path", "", "This field is required."),
    ],
)
def test_what_cannot_work_is_refused_in_the_form(
    server: FakeSftp, field: str, value: str, sentence: str
) -> None:
    answer = client_as("operations").post("/feeds/new/", described(server, **{field: value}))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Feed.objects.exists()
