"""Formats whose items name their own values (XML, JSON, EDI): records laid out as a table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from suppliers.readers.errors import refuse
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.sources import BATCH_ROWS, HEAD_ROWS, SAMPLE_ROWS, Origin, column
from suppliers.readers.values import Doubt

_CHUNK = 5_000


@dataclass(frozen=True)
class Record:
    """One item: the line of the file it begins on, and its values by name."""

    line: int
    values: Mapping[str, str]


@dataclass(frozen=True)
class Origins:
    """The facts of a file of records that its format knows."""

    format: str
    size_bytes: int
    encoding: str | None = None
    delimiter: str | None = None
    doubts: tuple[Doubt, ...] = ()


class Records:
    """Records as a source; names are columns in the order in which they first appear."""

    def __init__(self, records: Iterable[Record], facts: Origins, limits: Limits, deadline: Deadline) -> None:
        self._facts = facts
        self._limits, self._deadline = limits, deadline
        self._places: dict[str, int] = {}
        frames = [self._frame(chunk) for chunk in self._chunks(records)]
        if not frames:
            raise refuse("header_only")
        self.names = tuple(self._places)
        beyond = pl.lit(None, pl.String).alias(column(len(self.names)))
        self._table = pl.concat(frames, how="diagonal").with_columns(beyond)

    @property
    def origin(self) -> Origin:
        """The facts of the file; its header is the names."""
        facts = self._facts
        return Origin(
            format=facts.format,
            size_bytes=facts.size_bytes,
            width=len(self.names),
            encoding=facts.encoding,
            delimiter=facts.delimiter,
            names=self.names,
            doubts=facts.doubts,
        )

    def sample(self) -> pl.DataFrame:
        """The first records and others evenly from the rest."""
        step = max(1, self._table.height // SAMPLE_ROWS)
        place = pl.int_range(pl.len())
        return self._table.filter((place < HEAD_ROWS) | (place % step == 0))

    def batches(self, columns: Sequence[int]) -> Iterator[pl.DataFrame]:
        """All records in order."""
        wanted = self._table.select("line", *(column(index) for index in columns))
        for start in range(0, wanted.height, BATCH_ROWS):
            self._deadline.check()
            yield wanted.slice(start, BATCH_ROWS)

    def mend(self) -> None:
        """Records are well-formed by the time they are here."""
        raise refuse("unreadable")

    def _chunks(self, records: Iterable[Record]) -> Iterator[list[Record]]:
        chunk: list[Record] = []
        count = 0
        for record in records:
            chunk.append(record)
            if len(chunk) == _CHUNK:
                count += _CHUNK
                self._deadline.check()
                if count > self._limits.max_rows:
                    raise refuse("too_many_rows", limit=f"{self._limits.max_rows:,}")
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def _frame(self, chunk: Sequence[Record]) -> pl.DataFrame:
        for record in chunk:
            for name in record.values:
                self._places.setdefault(name, len(self._places))
        if len(self._places) > self._limits.max_columns:
            raise refuse("too_wide", limit=self._limits.max_columns)
        texts = {
            column(place): pl.Series([record.values.get(name) for record in chunk], dtype=pl.String)
            for name, place in self._places.items()
        }
        return pl.DataFrame({"line": [record.line for record in chunk], **texts})
