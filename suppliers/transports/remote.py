"""Files on servers that list them: which one is meant, and whether it stayed as it was."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from stocke.core.outbound import OutboundError, Unreachable
from stocke.core.outbound.addresses import addresses_of
from suppliers.transports.errors import NotFetched, not_fetched
from suppliers.transports.folder import UNFINISHED
from suppliers.transports.sources import Source

# A name or an address, and nothing around it: no scheme, port or path.
HOST = re.compile(r"[^\s/@:?#]+|[0-9a-fA-F:.]+")
MOST_FILES = 10_000
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class RemoteFile:
    """A file as its server lists it; what it does not say is None."""

    path: str
    size: int | None = None
    written_at: datetime | None = None

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name


@dataclass(frozen=True)
class Wanted:
    """The path that a person typed: one file, or in a folder the newest of those that fit a pattern."""

    folder: str
    pattern: str

    @property
    def is_pattern(self) -> bool:
        return any(sign in self.pattern for sign in "*?[")

    @property
    def path(self) -> str:
        return join(self.folder, self.pattern)

    def fits(self, name: str) -> bool:
        """Case does not matter; what is hidden or still being uploaded never fits."""
        if name.startswith(".") or PurePosixPath(name).suffix.lower() in UNFINISHED:
            return False
        return fnmatchcase(name.lower(), self.pattern.lower())


def wanted(path: str) -> Wanted:
    """`stock.csv`, `export/stock-*.csv`, or a folder with a slash at its end, of which the newest file is meant."""
    folder, slash, name = path.strip().rpartition("/")
    return Wanted(folder or slash, name or "*")


def join(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}" if folder else name


def newest(files: Iterable[RemoteFile], want: Wanted) -> RemoteFile:
    """The file that is meant. Raises NotFetched where none is."""
    fitting = [file for file in files if want.fits(file.name)]
    if not fitting:
        raise not_fetched("no_match", pattern=want.path)
    return max(fitting, key=lambda file: (file.written_at or NEVER, file.name))


def refuse_change(before: RemoteFile, after: RemoteFile, read: int) -> None:
    """Raises NotFetched unless all of the file was read while nobody wrote to it."""
    known = [(before.size, after.size), (before.written_at, after.written_at)]
    if any(was != now for was, now in known if was is not None and now is not None):
        raise not_fetched("unstable", retry=True, name=before.name)
    if before.size is not None and before.size != read:
        raise not_fetched("cut", retry=True)


def check_host(host: str) -> None:
    """Refuse early where we would never go. Raises NotFetched; a name that nobody knows today may pass."""
    if not HOST.fullmatch(host):
        raise not_fetched("host_name")
    try:
        addresses_of(host, 0)
    except Unreachable:
        return
    except OutboundError as error:
        raise NotFetched.of(error) from error


def place_of(source: Source, port: int) -> tuple[str, int]:
    """Host and port of a server that was typed in two fields."""
    return source.said("host"), int(source.access.get("port") or port)
