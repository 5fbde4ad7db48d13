"""Beside the list of the day: feeds by health, what was done without anybody, promises by day."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.models import User
from stocke.insights.queries.done import Done, done_without_you, yesterday_evening
from stocke.insights.queries.feeds import feeds_by_health
from stocke.insights.queries.promises import DayOfPromises, promises_by_day
from tests.factories.feeds import FeedFactory, RunFactory
from tests.factories.orders import OrderLineFactory

pytestmark = pytest.mark.django_db
NIGHT = Actor.job("verification")


def test_feeds_stand_worst_first() -> None:
    now = timezone.now()
    fine = FeedFactory(every_minutes=60, last_good_at=now)
    held = RunFactory(FeedFactory(last_good_at=now), status="held").feed
    failed = RunFactory(FeedFactory(last_good_at=now), status="failed").feed
    silent = FeedFactory(every_minutes=60, last_good_at=now - timedelta(days=2))
    running = RunFactory(FeedFactory(last_good_at=now), status="running").feed
    by_hand = FeedFactory(last_good_at=now - timedelta(days=40))
    FeedFactory(active=False)

    shown = feeds_by_health()

    assert shown == [held, failed, silent, running, fine, by_hand]


def test_the_evening_before_is_the_operators() -> None:
    now = timezone.localtime(datetime.fromisoformat("2026-11-24T09:42:00+01:00"))

    assert yesterday_evening(now).isoformat() == "2026-11-23T18:00:00+01:00"


def test_what_jobs_did_is_counted_and_what_people_did_is_not() -> None:
    lea = Actor.person(User.objects.create_user("lea@demo.example", first_name="Léa"))
    since = timezone.now() - timedelta(minutes=1)
    for number in range(3):
        record(f"order:{number}", "order.confirmed", by=NIGHT)
    record("order:9", "order.confirmed", by=lea)
    record("run:1", "run.applied", by=Actor.job("feed 1"))
    record("order:1", "line.sourced", by=Actor.supplier("Grossiste Témoin"))
    record("order:1", "line.sourced", by=NIGHT)

    assert done_without_you(since) == [Done("orders", 3), Done("refusals", 1), Done("imports", 1)]
    assert done_without_you(timezone.now() + timedelta(minutes=1)) == []


def test_promises_are_counted_by_day_with_those_at_risk() -> None:
    today = date(2026, 11, 24)
    for status in ("confirmed", "waiting", "short", "doubtful", "shipped", "refunded"):
        OrderLineFactory(status=status, promised_on=today)
    OrderLineFactory(status="ordered", promised_on=today + timedelta(days=6))
    OrderLineFactory(status="ordered", promised_on=today + timedelta(days=7))

    days = promises_by_day(today)

    assert len(days) == 7
    assert days[0] == DayOfPromises(today, 2, 2)
    assert days[6] == DayOfPromises(today + timedelta(days=6), 1, 0)
    assert [day.total for day in days] == [4, 0, 0, 0, 0, 0, 1]
