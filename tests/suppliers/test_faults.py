"""Whatever goes wrong on the way, the whole import ends in a plain sentence, changes nothing, and is tried again."""

import gzip
import logging
import os
import re
import resource
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from stocke.core.events import Event
from stocke.core.models import HistoryEntry
from suppliers.domain.heartbeats import Heartbeat
from suppliers.domain.runs import failures_in_a_row
from suppliers.domain.schedules import dispatch_due
from suppliers.events import FeedFailed
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, OfferStock, Run
from suppliers.readers import Limits
from suppliers.transports import check_address
from tests.core.test_outbound import resolve
from tests.factories.feeds import FeedFactory, csv
from tests.fakes.bombs import gzip_of_zeros, nested, zip_of_zeros
from tests.fakes.web import FakeWeb, running_web
from tests.suppliers.test_web_feeds import feed_at, imported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
WORD = "not-to-be-seen-anywhere"
USUAL = csv([("A", "4"), ("B", ">20"), ("C", "7")])
NEXT = csv([("A", "3"), ("B", ">20"), ("C", "7")])
KNOWN = {"A": 4, "B": 20, "C": 7}
PATH = "/stock.csv"


@dataclass(frozen=True)
class Fault:
    """How an address answers, and what the import comes to: its status, the code of its sentence."""

    answer: Callable[[FakeWeb], object]
    status: str
    code: str


def sends(body: bytes, **headers: str) -> Callable[[FakeWeb], object]:
    return lambda web: web.put(PATH, body, status=200, **headers)


def refuses(status: int, **headers: str) -> Callable[[FakeWeb], object]:
    return lambda web: web.put(PATH, b"no", status=status, **headers)


def xml(dtd: str, name: str = "Chair") -> bytes:
    return (
        f"<!DOCTYPE all [{dtd}]><all><item><sku>A</sku><name>{name}</name><qty>1</qty></item></all>".encode()
    )


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + '<!ENTITY l0 "lol">'
WIDE = "\n".join(
    ";".join(f"{line}{place}" for place in range(5_000)) for line in ("c", "1", "2", "3")
).encode()
ERROR_PAGE = b"<!DOCTYPE html><html><body><h1>Wartungsarbeiten</h1></body></html>"
FAULTS = {
    "cut in mid-file": Fault(lambda web: web.cut(PATH, USUAL[:30], promised=len(USUAL)), "failed", "cut"),
    "half a gzip on the line": Fault(
        sends(gzip.compress(USUAL)[:-12], Content_Encoding="gzip"), "failed", "cut"
    ),
    "half a gzip as a file": Fault(sends(gzip.compress(USUAL * 9)[:-12]), "failed", "cut_short"),
    "zeros without end in a ZIP": Fault(
        lambda web: web.put(PATH, nested(zip_of_zeros())), "failed", "too_large_unpacked"
    ),
    "a bomb of entities": Fault(sends(xml(LAUGHS, "&l9;")), "failed", "entities"),
    "entities of parameters": Fault(sends(xml('<!ENTITY % p "&#37;p;">')), "failed", "entities"),
    "5,000 columns": Fault(sends(WIDE), "failed", "too_wide"),
    "endless redirects": Fault(lambda web: web.redirect(PATH, PATH), "failed", "redirects"),
    "a redirect inside": Fault(
        lambda web: web.redirect(PATH, web.url("/inside", host="127.0.0.1")), "failed", "private"
    ),
    "a redirect to a file of ours": Fault(
        lambda web: web.redirect(PATH, "file:///etc/passwd"), "failed", "astray"
    ),
    "a redirect to nothing": Fault(lambda web: web.redirect(PATH, "data:,sku;qty"), "failed", "astray"),
    "wrong credentials": Fault(refuses(401), "failed", "denied"),
    "an error page that is called good": Fault(sends(ERROR_PAGE), "held", "html"),
    "an error in JSON that is called good": Fault(sends(b'{"error": "try later"}'), "failed", "no_items"),
    "an error in plain text that is called good": Fault(
        sends(b"Fatal error: Uncaught Exception in /var/www/feed.php on line 12\n"), "failed", "no_table"
    ),
    "an empty answer": Fault(sends(b""), "held", "empty"),
    "asked too often": Fault(refuses(429, Retry_After="1800"), "failed", "busy"),
    "a server that is down": Fault(refuses(503), "failed", "status_later"),
}
TRIED_AGAIN_BY_ITSELF = {"cut", "busy", "status_later"}


