"""Programs that end when we end, however we end."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from stocke.localservices.accounts import Account, run_as

PR_SET_PDEATHSIG = 1
PATIENCE_SECONDS = 20.0
PAUSE_SECONDS = 0.02


@dataclass(frozen=True)
class Child:
    """A running program, with the signal it takes as a polite request to end."""

    name: str
    process: subprocess.Popen[bytes]
    end_signal: signal.Signals
    again: Callable[[], "Child"]

    def is_running(self) -> bool:
        return self.process.poll() is None

    def ask_to_end(self) -> None:
        """Send the polite signal to this program only; its own children are its own business."""
        if self.is_running():
            self.process.send_signal(self.end_signal)

    def kill(self) -> None:
        """End the program and the group of what it started, now."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def spawn(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path | None,
    end_signal: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
) -> Child:
    """Start a program in its own process group that gets `end_signal` if we die first.

    It writes to the file `log`, or where we write; `again()` of the answer starts the same once more.

    Its own group, because Ctrl-C in a terminal reaches the whole group at once, and the database must
    outlive those who write to it. Call it from the main thread: Linux ties the leash to the calling thread.
    """
    options: dict[str, Any] = {"env": environment, "end_signal": end_signal, **run_as(account)}
    arguments = [str(part) for part in command]
    if log is None:
        process = _start(arguments, **options)
    else:
        with log.open("ab") as output:
            process = _start(arguments, stdout=output, stderr=subprocess.STDOUT, **options)
    again = partial(
        spawn, name, command, log=log, end_signal=end_signal, account=account, environment=environment
    )
    return Child(name, process, end_signal, again)


def _start(arguments: list[str], *, end_signal: signal.Signals, **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        arguments,
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=leash(end_signal),
        **options,
    )


def stop_all(children: Sequence[Child], *, patience: float = PATIENCE_SECONDS) -> None:
    """Ask all at the same time, ask again those that are still busy, then kill."""
    for _ in range(2):
        for child in children:
            child.ask_to_end()
        if wait_until(lambda: not any(child.is_running() for child in children), seconds=patience / 2):
            return
    for child in children:
        if child.is_running():
            child.kill()


def leash(end_signal: signal.Signals, parent: int | None = None) -> Callable[[], None] | None:
    """What a process calls to get `end_signal` when its parent dies; None where the system has no such thing.

    To be called after a change of account, which would clear the request.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl, expected = ctypes.CDLL(None).prctl, parent or os.getpid()

    def fasten() -> None:
        prctl(PR_SET_PDEATHSIG, int(end_signal))
        if os.getppid() != expected:
            os._exit(1)

    return fasten


def wait_until(ready: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> bool:
    """Whether `ready` became true in time."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE_SECONDS)
    return True


def retire(pid_file: Path, program: str, end_signal: signal.Signals) -> None:
    """Let the server of an earlier run finish, then remove the pid file if it left one.

    Needed because a killed parent frees its lock at once, while its servers still write their last pages;
    and because a stale number may by now belong to an innocent program, which must not be signalled.
    """
    pid = _read_pid(pid_file)
    if pid is not None and not wait_until(lambda: not _is_ours(pid, program), seconds=3):
        os.kill(pid, end_signal)
        wait_until(lambda: not _is_ours(pid, program))
    pid_file.unlink(missing_ok=True)


def _read_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _is_ours(pid: int, program: str) -> bool:
    """Whether the process of that number runs the program of that name; a dead one nobody reaped does not."""
    if Path("/proc/self").exists():
        try:
            return program.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
    asked = subprocess.run(["ps", "-p", str(pid), "-o", "args="], capture_output=True, text=True, check=False)
    return program in asked.stdout
