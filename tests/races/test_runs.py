"""Two imports of one feed: one applies."""

import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Q, UniqueConstraint

from stocke.core.actors import Actor
from suppliers.domain import applying, writing
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.domain.feeds import edit_feed
from suppliers.domain.fetching import SourceChanged
from suppliers.domain.runs import RunLost, claim_run, request_run
from suppliers.models import Feed, Observation, OfferStock, Run, RunStatus
from tests.factories.feeds import FeedFactory, RunFactory, rows
from tests.races.threads import at_once, times

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")


def import_once(feed: Feed) -> bool:
    """What a worker does, with a little time between asking and writing."""
    requested = request_run(feed, by=CLOCK, trigger="schedule")
    run = claim_run(requested.pk) if requested else None
    if run is None:
        return False
    time.sleep(0.2)
    judge_and_apply(run, Read(rows([("A", 4)])), by=CLOCK)
    return True


def test_of_two_runs_of_one_feed_exactly_one_applies(media: Path) -> None:
    feed = FeedFactory()

    outcomes = at_once(*times(2, lambda: import_once(feed)))

    assert sorted(outcomes) == [False, True]
    assert Run.objects.filter(status=RunStatus.APPLIED).count() == 1
    assert Observation.objects.count() == 1


def test_the_race_is_real_when_the_guard_is_off() -> None:
    feed = FeedFactory()
    guard = next(c for c in Run._meta.constraints if c.name == "one_open_run_per_feed")
    assert isinstance(guard, UniqueConstraint)
    assert guard.condition == Q(status__in=["queued", "running"])
    with connection.schema_editor() as editor:
        editor.remove_constraint(Run, guard)

    try:
        outcomes = at_once(*times(2, lambda: import_once(feed)))
    finally:
        with connection.schema_editor() as editor:
            editor.add_constraint(Run, guard)

    assert outcomes == [True, True]


def test_one_queued_run_is_claimed_by_one_of_many_workers() -> None:
    run = RunFactory(status=RunStatus.QUEUED, attempts=0)

    claims = at_once(*times(8, lambda: claim_run(run.pk)))

    assert len([claim for claim in claims if claim]) == 1
    assert Run.objects.get(pk=run.pk).attempts == 1


def test_a_worker_that_was_given_up_cannot_write_beside_its_successor() -> None:
    feed = FeedFactory()
    run = RunFactory(feed, status=RunStatus.QUEUED, attempts=0)
    first = claim_run(run.pk)
    Run.objects.filter(pk=run.pk).update(status=RunStatus.QUEUED)
    second = claim_run(run.pk)
    assert first is not None
    assert second is not None

    def write(claimed: Run, quantity: int) -> bool:
        try:
            judge_and_apply(claimed, Read(rows([("A", quantity)])), by=CLOCK)
        except RunLost:
            return False
        return True

    outcomes = at_once(lambda: write(first, 1), lambda: write(second, 2))

    assert outcomes == [False, True]
    assert OfferStock.objects.get().quantity == 2


def test_a_file_and_many_orders_over_the_same_offers_do_not_deadlock() -> None:
    from suppliers.domain.reserving import release_many, reserve_many

    feed = FeedFactory()
    keys = [f"A{n}" for n in range(50)]
    judge_and_apply(RunFactory(feed), Read(rows([(key, 1000) for key in keys])), by=CLOCK)
    offers = list(OfferStock.objects.order_by("-pk").values_list("pk", flat=True))

    def orders() -> None:
        for _ in range(30):
            reserve_many(dict.fromkeys(offers, 1))
            release_many(dict.fromkeys(reversed(offers), 1))

    def files() -> None:
        for number in range(10):
            run = RunFactory(feed)
            judge_and_apply(run, Read(rows([(key, 900 + number) for key in reversed(keys)])), by=CLOCK)

    at_once(files, orders, orders)

    assert set(OfferStock.objects.values_list("reserved", "quantity")) == {(0, 909)}


def test_a_source_that_is_changed_while_its_file_is_written_has_said_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    feed = FeedFactory(transport="folder", location="north")

    def write_meanwhile(statement: writing.Statement) -> Mapping[str, int]:
        at_once(lambda: edit_feed(feed, by=CLOCK, location="south"))
        return writing.write(statement)

    monkeypatch.setattr(applying, "write", write_meanwhile)
    run = RunFactory(Feed.objects.get(pk=feed.pk))

    with pytest.raises(SourceChanged):
        judge_and_apply(run, Read(rows([("A", 4)])), by=CLOCK)

    run.refresh_from_db()
    assert (run.status, run.feed.location) == (RunStatus.RUNNING, "south")
    assert not Observation.objects.exists()
    assert not OfferStock.objects.exists()
