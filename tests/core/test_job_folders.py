"""Where jobs put down what they need for a while."""

import errno
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from rq import Worker

from stocke.core.job_folders import clear_abandoned, job_folder
from stocke.core.worker import StockWorker

# A worker at its job, which it will never finish.
AT_WORK = """
import sys, tempfile, time
from stocke.core.job_folders import job_folder
with job_folder():
    print(tempfile.mkdtemp(), flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def at_work(folder: Path) -> tuple[subprocess.Popen[str], Path]:
    """A process with a job folder, and the folder that it has made there."""
    command = [sys.executable, "-c", AT_WORK]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"TMPDIR": str(folder)})
    assert worker.stdout is not None
    return worker, Path(worker.stdout.readline().strip())


def test_what_a_job_leaves_behind_goes_with_it(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    left: list[bool] = []

    def killed_in_mid_job(*_args: object) -> None:
        Path(tempfile.mkdtemp(), "half.csv").write_text("A;1")
        left.append(any(folder.rglob("half.csv")))

    monkeypatch.setattr(Worker, "execute_job", killed_in_mid_job)
    on_its_way: Any = object.__new__(StockWorker)

    on_its_way.execute_job(None, None)

    assert (left, list(folder.iterdir()), tempfile.gettempdir()) == ([True], [], str(folder))


def test_what_a_killed_worker_leaves_behind_is_cleared_and_what_another_works_in_is_not(folder: Path) -> None:
    killed, abandoned = at_work(folder)
    working, in_use = at_work(folder)
    killed.kill()
    killed.wait()
    before = (abandoned.exists(), in_use.exists())

    clear_abandoned()

    after = (abandoned.parent.exists(), in_use.exists())
    working.kill()
    working.wait()
    assert (before, after) == ((True, True), (False, True))


def test_a_folder_that_is_only_coming_is_left_alone(folder: Path) -> None:
    coming = folder / "stocke-job-1"
    coming.mkdir()

    with job_folder() as own:
        clear_abandoned()
        assert Path(own or "").exists()
    clear_abandoned()

    assert coming.exists()


def test_on_a_full_disk_a_worker_does_its_jobs_all_the_same(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    done: list[str] = []
    monkeypatch.setattr(Worker, "execute_job", lambda *_args: done.append(tempfile.gettempdir()))
    monkeypatch.setattr(tempfile, "TemporaryDirectory", full)
    on_its_way: Any = object.__new__(StockWorker)

    on_its_way.execute_job(None, None)

    assert (done, tempfile.gettempdir()) == ([str(folder)], str(folder))


def full(**_options: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_what_was_left_behind_is_cleared_where_it_has_filled_the_disk(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    abandoned = folder / "stocke-job-1"
    abandoned.mkdir()
    (abandoned / "held").touch()
    monkeypatch.setattr(settings, "TEMPORARY_ROOT", str(folder))
    # It has not looked for a place yet, and will look for one where there is room.
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(folder.parent))

    clear_abandoned()

    assert list(folder.iterdir()) == []