@pytest.fixture
def web(settings: Settings) -> Generator[FakeWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_web() as started:
        yield started


def known_feed(web: FakeWeb) -> Feed:
    """A feed that said something good before, whose schedule comes again in a quarter of an hour."""
    feed = feed_at(web.put(PATH, USUAL), secret=WORD, auth="bearer")
    assert imported(feed).status == "applied"
    Feed.objects.filter(pk=feed.pk).update(next_run_at=timezone.now() + timedelta(minutes=15))
    return feed


def stock() -> dict[str, int | None]:
    return dict(OfferStock.objects.values_list("offer__supplier_sku", "quantity"))


def assert_said_and_planned(run: Run, *, status: str, code: str) -> None:
    """The sentences are for people, in both languages and without a secret; offers stand; the next attempt is set."""
    problem = run.facts["problem"]
    assert (run.status, problem["code"]) == (status, code)
    english, french = problem["text"]["en"], problem["text"]["fr"]
    assert english != french
    for sentence in (english, french):
        assert re.fullmatch(r"\S.{20,300}\.", sentence), sentence
        assert not re.search(r"Traceback|Error\(|Exception|None|\{|%\(", sentence), sentence
        assert WORD not in sentence
    assert stock() == KNOWN
    planned = Feed.objects.get(pk=run.feed_id).next_run_at
    assert planned is not None
    assert timezone.now() < planned <= timezone.now() + timedelta(hours=24)


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_said_changes_nothing_and_is_tried_again(
    web: FakeWeb, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    feed, fault = known_feed(web), FAULTS[name]
    fault.answer(web)
    began = time.process_time()

    with caplog.at_level(logging.DEBUG):
        run = imported(feed)

    assert time.process_time() - began < 20
    assert_said_and_planned(run, status=fault.status, code=fault.code)
    assert run.facts["problem"]["retry"] == (fault.code in TRIED_AGAIN_BY_ITSELF)
    assert WORD not in caplog.text
    assert WORD not in str(list(HistoryEntry.objects.values())) + str(run.__dict__)

    web.put(PATH, NEXT)
    Feed.objects.filter(pk=feed.pk).update(next_run_at=timezone.now())
    assert dispatch_due() == 1
    run_feed(Run.objects.latest("pk").pk)
    assert (Run.objects.latest("pk").status, stock()) == ("applied", {**KNOWN, "A": 3})


@contextmanager
def files_of_at_most(size: int) -> Generator[None]:
    """The system itself ends every write beyond that size, in any file of this process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def memory() -> int:
    """The most that this process ever held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@pytest.mark.parametrize("pack", [zip_of_zeros, lambda: nested(zip_of_zeros())], ids=["a ZIP", "two ZIPs"])
def test_ten_gigabytes_that_say_so_are_not_even_begun(web: FakeWeb, pack: Callable[[], bytes]) -> None:
    feed, before = known_feed(web), memory()
    web.put(PATH, pack())

    with files_of_at_most(12_000_000):
        run = imported(feed)

    assert_said_and_planned(run, status="failed", code="too_large_unpacked")
    assert memory() - before < 150


@pytest.mark.parametrize(
    ("pack", "code"),
    [(gzip_of_zeros, "too_large_unpacked"), (lambda: zip_of_zeros(says=1_000), "unreadable")],
    ids=["no size", "a small one"],
)
def test_ten_gigabytes_that_do_not_say_so_end_at_the_bound(
    web: FakeWeb, monkeypatch: pytest.MonkeyPatch, pack: Callable[[], bytes], code: str
) -> None:
    monkeypatch.setattr("suppliers.domain.reading.feed_limits", lambda: Limits(max_unpacked=50_000_000))
    feed, before, started = known_feed(web), memory(), time.process_time()
    web.put(PATH, pack())

    with files_of_at_most(51_000_000):
        run = imported(feed)

    assert_said_and_planned(run, status="failed", code=code)
    assert memory() - before < 150
    assert time.process_time() - started < 20


def test_a_cell_of_two_hundred_megabytes_is_never_in_memory(web: FakeWeb) -> None:
    feed, before = known_feed(web), memory()
    web.answers[PATH] = send_endless_cell

    run = imported(feed)

    assert_said_and_planned(run, status="failed", code="too_long_piece")
    assert run.size_bytes and run.size_bytes > 200_000_000
    assert memory() - before < 150


def send_endless_cell(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    request.wfile.write(b"sku;name;qty;price\nA;")
    for _megabyte in range(200):
        request.wfile.write(b"x" * 1024**2)
    request.wfile.write(b";4;9,90\nB;Article B;5;9,90\n")


def test_a_file_that_grows_while_it_is_read_waits(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WATCHED_ROOT = tmp_path
    feed = FeedFactory(transport="folder", location="north", every_minutes=15)
    (tmp_path / "north").mkdir()
    path = tmp_path / "north" / "stock.csv"
    drop(path, USUAL)
    assert imported(feed).status == "applied"
    Feed.objects.filter(pk=feed.pk).update(next_run_at=timezone.now() + timedelta(minutes=15))
    drop(path, NEXT)
    monkeypatch.setattr(Heartbeat, "progress", lambda heart, done, total: path.write_bytes(NEXT + NEXT))

    run = imported(feed)

    assert_said_and_planned(run, status="failed", code="unstable")
    assert run.facts["problem"]["retry"]


def drop(path: Path, content: bytes) -> None:
    """A file that lies there for a while already."""
    path.write_bytes(content)
    os.utime(path, (time.time() - 600, time.time() - 600))


def test_a_name_that_moved_inside_since_it_was_checked_leads_nowhere(
    web: FakeWeb, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    feed = known_feed(web)
    Feed.objects.filter(pk=feed.pk).update(location=web.url(PATH, host="feeds.example"))
    feed.refresh_from_db()
    with monkeypatch.context() as earlier:
        resolve(earlier, ["8.8.8.8"])
        check_address(feed.location)
    web.asked.clear()

    asked = resolve(monkeypatch, ["127.0.0.1"])
    run = imported(feed)

    assert_said_and_planned(run, status="failed", code="private")
    assert (asked.count("feeds.example"), web.asked) == (1, [])


def test_what_opens_a_server_is_in_no_table_as_it_stands(web: FakeWeb) -> None:
    known_feed(web)

    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(c::text, '') FROM core_credential c")
        kept = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(f::text, '') FROM suppliers_feed f")
        feeds = cursor.fetchone()[0]

    assert kept
    assert WORD not in kept + feeds
    assert WORD.encode().hex() not in kept


def test_the_fifth_failure_in_a_row_asks_a_person_and_a_good_file_ends_the_row(
    web: FakeWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = known_feed(web)
    asked: list[Event] = []
    monkeypatch.setattr("suppliers.domain.runs.publish", asked.append)
    kinds = [FAULTS[name] for name in ("5,000 columns", "a server that is down", "a bomb of entities") * 2]

    for fault in kinds:
        fault.answer(web)
        assert imported(feed).status == "failed"

    fifth = Run.objects.order_by("-pk")[1]
    assert asked == [FeedFailed(fifth.pk)]
    web.put(PATH, NEXT)
    assert imported(feed).status == "applied"
    assert failures_in_a_row(feed.pk) == 0
