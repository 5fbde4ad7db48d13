"""The goods of a catalogue file, of any format that feeds are read in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl

from orders.domain.likeness import Described
from suppliers.readers import Limits
from suppliers.readers.errors import refuse
from suppliers.readers.folding import without_markup
from suppliers.readers.formats import opened
from suppliers.readers.guessing import guessed_map
from suppliers.readers.prices import price
from suppliers.readers.sources import column
from suppliers.readers.understanding import Table, table_of

LIMITS = Limits(max_bytes=256 * 1024**2, max_rows=500_000, seconds=120)
KNOWN = ("key", "name", "brand", "category", "price")
LONGEST_ATTRIBUTE = 40
LONGEST_TEXT = 600


@dataclass(frozen=True)
class Good:
    """One line of the catalogue. `price_cents` is 0 where none is stated."""

    key: str
    name: str
    brand: str = ""
    category: str = ""
    price_cents: int = 0
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    @cached_property
    def described(self) -> Described:
        """All that is written about it."""
        return Described(self.name, " ".join([self.category, *self.attributes.values(), self.text]))


def read_goods(path: Path) -> list[Good]:
    """Every good of the file, the last line of each key. Raises NotAFeed."""
    with opened(path, LIMITS) as source:
        table = table_of(source.origin, source.sample())
        mapping, _guesses = guessed_map(table, source.origin)
        if "name" not in mapping.fields:
            raise refuse("no_table")
        fields = {name: place for name, place in mapping.fields.items() if name in KNOWN}
        others = other_columns(table, mapping.fields.values())
        goods = {
            good.key: good
            for batch in source.batches(range(table.width))
            for good in goods_of(below_header(batch, table), fields, others, mapping.decimal)
        }
    return list(goods.values())


def below_header(batch: pl.DataFrame, table: Table) -> pl.DataFrame:
    return batch if table.header_row is None else batch.filter(pl.col("line") > table.header_row)


def other_columns(table: Table, taken: Iterable[int]) -> Mapping[int, str]:
    """Columns that may describe the goods: texts, by their place and name."""
    used = set(taken)
    return {
        one.index: one.name
        for one in table.columns
        if one.index not in used and one.name and not one.empty and is_wordy(one.cells)
    }


def is_wordy(cells: pl.Series) -> bool:
    """Whether most of the filled cells hold words, and no addresses."""
    filled = cells.drop_nulls()
    words = filled.str.contains(r"\p{L}{3}").mean() or 0
    addresses = filled.str.contains(r"^https?://").mean() or 0
    return bool(float(str(words)) > 0.5 and float(str(addresses)) < 0.5)


def goods_of(
    batch: pl.DataFrame, fields: Mapping[str, int], others: Mapping[int, str], decimal: str
) -> Iterator[Good]:
    for row in batch.iter_rows(named=True):
        said = {name: clean(row[column(place)]) for name, place in fields.items()}
        if not said["key"] or not said.get("name"):
            continue
        more = {name: text for place, name in others.items() if (text := clean(row[column(place)]))}
        yield good_of(said, more, decimal)


def good_of(said: Mapping[str, str], more: Mapping[str, str], decimal: str) -> Good:
    amount = price(said.get("price", ""), decimal=decimal or ".").amount
    short = {name: text for name, text in more.items() if len(text) <= LONGEST_ATTRIBUTE}
    long = [text[:LONGEST_TEXT] for text in more.values() if len(text) > LONGEST_ATTRIBUTE]
    return Good(
        key=said["key"],
        name=said["name"],
        brand=said.get("brand", ""),
        category=said.get("category", ""),
        price_cents=max(0, round(amount * 100)) if amount is not None else 0,
        attributes=short,
        text=" ".join(long),
    )


def clean(cell: str | None) -> str:
    return without_markup(cell or "")
