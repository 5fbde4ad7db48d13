"""The worker class of every queue, tuned so that a killed worker's job is found in seconds, not minutes."""

# The codec is needed for every connection to a named host, and else imported by the first one of each job.
import encodings.idna  # noqa: F401
import tempfile
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string
from rq import Queue, Worker
from rq.job import Job


class StockWorker(Worker):
    """RQ's worker with short monitoring. One queue per process: with several, a crash after the pop loses a job."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("maintenance_interval", 20)
        kwargs.setdefault("job_monitoring_interval", 10)
        super().__init__(*args, **kwargs)
        if len(self.queues) != 1:
            raise ValueError("Run one worker process per queue: rqworker feeds, rqworker orders, ...")

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Temporary files of a job lie in a folder of its own, which goes with it even where it was killed."""
        with tempfile.TemporaryDirectory(prefix="stocke-job-") as folder:
            usual, tempfile.tempdir = tempfile.tempdir, folder
            try:
                super().execute_job(job, queue)
            finally:
                tempfile.tempdir = usual

    def work(self, *args: Any, **kwargs: Any) -> bool:
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
