"""Marks of lines, by which they are known again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import polars as pl

from suppliers.readers.normalising import Normaliser
from suppliers.readers.plainlines import PlainLines
from suppliers.readers.remembered import KINDS, NAMED, Remembered
from suppliers.readers.shelves import Blocks
from suppliers.readers.sources import BATCH_ROWS, column

_SEED = 0x570C_E5EED


class Marks:
    """Marks of the lines of one file: of their cells and, where those are `plain`, of their texts."""

    def __init__(self, normaliser: Normaliser, plain: PlainLines | None) -> None:
        self._indexes = normaliser.columns
        self._columns = [column(index) for index in self._indexes]
        self._of_rows = [pl.Series("mark", dtype=pl.UInt64)]
        self._plain = plain
        self._of_texts: pl.Series | None = None
        self.read_as = _read_as(normaliser)

    def of(self, lines: pl.DataFrame) -> pl.Series:
        return lines.select(self._columns).hash_rows(_SEED).alias("mark")

    def begin_as(self, known: pl.Series) -> bool:
        """Whether most of the first lines have texts with known marks."""
        if self._plain is None:
            return False
        first = self._plain.marks(self._indexes, of_first=BATCH_ROWS)
        return bool(2 * known.is_in(first.implode()).sum() > first.len())

    def texts(self) -> pl.Series | None:
        """The marks of the texts of all lines, where they have such."""
        if self._plain and self._plain.are_told_apart:
            return self._plain.marks(self._indexes)
        return None

    def note_texts(self, texts: pl.Series | None) -> None:
        """These will be remembered with the lines."""
        self._of_texts = texts

    @property
    def first(self) -> int:
        """The number of the first line."""
        return self._plain.first if self._plain else 1

    def texts_of(self, numbers: pl.Series) -> pl.Series | None:
        """The marks of the texts of the lines with these numbers, if they were looked at."""
        if self._plain is None or self._of_texts is None:
            return None
        return self._of_texts.gather(numbers - self.first)

    def note(self, lines: pl.DataFrame, rows: pl.DataFrame) -> None:
        """Of these lines, these became rows."""
        places = lines["line"].cast(pl.Int64).search_sorted(rows["line"])
        self._of_rows.append(self.of(lines).gather(places))

    def remembered(self, lines: Blocks, rows: Blocks) -> Remembered | None:
        """What to remember of all lines that were noted, and of the rows that were made of them, one per code."""
        if not self.read_as:
            return None
        marks = pl.concat(self._of_rows)
        if lines.height != rows.height:
            # Of codes that stand in several lines, no line is known.
            alone = lines.select(["key"]).with_columns(marks).filter(pl.col("key").is_unique())
            marks = rows.select(["key"]).join(alone, on="key", how="left", maintain_order="left")["mark"]
        return Remembered(self.read_as, _Noted(rows, marks, self))


@dataclass(frozen=True)
class _Noted:
    """Rows as they will be remembered, each block when it is asked for."""

    rows: Blocks
    marks: pl.Series
    noted: Marks

    @property
    def height(self) -> int:
        return self.rows.height

    def iter_slices(self, n_rows: int) -> Iterator[pl.DataFrame]:
        begin = 0
        for rows in self.rows.iter_slices(n_rows):
            yield self._remembered(rows, self.marks.slice(begin, rows.height))
            begin += rows.height

    def select(self, names: Sequence[str]) -> pl.DataFrame:
        return pl.concat([rows.select(names) for rows in self.iter_slices(BATCH_ROWS)])

    def _remembered(self, rows: pl.DataFrame, marks: pl.Series) -> pl.DataFrame:
        texts = self.noted.texts_of(rows["line"])
        said = (pl.coalesce("quantity_raw", "availability_raw") != "").fill_null(False)
        return rows.select(
            "line",
            marks,
            pl.when(marks.is_not_null()).then(texts).cast(pl.UInt64).alias("text"),
            *(
                "key",
                pl.col("quantity_kind").cast(KINDS),
                "quantity",
                "price_minor",
                pl.col("currency").cast(NAMED),
            ),
            unreadable=(pl.col("quantity_kind") == "unknown") & said,
        )


def _read_as(normaliser: Normaliser) -> str:
    """The same for two files only if equal cells certainly mean the same in both; "" where they never do."""
    if not normaliser.reads_each_line_alone:
        return ""
    return sha256(f"{digest_of_readers()} {pl.__version__} {normaliser.rules}".encode()).hexdigest()


@cache
def digest_of_readers() -> str:
    """Of the program itself: after an update, every line is read anew once."""
    digest = sha256()
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.read_bytes())
    return digest.hexdigest()
