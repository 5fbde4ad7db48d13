"""The parts of a zipped document, handed out block by block and counted, whatever the zip claims about their size."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from suppliers.readers.errors import readable_size, refuse
from suppliers.readers.limits import Deadline, Limits

_BLOCK = 1 << 18
_LARGEST_SMALL = 16 * 1024**2


class Parts:
    """An XLSX or ODS file as its parts. Everything read of it counts towards `max_unpacked`. Raises NotAFeed."""

    def __init__(self, path: Path, limits: Limits, deadline: Deadline) -> None:
        self._limits, self._deadline = limits, deadline
        self._left = limits.max_unpacked
        with _damage():
            self._archive = zipfile.ZipFile(path)
        self._names = {name.casefold(): name for name in self._archive.namelist()}

    def has(self, name: str) -> bool:
        return name.casefold() in self._names

    def size(self, name: str) -> int:
        """What the zip says; good enough to compare parts."""
        return self._archive.getinfo(self._names[name.casefold()]).file_size if self.has(name) else 0

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part; nothing where there is no such part."""
        if not self.has(name):
            return
        with _damage(), self._archive.open(self._names[name.casefold()]) as part:
            while block := part.read(_BLOCK):
                self._deadline.check()
                self._left -= len(block)
                if self._left < 0:
                    raise refuse("too_large_unpacked", limit=readable_size(self._limits.max_unpacked))
                yield block

    def small(self, name: str) -> bytes:
        """A part that holds no rows, such as a list of sheets."""
        content = b""
        for block in self.blocks(name):
            content += block
            if len(content) > _LARGEST_SMALL:
                raise refuse("too_large_unpacked", limit=readable_size(_LARGEST_SMALL))
        return content


@contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except EOFError as error:
        raise refuse("cut_short") from error
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        encrypted = isinstance(error, RuntimeError) and "password" in str(error)
        raise refuse("encrypted" if encrypted else "unreadable") from error
