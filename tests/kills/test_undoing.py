"""A worker killed in the middle of an undo: it is carried out once, or not yet."""

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import django_rq
import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from stocke.core.actors import Actor
from suppliers.domain.feeds import receive_file
from suppliers.domain.undoing import request_undo
from suppliers.jobs.feeds import run_feed, sweep_runs
from suppliers.models import Feed, Observation, OfferStock, Run, RunStatus
from tests.factories.feeds import FeedFactory, csv
from tests.kills.workers import work_off, worker_paused_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
FIRST = {"A": 4, "B": 5, "C": 6}
SECOND = {"A": 3, "B": 5, "C": 1}
PLACES = [
    ("suppliers.domain.undoing:hear", "after"),
    ("suppliers.domain.undoing:write", "after"),
    ("suppliers.domain.undoing:settle_reckoning", "after"),
]


@pytest.fixture(autouse=True)
def queue() -> Generator[None]:
    django_rq.get_queue("feeds").delete()
    yield
    django_rq.get_queue("feeds").delete()


def say(feed: Feed, stated: dict[str, int]) -> Run:
    run = receive_file(feed, ContentFile(csv(stated.items()), "stock.csv"), by=CLOCK)
    Run.objects.filter(pk=run.pk).update(facts={"decision": "apply"})
    run_feed(run.pk)
    django_rq.get_queue("feeds").delete()
    run.refresh_from_db()
    return run


def quantities() -> dict[str, int | None]:
    return dict(OfferStock.objects.values_list("offer__supplier_sku", "quantity"))


@pytest.mark.parametrize(("place", "when"), PLACES)
def test_a_worker_killed_in_mid_undo_leaves_nothing_half_done(place: str, when: str, tmp_path: Path) -> None:
    feed = FeedFactory()
    say(feed, FIRST)
    second = say(feed, SECOND)
    undo = request_undo(second, by=CLOCK, ask=False)
    committed = place.endswith(":settle_reckoning")

    with worker_paused_at("feeds", place, when, tmp_path / "reached"):
        during = quantities()
    assert during == (FIRST if committed else SECOND)

    silent = Run.objects.filter(status__in=[RunStatus.RUNNING, RunStatus.QUEUED])
    silent.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    sweep_runs()
    work_off("feeds")

    undo.refresh_from_db()
    second.refresh_from_db()
    assert (undo.status, second.status, quantities()) == (RunStatus.APPLIED, RunStatus.UNDONE, FIRST)
    said = Observation.objects.filter(run_id=undo.pk).order_by("quantity")
    assert list(said.values_list("quantity", flat=True)) == [4, 6]
