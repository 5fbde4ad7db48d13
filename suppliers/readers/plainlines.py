"""A text in which nothing encloses cells: each of its lines is a record, so lines can be compared undivided."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import sha256
from os import pread
from pathlib import Path
from typing import Protocol, runtime_checkable

import polars as pl

from suppliers.readers.dialects import Dialect
from suppliers.readers.errors import refuse
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.sources import BATCH_ROWS, HEAD_ROWS, Malformed, Source, column

_SEED = 0x570C_E11E5
_BYTE_ORDER_MARK = "\ufeff".encode()
# So many bytes are divided at a time.
_PIECE = 4 * 1024**2


class PlainLines:
    """The lines of a table, numbered like its records, which they are. The text is UTF-8."""

    def __init__(self, path: Path, dialect: Dialect, width: int, limits: Limits, deadline: Deadline) -> None:
        self._path, self._dialect, self._width = path, dialect, width
        self._limits, self._deadline = limits, deadline
        self.first = 1 + dialect.skip

    @property
    def are_told_apart(self) -> bool:
        """Whether all of them end alike, so that it is known where each begins."""
        return self._end in (1, 2)

    def look_at_all(self) -> None:
        """Tell all lines apart now; what is wanted of some of them then costs no other pass. Raises NotAFeed."""
        _ = self._lines

    def let_go(self) -> None:
        """Hold them no longer: as many as the file has, beside all of its cells."""
        vars(self).pop("_lines", None)
        vars(self).pop("_upto", None)

    def marks(self, columns: Sequence[int], *, of_first: int | None = None) -> pl.Series:
        """A hash of each line in order, or of some first ones. Where two are equal, so are these cells."""
        division = f"{self._dialect.delimiter} {self._width} {list(columns)}"
        mark = pl.lit(int.from_bytes(sha256(division.encode()).digest()[:8]), pl.UInt64)
        lines = self._lines if of_first is None else self._first_lines(of_first)
        return lines.select((pl.col("hash") ^ mark).alias("mark")).to_series()[self._dialect.skip :]

    def sample(self, which: pl.Expr, *, among: int) -> pl.DataFrame:
        """The cells of some of the first lines, all columns."""
        if "_lines" in vars(self) and self.are_told_apart:
            numbers = pl.int_range(1, min(among, self._lines.height) + 1, eager=True).to_frame("line")
            chosen = numbers.filter(pl.col("line") >= self.first).filter(which).cast(pl.UInt32)
            return self._divided(chosen["line"], self._texts(chosen["line"]), range(self._width + 1))
        lines = pl.scan_lines(
            self._path, name="text", n_rows=among, row_index_name="line", row_index_offset=1, glob=False
        )
        chosen = lines.filter(pl.col("line") >= self.first).filter(which).collect(engine="streaming")
        texts = [text.encode() for text in chosen["text"]]
        if chosen["line"].head(1).to_list() == [1]:
            texts[0] = texts[0].removeprefix(_BYTE_ORDER_MARK)
        return self._divided(chosen["line"], texts, range(self._width + 1))

    def cells(self, numbers: pl.Series, columns: Sequence[int]) -> Iterator[pl.DataFrame]:
        """The cells of the lines with these numbers, in batches. Needs lines that `are_told_apart`."""
        for some in numbers.to_frame("line").iter_slices(BATCH_ROWS):
            self._deadline.check()
            yield self._divided(some["line"], self._texts(some["line"]), columns)

    def batches(self, columns: Sequence[int]) -> Iterator[pl.DataFrame]:
        """The cells of all lines. Piece by piece: polars takes in the whole file ahead of whoever asks for its rows."""
        first, skip = self.first, self._dialect.skip
        for piece in self._pieces():
            # What begins with such a mark loses it, which only the first line may: so none of these comes first.
            cells = scan_records(b"\n" + piece, self._dialect, self._width, skip=skip, first=first - 1)
            records = cells.slice(1).select("line", *map(column, columns)).collect()
            yield from records.iter_slices(2 * BATCH_ROWS)
            first, skip = first + records.height, 0

    def _pieces(self) -> Iterator[bytes]:
        """The text in pieces of whole lines."""
        with self._path.open("rb") as file:
            rest = file.read(len(_BYTE_ORDER_MARK)).removeprefix(_BYTE_ORDER_MARK)
            while piece := file.read(_PIECE):
                end = piece.rfind(b"\n") + 1
                if end:
                    yield rest + piece[:end]
                    rest = b""
                rest += piece[end:]
        if rest:
            yield rest

    def _divided(self, numbers: pl.Series, texts: Iterable[bytes], columns: Sequence[int]) -> pl.DataFrame:
        # What begins with such a mark loses it, which only the first line may: so none of these comes first.
        text = b"\n".join([b"", *texts, b""])
        cells = scan_records(text, self._dialect, self._width).slice(1)
        records = cells.select(map(column, columns)).collect()
        if records.height != numbers.len():
            raise Malformed
        return records.insert_column(0, numbers.alias("line"))

    @cached_property
    def _lines(self) -> pl.DataFrame:
        """Of all lines. Raises NotAFeed where there are more than the limits allow, before more of them are held."""
        most = self._limits.max_rows + HEAD_ROWS
        lines = self._told(most + 1)
        if lines.height > most:
            raise refuse("too_many_rows", limit=f"{self._limits.max_rows:,}")
        return lines

    def _first_lines(self, number: int) -> pl.DataFrame:
        return self._lines.head(number) if "_lines" in vars(self) else self._told(number)

    def _told(self, of_first: int) -> pl.DataFrame:
        """The hash of each line, and its bytes without what ends it."""
        self._deadline.check()
        text = pl.col("text")
        told = pl.scan_lines(self._path, name="text", n_rows=of_first, glob=False).select(
            hash=text.hash(_SEED), length=text.str.len_bytes()
        )
        return told.collect(engine="streaming")

    @cached_property
    def _upto(self) -> pl.Series:
        """The bytes of all lines up to the end of each, without what ends them."""
        return self._lines["length"].cast(pl.Int64).cum_sum()

    @cached_property
    def _end(self) -> float:
        """How many bytes there are from one line to the next."""
        with self._path.open("rb") as file:
            size = file.seek(-1, 2) + 1
            ends = self._lines.height - (file.read(1) != b"\n")
        return (size - int(self._upto[-1])) / max(1, ends)

    def _texts(self, numbers: pl.Series) -> Iterator[bytes]:
        places = numbers.cast(pl.Int64) - 1
        upto = self._upto.gather(places) + places * int(self._end)
        before = self._upto.gather((places - 1).clip(0))
        before = before.set(places == 0, 0) + places * int(self._end)
        # Read one by one, not mapped: they lie all over the file, and what is mapped counts as memory of ours.
        with self._path.open("rb") as file:
            for begin, end in zip(before.to_list(), upto.to_list(), strict=True):
                text = pread(file.fileno(), end - begin, begin)
                yield text if begin else text.removeprefix(_BYTE_ORDER_MARK)


@runtime_checkable
class _Lined(Protocol):
    def plain_lines(self) -> PlainLines | None: ...


def plain_lines_of(source: Source) -> PlainLines | None:
    """The lines of a source that has such; None where a line alone does not tell what it says."""
    return source.plain_lines() if isinstance(source, _Lined) else None


def scan_records(
    source: Path | bytes,
    dialect: Dialect,
    width: int,
    *,
    skip: int = 0,
    first: int = 1,
    rows: int | None = None,
) -> pl.LazyFrame:
    """The records of a text, as `line` and `c0`, `c1`, ...; one column more than the table is wide.

    After `skip` lines that are none; the `first` one is counted so.
    """
    return pl.scan_csv(
        source,
        separator=dialect.delimiter,
        quote_char=dialect.quote or None,
        has_header=False,
        skip_lines=skip,
        schema={column(index): pl.String() for index in range(width + 1)},
        missing_columns="insert",
        extra_columns="ignore",
        row_index_name="line",
        row_index_offset=first,
        n_rows=rows,
        glob=False,
    )
