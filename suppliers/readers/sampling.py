"""The beginning of a file as it stands, with our guesses: what a person needs to confirm or correct them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from suppliers.readers.errors import NotAFeed, refuse
from suppliers.readers.formats import opened
from suppliers.readers.guessing import guessed_map
from suppliers.readers.limits import Limits
from suppliers.readers.minorunits import price_divisor
from suppliers.readers.sectioning import of_section_read
from suppliers.readers.sources import Origin, Places, column
from suppliers.readers.understanding import Table, table_of
from suppliers.readers.values import ColumnGuess, ColumnMap, Doubt
from suppliers.readers.vocabulary import NO_WORDS, Vocabulary

_LONGEST_CELL = 120


@dataclass(frozen=True)
class SampleLine:
    """One line with its number as a spreadsheet shows it; an empty cell is an empty text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sample:
    """`guessed` is None where no column tells the lines apart: then a person has to choose.

    `places` are those of a tree, each with the index of its column.
    `divisors` say for each column by how much its numbers are divided if they are prices.
    """

    format: str
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    packing: tuple[str, ...]
    member: str
    names: tuple[str, ...]
    header_row: int | None
    width: int
    lines: tuple[SampleLine, ...]
    guesses: Mapping[str, ColumnGuess]
    guessed: ColumnMap | None
    doubts: tuple[Doubt, ...] = ()
    divisors: tuple[int, ...] = ()
    places: tuple[tuple[int, Places], ...] = ()

    def divisor_of(self, index: int | None) -> int:
        """By how much the prices of this column are divided; 0 where there is none."""
        return self.divisors[index] if index is not None and index < len(self.divisors) else 0


def sample(
    path: str | Path,
    *,
    lines: int = 12,
    header_row: int | None = None,
    fixed: bool = False,
    sheet: str = "",
    member: str = "",
    limits: Limits | None = None,
    vocabulary: Vocabulary = NO_WORDS,
) -> Sample:
    """The first lines and what we make of the columns, without reading the whole file. Raises NotAFeed.

    `vocabulary` holds the merchant's own words and names. With `fixed` the header stands in `header_row`, or nowhere
    when that is None; otherwise we look for it. `sheet` and `member` name the part of a workbook or archive to look at.
    """
    try:
        with opened(Path(path), limits or Limits(), sheet=sheet, member=member) as source:
            head = source.sample()
            read = of_section_read(head, source.origin, None)
            table = table_of(source.origin, read, header_row=header_row, fixed=fixed)
            return _sample(source.origin, table, head, lines, vocabulary)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise refuse("unreadable") from error


def _sample(origin: Origin, table: Table, head: pl.DataFrame, lines: int, vocabulary: Vocabulary) -> Sample:
    guessed, guesses = _guess(table, origin, vocabulary)
    return Sample(
        format=origin.format,
        encoding=origin.encoding,
        delimiter=origin.delimiter,
        sheet=origin.sheet,
        packing=origin.packing,
        member=origin.member,
        names=table.names,
        header_row=table.header_row,
        width=table.width,
        lines=tuple(_lines(head.head(lines), table.width)),
        guesses={guess.field: guess for guess in guesses},
        guessed=guessed,
        doubts=origin.doubts,
        places=tuple((table.names.index(places.column), places) for places in origin.places),
        divisors=tuple(price_divisor(table, index) for index in range(table.width)),
    )


def _guess(
    table: Table, origin: Origin, vocabulary: Vocabulary
) -> tuple[ColumnMap | None, tuple[ColumnGuess, ...]]:
    try:
        return guessed_map(table, origin, vocabulary.names)
    except NotAFeed as problem:
        if problem.code != "no_key":
            raise
        return None, ()


def _lines(head: pl.DataFrame, width: int) -> list[SampleLine]:
    shown = [name for name in (column(index) for index in range(width)) if name in head.columns]
    return [
        SampleLine(int(number), tuple((cell or "")[:_LONGEST_CELL] for cell in cells))
        for number, *cells in head.select("line", *shown).iter_rows()
    ]
