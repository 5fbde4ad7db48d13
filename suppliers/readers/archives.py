"""Archives around a feed, unpacked to a bound: what they claim about themselves is not believed.

No name inside an archive is ever used as a path: what is unpacked gets names of our own.
"""

import bz2
import gzip
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from suppliers.readers.detection import NOT_A_TABLE, kind_of_bytes
from suppliers.readers.errors import NotAFeed, readable_size, refuse
from suppliers.readers.limits import Deadline, Limits

_BLOCK = 1 << 20
_HEAD = 512
_MOST_MEMBERS = 50
_MOST_LISTED = 20_000
_LONGEST_NAME = 120
_ENCRYPTED = 0x1
_DAMAGED = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError),
)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Member:
    """A file that was inside. `name` is for people; it is empty where the archive holds one nameless file."""

    name: str
    path: Path


class Unpacker:
    """Unpacks the archives of one reading into `workdir`, all of them together at most `max_unpacked` bytes."""

    def __init__(self, limits: Limits, deadline: Deadline, workdir: Path) -> None:
        self._limits, self._deadline, self._workdir = limits, deadline, workdir
        self._left = limits.max_unpacked
        self._count = 0

    def members(self, path: Path, kind: str) -> list[Member]:
        """The files inside that may be tables. Raises NotAFeed."""
        try:
            return list(_OPENERS[kind](self, path))
        except _DAMAGED as error:
            raise refuse("cut_short" if _breaks_off(path, kind, error) else "unreadable") from error

    def single(self, path: Path, opener: Callable[[Path], gzip.GzipFile | bz2.BZ2File]) -> Iterator[Member]:
        """The one file in a compressed file."""
        with opener(path) as source:
            yield Member("", self._written(b"", source))

    def zipped(self, path: Path) -> Iterator[Member]:
        """The files of a ZIP."""
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist()[:_MOST_LISTED] if _is_offered(entry)]
            entries.sort(key=lambda entry: -entry.file_size)
            if entries and all(entry.flag_bits & _ENCRYPTED for entry in entries):
                raise refuse("encrypted")
            for entry in entries:
                if not entry.flag_bits & _ENCRYPTED:
                    with archive.open(entry) as source:
                        yield from self._member(_zip_name(entry), source, entry.file_size)

    def tarred(self, path: Path) -> Iterator[Member]:
        """The files of a TAR."""
        with tarfile.open(path, "r:") as archive:
            for entry in archive:
                source = archive.extractfile(entry) if entry.isreg() else None
                if source is not None and not _is_hidden(entry.name):
                    yield from self._member(entry.name, source, entry.size)

    def _member(self, name: str, source: _Readable, stated: int) -> Iterator[Member]:
        """The member on disk, unless its first bytes show that it is a picture or the like."""
        self._deadline.check()
        head = source.read(_HEAD)
        if head and kind_of_bytes(head) not in NOT_A_TABLE and self._count < _MOST_MEMBERS:
            if stated > self._left:
                raise self._too_large()
            yield Member(_shown(name), self._written(head, source))

    def _written(self, head: bytes, source: _Readable) -> Path:
        """What is written is counted: a size that an archive states may lie, and many state none."""
        self._count += 1
        target = self._workdir / f"member-{self._count}"
        with target.open("wb") as out:
            block = head or source.read(_BLOCK)
            while block:
                self._deadline.check()
                self._left -= len(block)
                if self._left < 0:
                    raise self._too_large()
                out.write(block)
                block = source.read(_BLOCK)
        return target

    def _too_large(self) -> NotAFeed:
        return refuse("too_large_unpacked", limit=readable_size(self._limits.max_unpacked))


_OPENERS: Mapping[str, Callable[[Unpacker, Path], Iterator[Member]]] = {
    "zip": Unpacker.zipped,
    "tar": Unpacker.tarred,
    "gzip": lambda unpacker, path: unpacker.single(path, gzip.GzipFile),
    "bzip2": lambda unpacker, path: unpacker.single(path, bz2.BZ2File),
}


def _breaks_off(path: Path, kind: str, error: Exception) -> bool:
    """Whether the end is missing, as after a transfer that was cut, rather than something in the middle."""
    if isinstance(error, EOFError):
        return True
    return kind == "zip" and isinstance(error, zipfile.BadZipFile) and not zipfile.is_zipfile(path)


def _is_offered(entry: zipfile.ZipInfo) -> bool:
    return not entry.is_dir() and not _is_hidden(entry.filename)


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return not parts or parts[0] == "__MACOSX" or parts[-1].startswith(".")


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """Old programs write UTF-8 without saying so, and it is then taken for the letters of a DOS machine."""
    try:
        return entry.filename.encode("cp437").decode()
    except UnicodeError:
        return entry.filename


def _shown(name: str) -> str:
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in {"/", "..", "."}]
    clean = "".join(sign if sign.isprintable() else "?" for sign in "/".join(parts))
    return clean if len(clean) <= _LONGEST_NAME else f"…{clean[1 - _LONGEST_NAME :]}"
