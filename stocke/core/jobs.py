"""The one door to the queues. Arguments are ids; running a job twice is harmless.

A job is queued when the transaction commits. If the process dies between commit and queueing, or if the queue's
memory is wiped, the sweep of that context finds the row and queues again: rows make it sure.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import django_rq
from django.db import transaction
from redis.exceptions import RedisError
from rq import Worker

JOB_KEEPS_RESULT = 60
JOB_KEEPS_FAILURE = 7 * 24 * 3600


def enqueue(queue: str, job: Callable[..., Any] | str, *arguments: object) -> None:
    """Queue `job(*arguments)` after commit (at once outside a transaction). `job` may be a dotted name."""
    name = job if isinstance(job, str) else f"{job.__module__}.{job.__qualname__}"
    transaction.on_commit(partial(_enqueue_now, queue, name, arguments))


def count_workers(queue: str) -> int | None:
    """How many processes serve a queue; None where its server does not say."""
    try:
        found = Worker.count(connection=django_rq.get_connection(queue), queue=django_rq.get_queue(queue))
    except (RedisError, OSError):
        return None
    return int(found)


def _enqueue_now(queue: str, job: str, arguments: tuple[object, ...]) -> None:
    django_rq.get_queue(queue).enqueue_call(
        job, args=arguments, result_ttl=JOB_KEEPS_RESULT, failure_ttl=JOB_KEEPS_FAILURE
    )
