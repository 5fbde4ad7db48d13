"""What the guards look at beside the file's own figures: dates by one clock, and what is usual by now."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from stocke.core.actors import Actor
from suppliers.domain.applying import Read, judge_and_apply
from suppliers.domain.deciding import apply_held
from suppliers.domain.figures import weigh
from suppliers.domain.verdicts import usual_before
from suppliers.models import Feed, Run, RunStatus
from tests.factories.feeds import FeedFactory, RunFactory, rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
NOW = timezone.now()


def say(feed: Feed, units: int, *, written: timedelta | None = None, number: int = 20, **given: Any) -> Run:
    """An import whose file its sender wrote so long ago, by his own clock."""
    facts = {} if written is None else {"written_at": (NOW - written).isoformat()}
    return settle(RunFactory(feed, facts=facts, **given), units, number=number)


def settle(run: Run, units: int, *, number: int) -> Run:
    table = rows((f"A{n}", units + n) for n in range(number))
    run.feed.refresh_from_db()
    judge_and_apply(run, Read(table, file=lambda: weigh(table)), by=CLOCK)
    return run


def failing(run: Run) -> dict[str, tuple[str, str]]:
    return {
        check["check"]: (check["value"], check["outcome"])
        for check in run.verdict["checks"]
        if not check["passed"]
    }


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (timedelta(hours=1), {}),
        (timedelta(hours=2), {}),
        (timedelta(hours=2, minutes=30), {"backwards": ("0.5000", "safe")}),
        (timedelta(hours=5), {"backwards": ("3.0000", "hold")}),
    ],
)
def test_a_file_that_was_written_before_the_last_one_is_found_by_its_senders_clock(
    written: timedelta, found: dict[str, tuple[str, str]]
) -> None:
    feed = FeedFactory()
    say(feed, 5, written=timedelta(hours=2))

    assert failing(say(feed, 6, written=written)) == found


def test_without_a_date_of_its_sender_a_file_is_compared_by_when_it_was_stated() -> None:
    feed = FeedFactory()
    say(feed, 5)

    assert failing(say(feed, 6, taken_at=NOW - timedelta(hours=3)))["backwards"][1] == "hold"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (timedelta(hours=47), {}),
        (timedelta(hours=60), {"age": "safe"}),
        (timedelta(days=8), {"age": "hold"}),
    ],
)
def test_a_file_is_as_old_as_its_sender_says(written: timedelta, found: dict[str, str]) -> None:
    feed = FeedFactory()
    say(feed, 5, written=timedelta(days=30), trigger="again")

    failed = failing(say(feed, 6, written=written))

    assert {check: outcome for check, (_value, outcome) in failed.items()} == found


def test_a_file_that_a_person_has_read_again_is_no_old_news() -> None:
    feed = FeedFactory()
    say(feed, 5, written=timedelta(hours=2))

    assert failing(say(feed, 6, written=timedelta(days=9), trigger="again")) == {}


def test_who_changes_his_range_is_asked_about_it_once() -> None:
    feed = FeedFactory()
    for units in (5, 6, 7):
        say(feed, units)
    half = say(feed, 8, number=9)
    assert (half.status, failing(half)["rows"][1]) == (RunStatus.HELD, "hold")
    apply_held(half, by=CLOCK)
    Run.objects.filter(pk=half.pk).update(status=RunStatus.RUNNING)
    half.refresh_from_db()
    settle(half, 8, number=9)

    next_day = say(feed, 9, number=9)
    assert usual_before(next_day).is_shifted
    assert (next_day.status, failing(next_day)) == (RunStatus.APPLIED, {})
