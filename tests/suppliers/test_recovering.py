from datetime import timedelta
from typing import Any

import django_rq
import pytest
from django.db import connection, transaction
from django.utils import timezone

from suppliers.domain.recovering import recover_runs
from suppliers.models import Run, RunStatus
from tests.factories.feeds import RunFactory

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(minutes=10)


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs that were put into the queue."""
    runs: list[int] = []
    monkeypatch.setattr("suppliers.domain.runs.enqueue", lambda queue, job, run_id: runs.append(run_id))
    return runs


def aged(**given: Any) -> Run:
    return RunFactory(heartbeat_at=timezone.now() - LONG_AGO, **given)


def test_a_silent_workers_run_waits_again(queued: list[int]) -> None:
    run = aged(stage="writing")

    recover_runs()

    run.refresh_from_db()
    assert (run.status, run.stage, queued) == (RunStatus.QUEUED, "", [run.pk])


def test_a_living_workers_run_is_left_alone(queued: list[int]) -> None:
    run = RunFactory()

    recover_runs()

    run.refresh_from_db()
    assert (run.status, queued) == (RunStatus.RUNNING, [])


def test_the_third_lost_worker_is_the_last(queued: list[int]) -> None:
    run = aged(attempts=3)

    recover_runs()

    run.refresh_from_db()
    assert (run.status, run.facts["problem"]["code"], queued) == (RunStatus.FAILED, "lost", [])


def test_a_run_the_queue_forgot_is_queued_once_more_and_not_every_time(queued: list[int]) -> None:
    run = aged(status=RunStatus.QUEUED)

    recover_runs()
    recover_runs()

    assert queued == [run.pk]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_when_the_queue_is_wiped(media: Any) -> None:
    run = aged(status=RunStatus.QUEUED)
    queue = django_rq.get_queue("feeds")
    queue.delete()

    recover_runs()

    assert [job.args for job in queue.jobs] == [(run.pk,)]
    queue.delete()


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_being_written_is_alive_however_silent(queued: list[int]) -> None:
    run = aged()
    other = connection.copy()

    try:
        with transaction.atomic():
            Run.objects.select_for_update().get(pk=run.pk)
            with other.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM (SELECT 1 FROM suppliers_run WHERE id = %s FOR UPDATE SKIP LOCKED) seen",
                    [run.pk],
                )
                assert cursor.fetchone() == (0,)
    finally:
        other.close()
