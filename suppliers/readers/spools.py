"""Rows put down on disk while a file is read, so that a long file needs no more memory than a short one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from suppliers.readers.errors import refuse
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.sources import BATCH_ROWS, HEAD_ROWS, SAMPLE_ROWS, column

_MOST_BYTES = 32 * 1024**2


@dataclass(frozen=True)
class _Part:
    """Rows of a stretch of the file, on disk or, where there is only one stretch, still here."""

    rows: pl.DataFrame | Path
    names: frozenset[str]
    height: int

    def load(self, names: Sequence[str] | None = None) -> pl.DataFrame:
        """These columns, or all; one that did not occur in this stretch is left out."""
        wanted = None if names is None else [name for name in names if name in self.names]
        if isinstance(self.rows, pl.DataFrame):
            return self.rows if wanted is None else self.rows.select(wanted)
        return pl.read_ipc(self.rows, columns=wanted)


class Spool:
    """All rows of a table of texts: `line` and `c0`, `c1`, ..., more columns may appear further down.

    Raises NotAFeed where there are more rows or columns than the limits allow.
    """

    def __init__(
        self, frames: Iterable[pl.DataFrame], limits: Limits, deadline: Deadline, folder: Path
    ) -> None:
        self._limits, self._deadline, self._folder = limits, deadline, folder
        self.height = self.width = 0
        self._parts: list[_Part] = []
        self._waiting: list[pl.DataFrame] = []
        for frame in frames:
            self._add(frame)
        self._put_down(last=True)

    def sample(self) -> pl.DataFrame:
        """The first HEAD_ROWS rows and others evenly from the rest, with all columns and one more."""
        step = max(1, self.height // SAMPLE_ROWS)
        schema = {"line": pl.UInt32(), **{column(place): pl.String() for place in range(self.width + 1)}}
        found, before = [pl.DataFrame(schema=schema)], 0
        for part in self._parts:
            self._deadline.check()
            place = pl.int_range(before, before + part.height)
            found.append(part.load().filter((place < HEAD_ROWS) | (place % step == 0)))
            before += part.height
        return pl.concat(found, how="diagonal")

    def batches(self, columns: Sequence[int]) -> Iterator[pl.DataFrame]:
        """All rows in order, with these columns only."""
        names = [column(place) for place in columns]
        for part in self._parts:
            self._deadline.check()
            rows = part.load(["line", *names])
            missing = [pl.lit(None, pl.String).alias(name) for name in names if name not in part.names]
            rows = rows.with_columns(missing).select("line", *names)
            for start in range(0, rows.height, BATCH_ROWS):
                yield rows.slice(start, BATCH_ROWS)

    def _add(self, frame: pl.DataFrame) -> None:
        self._deadline.check()
        self.height += frame.height
        self.width = max(self.width, frame.width - 1)
        if self.width > self._limits.max_columns:
            raise refuse("too_wide", limit=self._limits.max_columns)
        if self.height > self._limits.max_rows + HEAD_ROWS:
            raise refuse("too_many_rows", limit=f"{self._limits.max_rows:,}")
        self._waiting.append(frame)
        waiting = sum(frame.height for frame in self._waiting)
        if waiting >= BATCH_ROWS or sum(frame.estimated_size() for frame in self._waiting) > _MOST_BYTES:
            self._put_down(last=False)

    def _put_down(self, *, last: bool) -> None:
        if not self._waiting:
            return
        rows = pl.concat(self._waiting, how="diagonal").with_columns(pl.col("line").cast(pl.UInt32))
        self._waiting = []
        names, height = frozenset(rows.columns), rows.height
        if last and not self._parts:
            self._parts.append(_Part(rows, names, height))
            return
        path = self._folder / f"rows-{id(self)}-{len(self._parts)}.arrow"
        rows.write_ipc(path, compression="lz4")
        self._parts.append(_Part(path, names, height))
