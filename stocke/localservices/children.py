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

    def is_running(self) -> bool:
        return self.process.poll() is None

    def ask_to_end(self) -> None:
        """Send the polite signal to this program only; its own children are its own business."""
        if self.is_running():
            self.process.send_signal(self.end_signal)

    def wait(self, patience: float = PATIENCE_SECONDS) -> None:
        """Wait for the end; after `patience` seconds the program and all it started are killed."""
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        self.ask_to_end()
        self.wait()


def spawn(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    end_signal: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
) -> Child:
    """Start a program in its own process group, writing to `log`, that gets `end_signal` if we die first.

    Its own group, because Ctrl-C in a terminal reaches the whole group at once, and the database must
    outlive those who write to it. Call it from the main thread: Linux ties the leash to the calling thread.
    """
    options: dict[str, Any] = dict(run_as(account))
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            process_group=0,
            preexec_fn=_leash(os.getpid(), end_signal),
            **options,
        )
    return Child(name, process, end_signal)


def _leash(parent: int, end_signal: signal.Signals) -> Callable[[], None] | None:
    """Run in the child after it changed its account, since changing it would clear the request."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def fasten() -> None:
        prctl(PR_SET_PDEATHSIG, int(end_signal))
        if os.getppid() != parent:
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
