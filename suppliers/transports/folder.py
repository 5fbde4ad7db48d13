"""A folder that a supplier, or a program of the merchant's, drops files into.

Only complete files count: nothing hidden, nothing with the name of an upload in progress, nothing that was written
to a moment ago. What was read is moved to `done/` beside it; if it cannot be moved, its hash is known all the same.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from suppliers.transports.errors import not_fetched
from suppliers.transports.sources import Fetched, Incoming, Lying, Source, Stamp, stamp_of, write

BLOCK = 1024**2
QUIET_SECONDS = 5.0
UNFINISHED = {".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".swp"}
DONE = "done"


def watched_folder(location: str) -> Path:
    """The folder of this name below the watched root. Raises NotFetched when it lies outside or does not exist."""
    root = Path(settings.WATCHED_ROOT).resolve()
    if "\0" in location:
        raise not_fetched("outside", folder=location.replace("\0", "?"))
    folder = (root / location.strip()).resolve()
    if not folder.is_relative_to(root):
        raise not_fetched("outside", folder=location)
    if not folder.is_dir():
        raise not_fetched("no_folder", folder=location)
    return folder


def has_waiting_file(location: str) -> bool:
    """Whether a run would find something to read; False where there is no folder."""
    root = Path(settings.WATCHED_ROOT).resolve()
    folder = (root / location).resolve()
    return folder.is_relative_to(root) and folder.is_dir() and any(complete_files(folder))


def complete_files(folder: Path) -> Iterator[Path]:
    """Regular files of the folder itself. A link counts as none, because it may point anywhere."""
    for path in folder.iterdir():
        if path.name.startswith(".") or path.suffix.lower() in UNFINISHED:
            continue
        if path.is_file() and not path.is_symlink() and is_quiet(path):
            yield path


def is_quiet(path: Path) -> bool:
    return time.time() - path.stat().st_mtime >= QUIET_SECONDS


@contextmanager
def open_folder(source: Source) -> Iterator[Incoming]:
    """The newest complete file; it must not change while it is read.

    The moment of the statement is when the file was written, because it may have waited for us for hours.
    """
    waiting = sorted(complete_files(watched_folder(source.location)), key=lambda path: path.stat().st_mtime)
    if not waiting:
        raise not_fetched("no_file", folder=source.location)
    path = waiting[-1]
    with path.open("rb") as file:
        before = os.fstat(file.fileno())
        written = datetime.fromtimestamp(min(before.st_mtime, time.time()), tz=UTC)
        lying = Lying(path, file.fileno(), stamp_of(before))
        yield Incoming(path.name, before.st_size, blocks_of(file), written_at=written, lying=lying)


def take(fetched: Fetched, folder: Path) -> Fetched:
    """The file of a watched folder as a copy in `folder`; what came from elsewhere is there already.

    Raises NotFetched where it is not the file any more that was fetched.
    """
    if fetched.origin is None:
        return fetched
    copy = folder / "fetched"
    try:
        # No link is followed, not even one that has come in place of the file since.
        handle = os.open(fetched.origin, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        raise not_fetched("unstable", retry=True, name=fetched.file_name) from None
    with os.fdopen(handle, "rb") as theirs, copy.open("wb") as ours:
        while block := theirs.read(BLOCK):
            write(ours, block)
        if stamp_of(os.fstat(handle)) != fetched.stamp:
            raise not_fetched("unstable", retry=True, name=fetched.file_name)
    return replace(fetched, path=copy)


def blocks_of(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def put_aside(origin: Path, stamp: Stamp, run_id: int) -> bool:
    """Move a file that was read, and the older ones it overtook, to `done/`; False when the folder forbids it.

    `stamp` is the file's as it was read: what has come in its place since waits for the next run.
    """
    try:
        done = origin.parent / DONE
        done.mkdir(exist_ok=True)
        for path in list(complete_files(origin.parent)):
            if is_overtaken(stamp_of(path.stat()), stamp, is_origin=path == origin):
                path.rename(done / f"{run_id}-{path.name}")
    except OSError:
        return False
    return True


def is_overtaken(found: Stamp, read: Stamp, *, is_origin: bool) -> bool:
    """Whether a file need not be read any more: it is the one that was, or lies beside it and is no younger."""
    (_inode, _size, written), (*_, limit) = found, read
    return found == read if is_origin else written <= limit
