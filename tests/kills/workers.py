"""Starting and killing real worker processes on the test's own database and queues."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60


def environment() -> dict[str, str]:
    """The test's servers, as any other process would be told of them."""
    place = connection.settings_dict
    user, password, host, port = (place[key] for key in ("USER", "PASSWORD", "HOST", "PORT"))
    return {
        **os.environ,
        "DATABASE_URL": f"postgresql://{user}:{password}@{host}:{port}/{place['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "STOCKE_ENV": "test",
        "MAIL_URL": str(getattr(settings, "MAIL_URL", "")),
        "STOCKE_MEDIA_ROOT": str(settings.MEDIA_ROOT),
    }


def _start(queue: str, place: str, when: str, marker: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.kills.paused_worker", queue, place, when, marker]
    return subprocess.Popen(command, cwd=ROOT, env=environment(), start_new_session=True)


def work_off(queue: str) -> None:
    """Let a fresh worker take everything that waits in `queue`, as after a restart."""
    process = _start(queue, "-", "before", "-")
    assert process.wait(timeout=PATIENCE_SECONDS) == 0


@contextmanager
def worker_paused_at(queue: str, place: str, when: str, marker: Path) -> Iterator[None]:
    """Inside the block a worker sleeps at `place` ("package.module:function"); it is killed, with its horse, after."""
    process = _start(queue, place, when, str(marker))
    try:
        _wait_for(marker, process)
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        kill_horse(marker)


def kill_horse(marker: Path) -> None:
    """RQ gives the process that does the work a session of its own, where the group's signal does not reach it."""
    if marker.exists():
        with suppress(ProcessLookupError):
            os.kill(int(marker.read_text()), signal.SIGKILL)


def _wait_for(marker: Path, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not marker.exists():
        if process.poll() is not None or time.monotonic() > end:
            raise AssertionError("the worker ended, or never came to the place where it should be killed")
        time.sleep(0.05)
