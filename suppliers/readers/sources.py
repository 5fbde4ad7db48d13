"""What every format gives to the reader: a grid of texts, a sample of it, and its rows in batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from suppliers.readers.values import Doubt

HEAD_ROWS = 300
SAMPLE_ROWS = 3_000
BATCH_ROWS = 50_000


@dataclass(frozen=True)
class Places:
    """The `column` of a tree in which its places are named, and some of these names.

    Where articles lie in sections of the file, `read` is the one that is read while nobody says otherwise.
    """

    column: str
    names: tuple[str, ...]
    read: str = ""


@dataclass(frozen=True)
class Origin:
    """What the format knows about its file before a header is looked for.

    `names` are the columns of a format that names its values itself (XML, JSON); None where a header is searched;
    `parts` are those of them that belong to a part of an article, such as a size of it.
    `places` are those of a tree, of one article or of its sections.
    `packing` are the archives around the file, from the outside in, and `member` is its name in them. `is_ended` is
    False where the last line of a text has no line end.
    """

    format: str
    size_bytes: int
    width: int
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    sheet: str | None = None
    names: tuple[str, ...] | None = None
    parts: frozenset[str] = frozenset()
    places: tuple[Places, ...] = ()
    packing: tuple[str, ...] = ()
    member: str = ""
    is_ended: bool = True
    doubts: tuple[Doubt, ...] = field(default=())


class Malformed(Exception):
    """The file could not be read on as it stands; after `mend` a second attempt may start from the beginning."""


class Source(Protocol):
    """A file opened as a grid. Frames have `line` (from 1, as a spreadsheet counts) and texts `c0`, `c1`, ...

    One column more than `origin.width` catches cells beyond the table. Empty cells are null.
    """

    @property
    def origin(self) -> Origin: ...

    def sample(self) -> pl.DataFrame:
        """The first HEAD_ROWS rows and others evenly from the rest, all columns."""
        ...

    def batches(self, columns: Sequence[int]) -> Iterator[pl.DataFrame]:
        """All rows in order, at most about BATCH_ROWS at a time, with these columns only. May raise Malformed."""
        ...

    def mend(self) -> None:
        """Repairs what made the file malformed, as far as that can be done; raises NotAFeed where it cannot."""
        ...


def column(index: int) -> str:
    """The name of a grid column in a frame."""
    return f"c{index}"
