"""Starting and killing real worker processes on the test's own database and queues."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread
from uuid import uuid4

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 180


@dataclass(frozen=True)
class Request:
    """What is sent by POST."""

    path: str
    body: bytes
    headers: Mapping[str, str]


def environment() -> dict[str, str]:
    """As any other process would be told of the test's servers and folders."""
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


class Child:
    """A process that the nursery bore, in a session of its own."""

    def __init__(self, born: Path) -> None:
        self.pid = int(born.read_text())
        self._grave = Path(f"{born}.status")

    @property
    def is_alive(self) -> bool:
        return not self._grave.exists()

    def wait(self) -> int:
        """Its exit status."""
        _wait_until(self._grave.exists)
        return int(self._grave.read_text())

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.wait()


@cache
def _nursery() -> tuple[subprocess.Popen[str], Path]:
    """Started once for all tests of this process; it ends with the process, when nobody holds its input any more."""
    command = [sys.executable, "-m", "tests.kills.nursery"]
    started = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    return started, Path(mkdtemp(prefix="stocke-nursery-"))


def _start(module: str, *arguments: str) -> Child:
    nursery, folder = _nursery()
    born = folder / uuid4().hex
    task = {"module": module, "arguments": arguments, "environment": environment(), "born": str(born)}
    assert nursery.stdin is not None
    nursery.stdin.write(json.dumps(task) + "\n")
    nursery.stdin.flush()
    _wait_until(born.exists)
    return Child(born)


def work_off(queue: str) -> None:
    """Let a fresh worker take everything that waits in `queue`, as after a restart."""
    assert _start("tests.kills.paused_worker", queue, "-", "before", "-").wait() == 0


@contextmanager
def worker_paused_at(queue: str, place: str, when: str, marker: Path) -> Iterator[None]:
    """Inside the block a worker sleeps at `place` ("package.module:function"); it is killed, with its horse, after."""
    ours = sessions()
    process = _start("tests.kills.paused_worker", queue, place, when, str(marker))
    try:
        _wait_for(marker, process)
        yield
    finally:
        process.kill()
        kill_horse(marker)
        _wait_until(lambda: sessions() <= ours)


def kill_web_at(place: str, when: str, marker: Path, request: Request) -> None:
    """A web process takes this request (its URL is a path), and is killed when it comes to `place`."""
    ours = sessions()
    process = _start("tests.kills.paused_web", place, when, str(marker))
    try:
        port = Path(f"{marker}.port")
        _wait_for(port, process)
        sender = Thread(target=_send, args=(request, port.read_text()))
        sender.start()
        _wait_for(marker, process)
    finally:
        process.kill()
    sender.join(timeout=PATIENCE_SECONDS)
    _wait_until(lambda: sessions() <= ours)


def _send(request: Request, port: str) -> None:
    line = HTTPConnection("127.0.0.1", int(port), timeout=PATIENCE_SECONDS)
    # Nobody answers: the server dies over the request.
    with suppress(OSError, HTTPException):
        line.request("POST", request.path, request.body, dict(request.headers))
        line.getresponse()


def sessions() -> set[int]:
    """Who is connected to the test's database. What a dead process said last may still be at work there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return {pid for (pid,) in cursor.fetchall()}


def _wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError("what a dead process began never came to an end")
        time.sleep(0.02)


def kill_horse(marker: Path) -> None:
    """RQ gives the process that does the work a session of its own, where the group's signal does not reach it."""
    if marker.exists():
        with suppress(ProcessLookupError):
            os.kill(int(marker.read_text()), signal.SIGKILL)


def _wait_for(marker: Path, process: Child) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not marker.exists():
        if not process.is_alive or time.monotonic() > end:
            raise AssertionError("the worker ended, or never came to the place where it should be killed")
        time.sleep(0.05)
