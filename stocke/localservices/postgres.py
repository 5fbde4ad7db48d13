"""One PostgreSQL server for this project, on the loopback address, behind a password."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

from stocke.localservices.accounts import Account, hand_over, run_as
from stocke.localservices.binaries import postgres_programs, postgres_version
from stocke.localservices.children import Child, retire, spawn, wait_until
from stocke.localservices.errors import ServiceError, last_lines
from stocke.localservices.ports import LOOPBACK, free_port

NAME = "stocke"
QUIET_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    # A page is written to the log in full when it is changed for the first time after a checkpoint, and an import of a
    # million changed lines writes a gigabyte of it.
    "max_wal_size": "8GB",
    "checkpoint_timeout": "15min",
    "wal_buffers": "16MB",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
RECOVERY_SECONDS = 90.0
MEGABYTE = 1024**2


def start_postgres(home: Path, *, password: str, account: Account | None, fast: bool) -> tuple[str, Child]:
    """Start the server on the data below `home`, creating it the first time. Answers its URL.

    With `fast` nothing is flushed to the disk: for tests, whose data may die with the machine.
    """
    programs = postgres_programs(home, account)
    data = home / "postgres"
    if not data.exists():
        _create_cluster(programs, data, password=password, account=account)
    _refuse_other_version(programs, data)
    retire(data / "postmaster.pid", "postgres", signal.SIGINT)
    port = free_port()
    child = _run(programs, data, port=port, account=account, fast=fast)
    return f"postgresql://{NAME}:{password}@{LOOPBACK}:{port}/{NAME}", child


def _create_cluster(programs: Path, data: Path, *, password: str, account: Account | None) -> None:
    """Make the data folder, complete or not at all."""
    unfinished = data.with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    password_file = data.with_name("postgres.password")
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    for path in (unfinished, password_file):
        hand_over(path, account)
    _initialise(programs, unfinished, password_file, account)
    _create_database(programs, unfinished, account)
    password_file.unlink()
    unfinished.rename(data)


def _initialise(programs: Path, data: Path, password_file: Path, account: Account | None) -> None:
    _complete(
        [
            *(programs / "initdb", "-D", data, f"--username={NAME}", f"--pwfile={password_file}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--no-sync", "--no-instructions"),
            *_locale(postgres_version(programs)),
        ],
        account=account,
    )


def _locale(version: int) -> list[str]:
    """Accents must fold in lower() and ILIKE; the embedded build has no ICU, so its own provider does it."""
    if version >= 17:
        return ["--locale-provider=builtin", "--locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _create_database(programs: Path, data: Path, account: Account | None) -> None:
    """Through the single-user mode, which needs neither a port nor a driver."""
    _complete(
        [programs / "postgres", "--single", "-D", data, "postgres"],
        account=account,
        said=f'CREATE DATABASE "{NAME}";\n',
    )


def _complete(command: list[str | Path], *, account: Account | None, said: str = "") -> None:
    answer = subprocess.run(
        command,
        input=said,
        capture_output=True,
        text=True,
        cwd="/",
        env=QUIET_ENVIRONMENT,
        check=False,
        **run_as(account),  # type: ignore[call-overload]
    )
    if answer.returncode != 0 or "ERROR:" in answer.stderr:
        raise ServiceError(
            f"PostgreSQL could not be set up: {answer.stderr.strip() or answer.stdout.strip()}"
        )


def _refuse_other_version(programs: Path, data: Path) -> None:
    written_by, ours = int((data / "PG_VERSION").read_text()), postgres_version(programs)
    if written_by != ours:
        raise ServiceError(
            f"The data in {data} is of PostgreSQL {written_by}, and this machine now has {ours}. Nothing was "
            f"changed. Bring PostgreSQL {written_by} back, or start anew with `make demo-reset`."
        )


def _run(programs: Path, data: Path, *, port: int, account: Account | None, fast: bool) -> Child:
    settings = {**SETTINGS, "port": str(port), **(FORGETFUL if fast else {"shared_buffers": _cache()})}
    log = data.with_name("postgres.log")
    log.unlink(missing_ok=True)
    child = spawn(
        "postgres",
        [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items())],
        log=log,
        end_signal=signal.SIGINT,
        account=account,
        environment=QUIET_ENVIRONMENT,
    )
    ready = wait_until(lambda: _accepts(data) or not child.is_running(), seconds=RECOVERY_SECONDS)
    if not ready or not child.is_running():
        child.kill()
        raise ServiceError(f"PostgreSQL did not start:\n{last_lines(log)}")
    return child


def _cache() -> str:
    """An eighth of the memory, within bounds: what is imported every hour had better stay there."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{min(max(machine // 8 // MEGABYTE, 256), 2048)}MB"


def _accepts(data: Path) -> bool:
    """The server writes its state on the eighth line of its pid file."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
    except (OSError, IndexError):
        return False
