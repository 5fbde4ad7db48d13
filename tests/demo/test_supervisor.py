import os
import signal
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stocke.demo.supervisor import MOST_RESTARTS, GaveUp, Supervisor
from stocke.demo.wakeups import Wakeups
from stocke.localservices.children import Child, spawn, stop_all, wait_until

PATIENT = "import time; time.sleep(60)"
SHORT_LIVED = "raise SystemExit(3)"
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(60)
"""


@pytest.fixture
def children() -> Generator[list[Child]]:
    started: list[Child] = []
    yield started
    for child in started:
        child.kill()


def start(tmp_path: Path, program: str) -> Child:
    return spawn("program", [sys.executable, "-c", program], log=tmp_path / "log")


def test_a_program_that_ended_is_started_again_and_said(tmp_path: Path, children: list[Child]) -> None:
    first = start(tmp_path, PATIENT)
    children.append(first)
    said: list[str] = []
    first.kill()

    with Wakeups() as wakeups:
        Supervisor(wakeups, [children], said.append).revive(children)

    assert said == ["program ended (signal 9) and was started again."]
    assert [child.is_running() for child in children] == [True]
    assert children[0].process.pid != first.process.pid


def test_a_program_that_always_ends_is_given_up(
    tmp_path: Path, children: list[Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stocke.demo.supervisor.PAUSE_SECONDS", 0.0)
    children.append(start(tmp_path, SHORT_LIVED))
    said: list[str] = []

    with Wakeups() as wakeups, pytest.raises(GaveUp, match="program ended 5 times within a minute"):
        Supervisor(wakeups, [children], said.append).watch()

    assert said == ["program ended (exit code 3) and was started again."] * (MOST_RESTARTS - 1)


@contextmanager
def heard(number: signal.Signals) -> Iterator[None]:
    """As in a terminal, even where these tests themselves were started with nohup, which ignores SIGHUP for good."""
    before = signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_request_to_end_is_heard(tmp_path: Path, children: list[Child], number: signal.Signals) -> None:
    children.append(start(tmp_path, PATIENT))

    with heard(number), Wakeups() as wakeups:
        threading.Timer(0.1, os.kill, [os.getpid(), number]).start()
        Supervisor(wakeups, [children], print).watch()

    assert wakeups.asked_to_end
    assert children[0].is_running()


def test_signals_mean_again_what_they_meant_before() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with Wakeups():
        assert signal.getsignal(signal.SIGTERM) != before

    assert signal.getsignal(signal.SIGTERM) == before


def test_a_program_deaf_to_requests_is_killed_in_the_end(tmp_path: Path, children: list[Child]) -> None:
    children.append(start(tmp_path, STUBBORN))
    assert wait_until(lambda: "deaf" in (tmp_path / "log").read_text())

    stop_all(children, patience=0.2)

    assert children[0].process.returncode == -signal.SIGKILL
