"""What a transport is given, and what it gives back: a file on its way, named, measured and bounded."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from stocke.core.outbound import FetchLimits
from stocke.core.sealing import Secrets
from suppliers.transports.errors import not_fetched

# Called with the bytes so far and the bytes announced, if the sender said how many there are.
Progress = Callable[[int, int | None], None]
# A file on a disk of ours: its inode, size and time.
Stamp = tuple[int, int, int]


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
    wants to be told next time. `origin` is the file in the watched folder, `stamp` tells it from any later one there.
    `goes_on` where only a glance was given.
    """

    file_name: str
    total: int | None
    blocks: Iterator[bytes]
    written_at: datetime | None = None
    remember: Mapping[str, Any] = field(default_factory=dict)
    origin: Path | None = None
    stamp: Stamp | None = None
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
    """Write the file to `folder`, never more than the bound. Raises NotFetched or OutboundError."""
    refuse_size(incoming.total or 0)
    path, size, digest = folder / "fetched", 0, hashlib.sha256()
    with nullcontext() if incoming.origin else path.open("wb") as file:
        for block in incoming.blocks:
            size += len(block)
            refuse_size(size)
            digest.update(block)
            if file:
                write(file, block)
            progress(size, incoming.total)
    return Fetched(
        path=incoming.origin or path,
        file_name=incoming.file_name,
        size=size,
        sha256=digest.hexdigest(),
        taken_at=incoming.written_at if incoming.origin and incoming.written_at else asked_at,
        written_at=incoming.written_at,
        remember=incoming.remember,
        origin=incoming.origin,
        stamp=incoming.stamp,
    )


def write(file: BinaryIO, block: bytes) -> None:
    """Trouble with our own disk is not the source's."""
    try:
        file.write(block)
    except OSError:
        raise not_fetched("disk", retry=True) from None


def refuse_size(size: int) -> None:
    if size > settings.FEED_MAX_BYTES:
        raise not_fetched("bytes", limit=settings.FEED_MAX_BYTES // 10**6)
