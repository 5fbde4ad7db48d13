"""Lines that were read before: what stands in today's file with the very same cells need not be understood again.

What a line says depends on its own cells and on what was decided for the whole file: the columns, the habits, our
own program. The latter is `read_as`; while it is the same, equal cells mean the same row. A line is known by its
mark, a hash of the cells that are read. Lines without a code have none, nor have codes that stand in several lines:
those are read anew each time, so that what is rejected, skipped or repeated is always counted.
"""

from collections.abc import Collection, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

import polars as pl

from suppliers.readers.normalising import Normaliser
from suppliers.readers.sources import BATCH_ROWS, column
from suppliers.readers.values import KINDS, NAMED, Remembered

_SEED = 0x570C_E5EED
# So many lines are looked for among the remembered ones at a time.
_AT_ONCE = 200_000


class Marks:
    """Marks of the lines of one file."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._columns = [column(index) for index in normaliser.columns]
        self._of_rows = [pl.Series("mark", dtype=pl.UInt64)]
        self.read_as = _read_as(normaliser)

    def of(self, lines: pl.DataFrame) -> pl.Series:
        return lines.select(self._columns).hash_rows(_SEED).alias("mark")

    def note(self, lines: pl.DataFrame, rows: pl.DataFrame) -> None:
        """Of these lines, these became rows."""
        places = lines["line"].cast(pl.Int64).search_sorted(rows["line"])
        self._of_rows.append(self.of(lines).gather(places))

    def remembered(self, lines: pl.DataFrame, rows: pl.DataFrame) -> Remembered | None:
        """What to remember of all lines that were noted, and of the rows that were made of them, one per code."""
        if not self.read_as:
            return None
        marked = lines.select("key").with_columns(pl.concat(self._of_rows))
        if lines.height != rows.height:
            alone = marked.filter(pl.col("key").is_unique())
            marked = rows.select("key").join(alone, on="key", how="left", maintain_order="left")
        said = (pl.coalesce("quantity_raw", "availability_raw") != "").fill_null(False)
        kept = rows.select(
            "line",
            marked["mark"],
            *(
                "key",
                pl.col("quantity_kind").cast(KINDS),
                "quantity",
                "price_minor",
                pl.col("currency").cast(NAMED),
            ),
            unreadable=(pl.col("quantity_kind") == "unknown") & said,
        )
        return Remembered(self.read_as, kept)


def _read_as(normaliser: Normaliser) -> str:
    """The same for two files only if equal cells certainly mean the same in both; "" where they never do."""
    if not normaliser.reads_each_line_alone:
        return ""
    return sha256(f"{_program()} {pl.__version__} {normaliser.rules}".encode()).hexdigest()


@cache
def _program() -> str:
    """A digest of the readers themselves: after an update, every line is read anew once."""
    digest = sha256()
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.read_bytes())
    return digest.hexdigest()


class Sieve:
    """Takes out of a file the lines that are remembered word for word."""

    def __init__(self, marks: Marks, last: Remembered, doubted: Collection[str]) -> None:
        self._marks, self._last = marks, last.lines
        self._known = last.lines["mark"]
        if doubted:
            codes = pl.Series(doubted, dtype=pl.String)
            self._known = self._known.set(last.lines["key"].is_in(codes.implode()), None)
        # Where the next line is expected: most files keep their order from day to day.
        self._next = self.seen = 0
        self._places: list[pl.Series] = []
        self._lines: list[pl.Series] = []

    def new_lines(self, batches: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
        """The lines that are not remembered."""
        waiting: list[pl.DataFrame] = []
        for batch in batches:
            waiting.append(self._out_of_place(batch))
            if sum(frame.height for frame in waiting) >= _AT_ONCE:
                yield from self._unknown(pl.concat(waiting)).iter_slices(BATCH_ROWS)
                waiting = []
        if waiting:
            yield from self._unknown(pl.concat(waiting)).iter_slices(BATCH_ROWS)

    def same(self) -> pl.DataFrame | None:
        """The remembered lines that were found, with their `line`; None if one of them was there twice."""
        places = pl.concat([pl.Series(dtype=pl.UInt32), *self._places])
        lines = pl.concat([pl.Series(dtype=pl.Int64), *self._lines])
        self._is_same = pl.repeat(False, self._last.height, eager=True).scatter(places, True)
        line = pl.repeat(0, self._last.height, dtype=pl.Int64, eager=True).scatter(places, lines)
        same = self._last.with_columns(line=line).filter(self._is_same)
        return same if same.height == places.len() else None

    def gone(self, rows: pl.DataFrame) -> pl.Series:
        """The codes that are remembered and not in the file any more; `rows` is what the new lines said."""
        rest = self._last["key"].filter(~self._is_same)
        return rest.filter(~rest.is_in(rows["key"].implode()))

    def _out_of_place(self, batch: pl.DataFrame) -> pl.DataFrame:
        """The lines that do not stand where they stood last time, with their marks."""
        self.seen += batch.height
        marks = self._marks.of(batch)
        expected = self._known[self._next : self._next + batch.height]
        expected = expected.extend_constant(None, batch.height - expected.len())
        as_before = (marks == expected).fill_null(False)
        self._found(as_before.arg_true() + self._next, batch["line"].filter(as_before))
        self._next += batch.height
        if batch.height and not as_before[-1]:
            # Lines were inserted or taken out; what follows is expected after the place of the last one.
            place = (self._known == marks[-1]).arg_true()
            self._next = place[0] + 1 if place.len() else self._next
        return batch.with_columns(marks).filter(~as_before)

    def _unknown(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Those of the lines that stand nowhere among the remembered ones."""
        known = self._known.to_frame().with_row_index("place")
        moved = known.join(lines.select("mark", "line"), on="mark", how="inner")
        self._found(moved["place"], moved["line"])
        return lines.filter(~lines["mark"].is_in(moved["mark"].implode())).drop("mark")

    def _found(self, places: pl.Series, lines: pl.Series) -> None:
        self._places.append(places.cast(pl.UInt32))
        self._lines.append(lines.cast(pl.Int64))
