"""The worker class of every queue, tuned so that a killed worker's job is found in seconds, not minutes."""

from typing import Any

from rq import Worker


class StockWorker(Worker):
    """RQ's worker with short monitoring. One queue per process: with several, a crash after the pop loses a job."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("maintenance_interval", 20)
        kwargs.setdefault("job_monitoring_interval", 10)
        super().__init__(*args, **kwargs)
        if len(self.queues) != 1:
            raise ValueError("Run one worker process per queue: rqworker feeds, rqworker orders, ...")
