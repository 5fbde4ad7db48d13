"""What a worker has done before it takes its first job."""

from pathlib import Path
from typing import Any

import pytest
from rq import Worker

from stocke import wiring
from stocke.core import worker
from suppliers.readers import marks, words


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


def test_a_worker_has_read_the_tables_of_words_and_knows_the_program_that_it_runs() -> None:
    words.table.cache_clear()
    marks.digest_of_readers.cache_clear()

    worker.load_jobs()

    tables = list(Path(words.__file__).parent.glob("*.toml"))
    assert words.table.cache_info().currsize == len(tables)
    assert marks.digest_of_readers.cache_info().currsize == 1
