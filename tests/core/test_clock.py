"""The clock queues each tick when its time has come, and only one clock leads."""

import threading

import pytest
from django.db import connection
from pytest_django.fixtures import Settings
from redis.exceptions import ConnectionError as RedisConnectionError

from stocke.core.clock import CLOCK_LOCK, Clock, Tick, hold_lock, run

FAST, SLOW = Tick(2, "default", "jobs.fast"), Tick(60, "default", "jobs.slow")
DAILY = Tick(86_400, "default", "jobs.daily")
TICKS = [FAST, SLOW, DAILY]


def test_the_first_beat_queues_everything() -> None:
    assert Clock([FAST, SLOW]).due(now=1000.0) == [FAST, SLOW]


def test_a_tick_comes_again_after_its_pause_and_not_before() -> None:
    clock = Clock([FAST, SLOW], {FAST: 1000.0, SLOW: 1000.0})

    assert clock.due(now=1001.9) == []
    assert clock.due(now=1002.0) == [FAST]
    assert clock.due(now=1060.0) == [FAST, SLOW]


@pytest.mark.django_db(transaction=True)
def test_what_a_lost_queue_did_not_take_is_queued_at_the_next_beat(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    asked: list[str] = []

    def enqueue(queue: str, job: str) -> None:
        asked.append(job)
        if asked == [FAST.job, SLOW.job]:
            raise RedisConnectionError

    monkeypatch.setattr("stocke.core.clock.enqueue", enqueue)
    settings.CLOCK = f"{__name__}.TICKS"
    beats = iter([False, False, True])

    run(lambda: next(beats), pause_seconds=0)
    connection.close()

    assert asked == [FAST.job, SLOW.job, SLOW.job, DAILY.job]


@pytest.mark.django_db(transaction=True)
def test_a_second_clock_waits_while_the_first_leads() -> None:
    answers: list[bool] = []

    def second() -> None:
        answers.append(hold_lock())
        connection.close()

    assert hold_lock()
    thread = threading.Thread(target=second)
    thread.start()
    thread.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [CLOCK_LOCK])

    assert answers == [False]
