"""What a transport is given, and what it gives back: a file on its way, named, measured and bounded."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from stocke.core.outbound import FetchLimits
from stocke.core.sealing import Secrets
from suppliers.transports.contents import Contents, hash_in_place
from suppliers.transports.errors import not_fetched

# Called with the bytes so far and the bytes announced, if the sender said how many there are.
Progress = Callable[[int, int | None], None]
# A file on a disk of ours: its inode, size and time.
Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class Lying:
    """A file of the watched folder, open and where it lies. `stamp` tells it from any later one there."""

    path: Path
    handle: int
    stamp: Stamp

    @property
    def size(self) -> int:
        return self.stamp[1]


@dataclass(frozen=True)
class Source:
    """Where a file lies and how we get in. `remembered` is what the source told us when we fetched last.

    Whoever only wants to look says `glance`: a source that gives its file in many pieces then gives the first.
    """

    location: str
    access: Mapping[str, Any] = field(default_factory=dict)
    secrets: Secrets = field(default_factory=Secrets)
    remembered: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 900
    glance: bool = False

    @property
    def limits(self) -> FetchLimits:
        return FetchLimits(settings.FEED_MAX_BYTES, seconds=self.seconds)

    def said(self, name: str) -> str:
        """A setting as text; empty where there is none."""
        return str(self.access.get(name) or "").strip()


@dataclass(frozen=True)
class Incoming:
    """A file on its way. `blocks` ends only when all of it came, and raises NotFetched or OutboundError otherwise.

    `written_at` is when the sender says it was written, by whatever clock he has. `remember` is what the transport
    wants to be told next time. What is `lying` in a folder of ours need not be copied to be hashed. `goes_on` where
    only a glance was given.
    """

    file_name: str
    total: int | None
    blocks: Iterator[bytes]
    written_at: datetime | None = None
    remember: Mapping[str, Any] = field(default_factory=dict)
    lying: Lying | None = None
    goes_on: bool = False


@dataclass(frozen=True)
class Fetched:
    """A local copy. `taken_at` is the moment of the statement, by our clock.

    A file of the watched folder still lies there as its `origin`: most are the same as last time, and need no copy.
    Before it is read, `suppliers.transports.folder.take` makes one.
    """

    path: Path
    file_name: str
    size: int
    sha256: str
    taken_at: datetime
    written_at: datetime | None = None
    remember: Mapping[str, Any] = field(default_factory=dict)
    origin: Path | None = None
    stamp: Stamp | None = None


def save(incoming: Incoming, folder: Path, *, asked_at: datetime, progress: Progress) -> Fetched:
    """The file in `folder`, never more than the bound, or where it lies. Raises NotFetched or OutboundError."""
    refuse_size(incoming.total or 0)
    lying, path = incoming.lying, folder / "fetched"
    size, sha256 = hashed(lying, incoming.file_name, progress) if lying else copied(incoming, path, progress)
    return Fetched(
        path=lying.path if lying else path,
        file_name=incoming.file_name,
        size=size,
        sha256=sha256,
        taken_at=incoming.written_at if lying and incoming.written_at else asked_at,
        written_at=incoming.written_at,
        remember=incoming.remember,
        origin=lying.path if lying else None,
        stamp=lying.stamp if lying else None,
    )


def hashed(lying: Lying, name: str, progress: Progress) -> tuple[int, str]:
    """Size and hash of a file that stays as it was."""
    size = lying.size
    sha256 = hash_in_place(lying.handle, size, lambda done: progress(done, size))
    if stamp_of(lying.path.stat()) != lying.stamp:
        raise not_fetched("unstable", retry=True, name=name)
    return size, sha256


def copied(incoming: Incoming, path: Path, progress: Progress) -> tuple[int, str]:
    """Size and hash of what comes, written down."""
    size, contents = 0, Contents()
    with path.open("wb") as file:
        for block in incoming.blocks:
            size += len(block)
            refuse_size(size)
            contents.update(block)
            write(file, block)
            progress(size, incoming.total)
    return size, contents.hexdigest()


def stamp_of(state: os.stat_result) -> Stamp:
    return state.st_ino, state.st_size, state.st_mtime_ns


def write(file: BinaryIO, block: bytes) -> None:
    """Trouble with our own disk is not the source's."""
    try:
        file.write(block)
    except OSError:
        raise not_fetched("disk", retry=True) from None


def refuse_size(size: int) -> None:
    if size > settings.FEED_MAX_BYTES:
        raise not_fetched("bytes", limit=settings.FEED_MAX_BYTES // 10**6)
