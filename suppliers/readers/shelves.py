"""Rows of a file in blocks: those of a long one lie on disk, so that it needs little more memory than a short one."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from io import BytesIO
from os import pread
from tempfile import TemporaryFile
from typing import IO, Protocol
from weakref import finalize

import polars as pl

BLOCK_ROWS = 50_000
# So many rows are held in memory before others are put down.
_HELD = 250_000


class Blocks(Protocol):
    """Rows that are gone through block by block: a frame, or what does not hold all of them at once."""

    @property
    def height(self) -> int: ...

    def iter_slices(self, n_rows: int, /) -> Iterator[pl.DataFrame]:
        """All rows in order, at most so many at a time."""
        ...

    def select(self, names: Sequence[str], /) -> pl.DataFrame:
        """These columns of all rows."""
        ...


def whole(blocks: Blocks) -> pl.DataFrame:
    """All rows at once."""
    return blocks if isinstance(blocks, pl.DataFrame) else pl.concat(blocks.iter_slices(BLOCK_ROWS))


class Shelf:
    """Rows that are put here one block after another. What lies on disk is gone with the shelf."""

    def __init__(self, first: pl.DataFrame) -> None:
        self._held = [first]
        self.height = first.height
        # Of each block on disk, where it begins and how many bytes it has.
        self._places: list[tuple[int, int]] = []

    def put(self, rows: pl.DataFrame) -> None:
        self.height += rows.height
        if self.height <= _HELD:
            self._held.append(rows)
            return
        packed = BytesIO()
        rows.write_ipc(packed, compression="lz4")
        self._places.append((self._file.tell(), packed.tell()))
        self._file.write(packed.getbuffer())
        self._file.flush()

    def iter_slices(self, n_rows: int = BLOCK_ROWS) -> Iterator[pl.DataFrame]:
        for rows in self._blocks():
            # Where there are none, their columns are told all the same.
            yield from rows.iter_slices(n_rows) if rows.height else [rows]

    def select(self, names: Sequence[str]) -> pl.DataFrame:
        return pl.concat(self._blocks(list(names)))

    def filter(self, which: pl.Series) -> "Shelf":
        """A shelf of those rows for which this is true."""
        chosen, begin = Shelf(self._held[0].clear()), 0
        for rows in self._blocks():
            chosen.put(rows.filter(which.slice(begin, rows.height)))
            begin += rows.height
        return chosen

    @cached_property
    def _file(self) -> IO[bytes]:
        file = TemporaryFile(prefix="stocke-rows-")  # noqa: SIM115 - open as long as the shelf is there
        finalize(self, file.close)
        return file

    def _blocks(self, names: list[str] | None = None) -> Iterator[pl.DataFrame]:
        for rows in self._held:
            yield rows if names is None else rows.select(names)
        for begin, size in self._places:
            yield pl.read_ipc(pread(self._file.fileno(), size, begin), columns=names)


class Chained:
    """Some rows after others."""

    def __init__(self, *parts: Blocks) -> None:
        self._parts = parts
        self.height = sum(part.height for part in parts)

    def iter_slices(self, n_rows: int) -> Iterator[pl.DataFrame]:
        for part in self._parts:
            yield from part.iter_slices(n_rows)

    def select(self, names: Sequence[str]) -> pl.DataFrame:
        return pl.concat([part.select(names) for part in self._parts])
