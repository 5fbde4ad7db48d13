"""Start what is missing, and tell everybody where it is."""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from stocke.localservices.accounts import home_for, lent_account
from stocke.localservices.children import Child, stop_all, wait_until
from stocke.localservices.errors import ServiceError
from stocke.localservices.postgres import start_postgres
from stocke.localservices.valkey import start_valkey

STARTERS = {"DATABASE_URL": start_postgres, "REDIS_URL": start_valkey}
FILE = "services.json"


@dataclass
class Services:
    """The servers this process runs or borrows. Stop them, or leave a `with` block; both may happen twice."""

    urls: Mapping[str, str] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)
    file: Path | None = None
    lock: IO[str] | None = None

    @property
    def is_borrowed(self) -> bool:
        """Whether another process started them, and will stop them."""
        return bool(self.urls) and self.lock is None

    def announce(self, **told: str) -> None:
        """Add addresses and whatever else to the file that commands run by hand read, as long as these servers run."""
        self.urls = {**self.urls, **told}
        if self.file is not None:
            write_private(self.file, json.dumps(self.urls, indent=2) + "\n")

    def stop(self) -> None:
        """End the servers we started, all at the same time, and forget where they were."""
        if self.lock is None:
            return
        stop_all(self.children)
        if self.file is not None:
            self.file.unlink(missing_ok=True)
        self.lock.close()
        self.lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def ensure(root: Path, *, fast: bool = False) -> Services:
    """Start a server for each of DATABASE_URL and REDIS_URL that is unset, and set it for us and our children.

    Does nothing when both are set. When another process already runs the servers of `root`, borrows them.
    Raises ServiceError with a sentence for the person at the keyboard; nothing is left running then.
    """
    missing = [name for name in STARTERS if not os.environ.get(name)]
    if not missing:
        return Services()
    root = root.resolve()
    root.mkdir(parents=True, exist_ok=True)
    lock = _claim(root)
    services = _borrow(root, missing) if lock is None else _start(root, missing, lock=lock, fast=fast)
    os.environ.update(services.urls)
    return services


def remove(root: Path) -> None:
    """Delete the servers' data of `root`. Raises ServiceError while they are in use."""
    root = root.resolve()
    if not root.exists():
        return
    lock = _claim(root)
    if lock is None:
        raise ServiceError(f"The servers of {root} are running; stop them first.")
    home = home_for(root)
    for name in ("postgres", "postgres.unfinished", "valkey", "programs"):
        shutil.rmtree(home / name, ignore_errors=True)
    for name in ("postgres.log", "postgres.password", "valkey.log", "password"):
        (home / name).unlink(missing_ok=True)
    if home != root and home.exists():
        home.rmdir()
    lock.close()


def _claim(root: Path) -> IO[str] | None:
    """An exclusive lock that the system frees when this process ends, or None if somebody else has it."""
    lock = (root / "services.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _borrow(root: Path, missing: list[str]) -> Services:
    """The servers of the process that has the lock; it may be about to write their addresses."""
    file = root / FILE
    if not wait_until(lambda: set(missing) <= _read(file).keys()):
        raise ServiceError(
            f"Another process holds {root} without running what we need: {', '.join(missing)}."
        )
    known = _read(file)
    return Services(urls={name: known[name] for name in missing})


def _read(file: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return found


def _start(root: Path, missing: list[str], *, lock: IO[str], fast: bool) -> Services:
    (root / FILE).unlink(missing_ok=True)
    services, urls = Services(file=root / FILE, lock=lock), {}
    try:
        home = _prepare(home_for(root))
        account, password = lent_account(home / "postgres"), _password(home)
        for name in missing:
            urls[name], child = STARTERS[name](home, password=password, account=account, fast=fast)
            services.children.append(child)
    except BaseException:
        services.stop()
        raise
    services.announce(**urls)
    return services


def _prepare(home: Path) -> Path:
    """A home that a lent account may pass through, even where root's umask closes new folders to others."""
    if not home.exists():
        home.parent.mkdir(exist_ok=True)
        home.mkdir()
        for folder in (home.parent, home):
            folder.chmod(0o711)
    return home


def _password(home: Path) -> str:
    """One secret for both servers, made once."""
    file = home / "password"
    with contextlib.suppress(FileNotFoundError):
        return file.read_text()
    password = secrets.token_urlsafe(24)
    write_private(file, password)
    return password


def write_private(file: Path, text: str) -> None:
    """Write a file that only we can read; a reader sees the old text or the new, never a part."""
    descriptor, unfinished = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(descriptor, "w") as output:
        output.write(text)
    Path(unfinished).replace(file)
