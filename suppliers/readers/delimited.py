"""CSV, TSV and their relatives."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import IO

import polars as pl

from suppliers.readers.dialects import Dialect, dialect_of, parsed, quoted_as
from suppliers.readers.encodings import encoding_of, rewritten
from suppliers.readers.endings import breaks_off, is_ended
from suppliers.readers.endless import endless_cell, refuse_endless_cell, refuse_endless_line
from suppliers.readers.errors import refuse
from suppliers.readers.fixedwidth import Gap, as_csv, gaps_of
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.plainlines import PlainLines, scan_records
from suppliers.readers.repairing import repaired
from suppliers.readers.sources import BATCH_ROWS, HEAD_ROWS, SAMPLE_ROWS, Malformed, Origin, column
from suppliers.readers.swallowing import Look, look_of, suspects
from suppliers.readers.values import Doubt

_SAMPLE_BYTES = 1 << 18
_SAMPLED_ROWS = 250_000
_SHORT = 1 << 20
# Polars refuses quote marks that do not close.
_POLARS_REFUSALS = (pl.exceptions.ComputeError, pl.exceptions.SchemaError)


class Delimited:
    """A text file divided by a sign. A file that polars would not read as it is gets rewritten in `workdir`."""

    def __init__(self, path: Path, limits: Limits, deadline: Deadline, workdir: Path) -> None:
        self._limits, self._deadline, self._workdir = limits, deadline, workdir
        self._doubts: list[Doubt] = []
        self._whole: pl.DataFrame | None = None
        refuse_endless_line(path, deadline)
        encoding = encoding_of(path, deadline)
        self._text_path = self._as_utf8(path, encoding.name, rewrite=encoding.rewrite)
        text = _start_of(self._text_path)
        late = "" if '"' in text else _from_first_mark(self._text_path)
        has_marks = '"' in text or bool(late)
        opened = endless_cell(self._text_path, deadline) if has_marks else None
        self._is_ended = is_ended(self._text_path)
        dialect = dialect_of(text)
        self._is_aligned = False
        if gaps := gaps_of(text, dialect):
            text, dialect = self._aligned(gaps), Dialect(",", '"', width=len(gaps) + 1)
        if dialect is None:
            raise refuse("no_table")
        if not dialect.quote and '"' not in text:
            dialect = quoted_as(dialect, late)
        if opened is not None and dialect.quote == '"':
            refuse_endless_cell(self._text_path, opened, dialect)
        self._dialect, self._skip = dialect, dialect.skip
        self._table_path, self._table_dialect = self._text_path, dialect
        self._begins = text
        records = parsed(_body(text, dialect), dialect.delimiter, dialect.quote, dialect.escape)
        self._bytes_per_row = max(1.0, len(text.encode()) / max(1, len(records)))
        self._width = self._bounded_width(records)
        self._encoding, self._size = encoding.name, path.stat().st_size
        is_plain = not (has_marks or self._is_aligned or dialect.quote == "'" or dialect.escape)
        self._plain = (
            PlainLines(self._text_path, dialect, self._width, limits, deadline) if is_plain else None
        )
        if not self._is_aligned and breaks_off(self._text_path, dialect):
            self._doubts.append(Doubt("breaks_off"))
        if dialect.escape or dialect.quote == "'" or (opened is not None and dialect.quote):
            self.mend()

    @cached_property
    def _look(self) -> Look:
        """Asked for only where quote marks are in doubt: to learn it takes as long as to read a short file."""
        return look_of(_body(self._begins, self._dialect).splitlines(), self._dialect)

    @property
    def origin(self) -> Origin:
        return Origin(
            format="csv",
            size_bytes=self._size,
            width=self._width,
            encoding=self._encoding,
            delimiter=" " if self._is_aligned else self._dialect.delimiter,
            quote=None if self._is_aligned else self._dialect.quote or None,
            is_ended=self._is_ended,
            doubts=tuple(self._doubts),
        )

    def plain_lines(self) -> PlainLines | None:
        """The lines of a long text without quote marks; a short one is divided at once."""
        return self._plain if self._size > _SHORT else None

    def sample(self) -> pl.DataFrame:
        rows = max(1.0, self._table_path.stat().st_size / self._bytes_per_row)
        step = max(1, int(min(rows, _SAMPLED_ROWS) / SAMPLE_ROWS))
        head = pl.col("line") <= HEAD_ROWS + self._skip
        chosen = head | (pl.col("line") % step == 0)
        self._deadline.check()
        try:
            return self._chosen(chosen)
        except _POLARS_REFUSALS:
            self.mend()
            return self._chosen(chosen)

    def batches(self, columns: Sequence[int]) -> Iterator[pl.DataFrame]:
        seen = 0
        try:
            for batch in self._batches(columns):
                self._deadline.check()
                seen += batch.height
                if seen > self._limits.max_rows + HEAD_ROWS:
                    raise refuse("too_many_rows", limit=f"{self._limits.max_rows:,}")
                yield batch
            is_as_it_came = self._table_path == self._text_path and not self._plain
            if is_as_it_came and seen + self._skip < self._lines():
                self._judge_cells()
        except _POLARS_REFUSALS as error:
            raise Malformed from error

    def _lines(self) -> int:
        """There are more of them than of records only where cells go on over several."""
        with self._text_path.open("rb") as file:
            ends = sum(block.count(b"\n") for block in iter(lambda: file.read(_SHORT), b""))
        return ends if self._is_ended else ends + 1

    def _judge_cells(self) -> None:
        """Raises Malformed where a cell holds lines of the table, in whichever column; doubts what only may be some."""
        scan = self._scan() if self._whole is None else self._whole.lazy()
        count = 0
        for lines in suspects(scan, self._dialect):
            if self._look.are_lines(lines):
                raise Malformed
            count += self._look.seem_lines(lines)
        if count:
            self._doubts.append(Doubt("lines_in_cells", {"count": count}))

    def _batches(self, columns: Sequence[int]) -> Iterator[pl.DataFrame]:
        wanted = ["line", *(column(index) for index in columns)]
        if self._whole is not None:
            yield from self._whole.select(wanted).iter_slices(BATCH_ROWS)
        elif self._plain is not None:
            yield from self._plain.batches(columns)
        else:
            yield from self._scan().select(wanted).collect_batches(chunk_size=BATCH_ROWS, engine="streaming")

    def _chosen(self, chosen: pl.Expr) -> pl.DataFrame:
        """The lines of the sample. A short file is divided once, and kept."""
        if plain := self.plain_lines():
            return plain.sample(chosen, among=_SAMPLED_ROWS)
        if self._table_path.stat().st_size > _SHORT:
            return self._scan(_SAMPLED_ROWS).filter(chosen).collect(engine="streaming")
        self._whole = self._scan().collect()
        return self._whole.filter(chosen)

    def _as_utf8(self, path: Path, encoding: str, *, rewrite: bool) -> Path:
        if not rewrite:
            return path
        target = self._workdir / "utf8.csv"
        rewritten(path, encoding, target, self._deadline)
        return target

    def _aligned(self, gaps: Sequence[Gap]) -> str:
        """Writes a text aligned by blanks as CSV, which is read from here on; gives its first lines."""
        self._is_aligned, target = True, self._workdir / "aligned.csv"
        self._doubts += as_csv(self._text_path, gaps, target, self._deadline)
        self._text_path = target
        return _start_of(target)

    def _bounded_width(self, records: list[list[str]]) -> int:
        width = max((len(record) for record in records), default=1)
        if width > self._limits.max_columns:
            raise refuse("too_wide", limit=self._limits.max_columns)
        return max(width, self._dialect.width)

    def _scan(self, rows: int | None = None) -> pl.LazyFrame:
        dialect, first = self._table_dialect, 1 + self._skip
        return scan_records(self._table_path, dialect, self._width, skip=dialect.skip, first=first, rows=rows)

    def mend(self) -> None:
        target = self._workdir / "repaired.csv"
        doubt = repaired(self._text_path, self._look, target, self._width, self._deadline)
        self._doubts += doubt
        self._table_path, self._table_dialect = target, Dialect(",", '"', width=self._width)
        self._whole = self._plain = None


def _start_of(path: Path) -> str:
    """The first lines of the file, cut at a line end."""
    with path.open("rb") as file:
        block = file.read(_SAMPLE_BYTES)
        whole = not file.read(1)
    text = block.decode("utf-8", errors="ignore").removeprefix("\ufeff")
    end = text.rfind("\n")
    return text if whole or end < 0 else text[: end + 1]


def _from_first_mark(path: Path) -> str:
    """Some lines of the file from the first that has a quote mark; nothing where none has."""
    with path.open("rb") as file:
        begin = line_of_first_mark(file)
        if begin is None:
            return ""
        file.seek(begin)
        text = file.read(_SAMPLE_BYTES).decode("utf-8", errors="ignore")
    return text[: text.rfind("\n") + 1] or text


def line_of_first_mark(file: IO[bytes], *, at_a_time: int = _SAMPLE_BYTES) -> int | None:
    """Where the first line with a quote mark begins. Read, not mapped: what is mapped counts as memory of ours."""
    begin = place = 0
    while block := file.read(at_a_time):
        first = block.find(b'"')
        end = block.rfind(b"\n", 0, None if first < 0 else first)
        begin = begin if end < 0 else place + end + 1
        if first >= 0:
            return begin
        place += len(block)
    return None


def _body(text: str, dialect: Dialect) -> str:
    return text.split("\n", dialect.skip)[-1]
