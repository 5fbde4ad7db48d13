"""Lines that share a code: parts of one article, or each of them the whole of it."""

from collections.abc import Mapping

import polars as pl

from suppliers.readers.columns import of_part
from suppliers.readers.layouts import key_parts
from suppliers.readers.repeating import MANY_WHOLES
from suppliers.readers.sources import HEAD_ROWS, column
from suppliers.readers.understanding import Table
from suppliers.readers.values import ColumnGuess

# Where fewer codes than that differ, lines share them; where nearly all barcodes do, each line has its own.
_SHARED, _TELLING = 0.8, 0.95
# So many numbers that all lines of one article share are no coincidence.
_ALL_BUT_FEW = 0.98


def told_by_barcodes(table: Table, guesses: tuple[ColumnGuess, ...]) -> tuple[ColumnGuess, ...]:
    """The guesses, with the barcode for the code where each line has its own and many share a code: its colours."""
    key, gtin = (next(guess for guess in guesses if guess.field == field) for field in ("key", "gtin"))
    if key.index is None or gtin.index in {None, key.index} or key.by == "person" or key_parts(table.names):
        return guesses
    lines = table.body.filter(pl.col("line") <= HEAD_ROWS).select(
        code=pl.col(column(key.index)), barcode=pl.col(column(gtin.index or 0))
    )
    codes, barcodes = lines["code"].drop_nulls(), lines["barcode"].drop_nulls()
    is_shared = codes.n_unique() < _SHARED * codes.len()
    if not is_shared or barcodes.n_unique() < _TELLING * lines.height:
        return guesses
    fields = {guess.field: guess.index for guess in guesses if guess.index is not None}
    if "quantity" in fields and say_the_whole(table, fields):
        # One article with several barcodes, of which each line says how much there is.
        return guesses
    told = of_part(key, table.columns[gtin.index or 0])
    return tuple(told if guess is key else guess for guess in guesses)


def say_the_whole(table: Table, fields: Mapping[str, int]) -> bool:
    """Whether each line of an article says how much there is of it in all places, and not in its own one."""
    key, quantity = column(fields["key"]), column(fields["quantity"])
    lines = table.body.select(key=pl.col(key), quantity=pl.col(quantity)).drop_nulls()
    said = lines.group_by("key").agg(pl.len(), pl.col("quantity").n_unique().alias("different"))
    several = lines.join(said.filter(pl.col("len") > 1), on="key")
    alike = several.filter(pl.col("different") == 1)
    return alike["quantity"].n_unique() >= MANY_WHOLES and alike.height >= _ALL_BUT_FEW * several.height
