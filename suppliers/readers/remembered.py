"""What is remembered of a file for the next one."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from suppliers.readers.shelves import Blocks, whole

# Less each than a text, where millions are held: of most of these a column names few different ones.
KINDS, NAMED = pl.Enum(["exact", "at_least", "flag", "unknown"]), pl.Categorical()

REMEMBERED_SCHEMA: dict[str, pl.DataType] = {
    "line": pl.Int64(),
    "mark": pl.UInt64(),
    "text": pl.UInt64(),
    "key": pl.String(),
    "quantity_kind": KINDS,
    "quantity": pl.Int64(),
    "price_minor": pl.Int64(),
    "currency": NAMED,
    "unreadable": pl.Boolean(),
}


@dataclass(frozen=True)
class Remembered:
    """What a file said, one line for each code, with as much of its meaning as sums over a file need.

    `read_as` is the same for two files only if equal cells certainly mean the same in both. `kept` has the columns
    of REMEMBERED_SCHEMA, in any order: `mark` is a hash of the line's cells, null where the code stands in several
    lines, and `text` one of the line undivided, if any, where the file was like the one before it. `unreadable` are
    lines with a quantity that was not understood.
    """

    read_as: str
    kept: Blocks

    @cached_property
    def lines(self) -> pl.DataFrame:
        """All of it at once."""
        return whole(self.kept)
