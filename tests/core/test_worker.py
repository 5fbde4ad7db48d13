"""What a worker has done before it takes its first job."""

from typing import Any

import pytest
from rq import Worker

from stocke import wiring
from stocke.core import worker


def test_a_worker_has_imported_every_job_before_it_takes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def take_jobs(*_args: object, **_named: object) -> bool:
        done.append("takes jobs")
        return True

    monkeypatch.setattr(worker, "import_module", done.append)
    monkeypatch.setattr(Worker, "work", take_jobs)
    on_its_way: Any = object.__new__(worker.StockWorker)

    on_its_way.work()

    jobs = [tick.job for tick in wiring.CLOCK]
    jobs += [reaction.job for reactions in wiring.REACTIONS.values() for reaction in reactions]
    assert sorted(done[:-1]) == sorted(job.rpartition(".")[0] for job in jobs)
    assert done[-1] == "takes jobs"
