"""A worker killed in the middle of an import, and a queue that lost its memory: everything counts once, or not yet."""

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import django_rq
import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from stocke.core.actors import Actor
from suppliers.domain.feeds import receive_file
from suppliers.domain.releasing import let_count
from suppliers.jobs.feeds import run_feed, sweep_runs
from suppliers.jobs.withheld import sweep_decided_lines
from suppliers.models import Feed, Observation, Offer, OfferStock, Run, RunStatus
from tests.factories.feeds import FeedFactory, csv
from tests.kills.workers import work_off, worker_paused_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
FIRST = [("A", "4"), ("B", "5"), ("C", "6"), ("D", "7")]
SECOND = [("A", "3"), ("B", "5"), ("C", "6"), ("D", "7"), ("E", "8")]
THIRD = [("A", "3"), ("B", "9"), ("C", "6"), ("D", "7"), ("E", "8")]
PLACES = [
    ("suppliers.domain.importing:fetch", "before"),
    ("suppliers.domain.importing:read_differences", "after"),
    ("suppliers.domain.importing:keep_lines", "after"),
    ("suppliers.domain.staging:comparison", "before"),
    ("suppliers.domain.applying:write", "after"),
    ("suppliers.domain.applying:record", "after"),
    ("suppliers.domain.applying:trust", "after"),
    ("suppliers.domain.snapshots:forget_lines", "before"),
    ("suppliers.domain.importing:judge_and_apply", "after"),
]
COMMITTED = {"forget_lines", "judge_and_apply"}


@pytest.fixture(autouse=True)
def queue() -> Generator[None]:
    django_rq.get_queue("feeds").delete()
    yield
    django_rq.get_queue("feeds").delete()


@pytest.fixture
def feed() -> Feed:
    """A feed that has said something before."""
    feed = FeedFactory()
    run_feed(receive_file(feed, ContentFile(csv(FIRST), "first.csv"), by=CLOCK).pk)
    django_rq.get_queue("feeds").delete()
    return feed


def quantities() -> dict[str, int | None]:
    return dict(OfferStock.objects.values_list("offer__supplier_sku", "quantity"))


def time_passes() -> None:
    """The dead worker's sign of life grows old."""
    open_runs = Run.objects.filter(status__in=[RunStatus.RUNNING, RunStatus.QUEUED])
    open_runs.update(heartbeat_at=timezone.now() - timedelta(minutes=5))


@pytest.mark.parametrize(("place", "when"), PLACES)
def test_a_worker_killed_in_mid_import_leaves_nothing_half_done(
    feed: Feed, place: str, when: str, tmp_path: Path
) -> None:
    run = receive_file(feed, ContentFile(csv(SECOND), "second.csv"), by=CLOCK)
    committed = place.partition(":")[2] in COMMITTED

    with worker_paused_at("feeds", place, when, tmp_path / "reached"):
        during = quantities()
    before = {sku: int(quantity) for sku, quantity in FIRST}
    after = {sku: int(quantity) for sku, quantity in SECOND}
    assert during == (after if committed else before)

    time_passes()
    sweep_runs()
    work_off("feeds")

    run.refresh_from_db()
    assert (run.status, quantities()) == (RunStatus.APPLIED, after)
    said = Observation.objects.filter(run_id=run.pk).order_by("quantity")
    assert list(said.values_list("quantity", flat=True)) == [3, 8]
    assert Offer.objects.count() == len(SECOND)

    # What the killed worker left of the file's lines misleads nobody: the next file is still compared rightly.
    third = receive_file(feed, ContentFile(csv(THIRD), "third.csv"), by=CLOCK)
    run_feed(third.pk)
    third.refresh_from_db()
    assert (third.status, third.counts["same"], third.facts["read_anew"]) == (RunStatus.APPLIED, 4, 1)
    assert quantities() == {sku: int(quantity) for sku, quantity in THIRD}


def test_a_wiped_queue_loses_no_import(feed: Feed) -> None:
    run = receive_file(feed, ContentFile(csv(SECOND), "second.csv"), by=CLOCK)
    django_rq.get_connection("feeds").flushdb()

    time_passes()
    sweep_runs()
    work_off("feeds")

    run.refresh_from_db()
    assert run.status == RunStatus.APPLIED
    assert Observation.objects.filter(run_id=run.pk).count() == 2


def test_an_import_that_is_queued_twice_counts_once(feed: Feed) -> None:
    run = receive_file(feed, ContentFile(csv(SECOND), "second.csv"), by=CLOCK)
    time_passes()
    sweep_runs()

    work_off("feeds")

    run.refresh_from_db()
    assert (run.status, run.attempts) == (RunStatus.APPLIED, 1)
    assert Observation.objects.filter(run_id=run.pk).count() == 2


USUAL = [(f"A{n:02}", str(10 + n)) for n in range(20)]
DOUBTFUL = [("A00", "900"), *USUAL[2:], *((f"Z{n}", "??") for n in range(4))]


@pytest.mark.parametrize(
    ("place", "when"),
    [
        ("suppliers.domain.releasing:mark_overtaken", "before"),
        ("suppliers.domain.releasing:write", "after"),
        ("suppliers.domain.releasing:record", "after"),
    ],
)
def test_a_worker_killed_while_withheld_lines_are_let_count_leaves_them_to_the_next(
    place: str, when: str, tmp_path: Path
) -> None:
    feed = FeedFactory()
    for stated in (USUAL, DOUBTFUL):
        run_feed(receive_file(feed, ContentFile(csv(stated), "stock.csv"), by=CLOCK).pk)
    run = Run.objects.latest("pk")
    django_rq.get_queue("feeds").delete()
    let_count(run, by=CLOCK)

    with worker_paused_at("feeds", place, when, tmp_path / "reached"):
        during = (quantities()["A00"], quantities()["A01"])
    django_rq.get_connection("feeds").flushdb()
    sweep_decided_lines()
    work_off("feeds")

    assert during == (10, 11)
    assert (quantities()["A00"], quantities()["A01"]) == (900, None)
    assert set(run.withheld.values_list("state", flat=True)) == {"counted"}
    assert Observation.objects.filter(run_id=run.pk, quantity=900).count() == 1
