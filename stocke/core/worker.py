"""The worker class of every queue, tuned so that a killed worker's job is found in seconds, not minutes."""

# The codec is needed for every connection to a named host, and else imported by the first one of each job.
import encodings.idna  # noqa: F401
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string
from rq import Queue, Worker
from rq.job import Job

from stocke.core.job_folders import clear_abandoned, job_folder


class StockWorker(Worker):
    """RQ's worker with short monitoring. One queue per process: with several, a crash after the pop loses a job."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("maintenance_interval", 20)
        kwargs.setdefault("job_monitoring_interval", 10)
        super().__init__(*args, **kwargs)
        if len(self.queues) != 1:
            raise ValueError("Run one worker process per queue: rqworker feeds, rqworker orders, ...")

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Whatever the job puts down for a while is gone after it, however it ends."""
        with job_folder():
            super().execute_job(job, queue)

    def work(self, *args: Any, **kwargs: Any) -> bool:
        clear_abandoned()
        load_jobs()
        return bool(super().work(*args, **kwargs))


def load_jobs() -> None:
    """Import every job that an event or the clock can cause, and what it needs.

    Each job is a process that begins as a copy of its worker: what the worker has not imported, every job imports anew.
    So it is with how the models hang together, which is found out when somebody first asks, and with what a module of
    jobs says in its `get_ready`.
    """
    reactions = [reaction for table in import_string(settings.REACTIONS).values() for reaction in table]
    for cause in [*reactions, *import_string(settings.CLOCK)]:
        get_ready = getattr(import_module(cause.job.rpartition(".")[0]), "get_ready", None)
        if get_ready:
            get_ready()
    for model in apps.get_models():
        model._meta.get_fields()
