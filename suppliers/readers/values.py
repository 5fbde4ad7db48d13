"""What a reading is made of: facts of the file, guesses about its columns, the mapping and the rows."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, Self

import polars as pl
from django.utils.functional import Promise

from suppliers.readers.remembered import KINDS, NAMED, Remembered
from suppliers.readers.shelves import Blocks, whole
from suppliers.readers.vocabulary import NO_WORDS, UnknownWord, Vocabulary

Text = str | Promise
Repeated = Literal["last", "first", "sum"]
# What told us: the column's name, its cells alone, or a person who has said so before.
By = Literal["name", "cells", "person"]

# The fields a column can be read as. `key` is the supplier's supplier SKU.
FIELDS = (
    "key",
    "name",
    "gtin",
    "quantity",
    "availability",
    "lead",
    "price",
    "currency",
    "brand",
    "category",
)
# Those that show that a line is about goods, beside its code and its name.
STATEMENTS = ("quantity", "price", "availability")


@dataclass(frozen=True)
class FileFacts:
    """What the file is. `header_row` counts from 1 as a spreadsheet shows it; None where there is no header.

    `rows` is the number of lines of the table, header and blank lines included; None before the file is read.
    `packing` are the archives around it, from the outside in ("ZIP", "gzip"); `member` is its name in them.
    `is_ended` is False where the last line of a text has no line end.
    """

    format: str
    encoding: str | None
    delimiter: str | None
    quote: str | None
    header_row: int | None
    columns: tuple[str, ...]
    sheet: str | None
    size_bytes: int
    rows: int | None = None
    packing: tuple[str, ...] = ()
    member: str = ""
    is_ended: bool = True


@dataclass(frozen=True)
class Candidate:
    """Another column that could be the field."""

    index: int
    column: str
    confidence: float
    reason: Text


@dataclass(frozen=True)
class ColumnGuess:
    """Which column we take for a field, and why. `column` is the header text as found, None where none fits."""

    field: str
    column: str | None
    index: int | None
    confidence: float
    reason: Text
    candidates: tuple[Candidate, ...] = ()
    by: By = "name"


@dataclass(frozen=True)
class Doubt:
    """Something a person should look at; the reading stands, and says so.

    `code` and `facts` are plain values, so that a doubt can be kept as JSON and worded later: see `doubts.sentence`.
    """

    code: str
    facts: Mapping[str, str | int] = MappingProxyType({})


_TUPLES = ("header", "key_parts", "apart", "only", "added")


@dataclass(frozen=True)
class ColumnMap:
    """How the columns of a feed are read: saved once, used for every later file.

    `header` are the column names this map was made for (empty where the file has none): a later file whose names
    stand in another order is followed by name. `key_parts` are the columns whose joined values stand in for an
    empty code (a shop's product handle and its options). `repeated` says what several lines of one code mean; the
    values of the columns `apart` (a size, a warehouse) are joined to the code, so that such lines stay apart; `only`
    are the values of the column `only_column` whose lines are read, all where it is empty. `added` are further
    columns of stock whose numbers are added to the quantity; with `stocks_apart` each of them is the stock of an
    article of its own, its code joined with the column's title. With `continued`, lines without a code go on with the
    article above: a sheet with merged cells writes its code once. A lead time of more than `ready_days` means that the
    article is on order, and in stock otherwise; None where lead times say nothing of the stock. A number that stands
    on every line is a placeholder, unless `constant_counts`.
    `words` maps a supplier's own words to what they mean, before any other table is asked, and `codes` what stands in
    the availability column of a known file. `decimal` and
    `quantity_decimal` decide readings such as "1.234", where the cell alone does not; "" leaves it to the file. By
    `price_divisor` are divided the numbers of the price, 100 where they are cents; 0 leaves that to the file, too.
    """

    fields: Mapping[str, int]
    header: tuple[str, ...] = ()
    header_row: int | None = None
    decimal: str = ""
    quantity_decimal: str = ""
    price_divisor: int = 0
    currency: str = ""
    words: Mapping[str, str] = MappingProxyType({})
    codes: Mapping[str, str] = MappingProxyType({})
    key_parts: tuple[int, ...] = ()
    repeated: Repeated = "last"
    apart: tuple[int, ...] = ()
    only_column: int | None = None
    only: tuple[str, ...] = ()
    added: tuple[int, ...] = ()
    stocks_apart: bool = False
    continued: bool = False
    ready_days: int | None = None
    constant_counts: bool = False
    sheet: str = ""
    member: str = ""

    @property
    def named_by_key(self) -> bool:
        """Whether goods are told apart by their names, for want of a code."""
        return "name" in self.fields and self.fields.get("key") == self.fields["name"]

    @property
    def is_of_tree(self) -> bool:
        """Whether it names values, not columns: the order in which they first come says nothing."""
        return bool(self.header) and self.header_row is None

    @property
    def price_column(self) -> str | int | None:
        """Of which column the price is, by its title or else by its place; None where no price is read."""
        index = self.fields.get("price")
        return self.header[index] if index is not None and index < len(self.header) else index

    def to_json(self) -> dict[str, Any]:
        """A dictionary that JSON can hold; `from_json` gives the same map back."""
        return {
            **{name: getattr(self, name) for name in self.__dataclass_fields__},
            "fields": dict(self.fields),
            "words": dict(self.words),
            "codes": dict(self.codes),
            **{name: list(getattr(self, name)) for name in _TUPLES},
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        """The map that `to_json` wrote. Unknown entries are ignored; raises KeyError without `fields`."""
        known = {name: value for name, value in saved.items() if name in cls.__dataclass_fields__}
        known["fields"] = {name: int(index) for name, index in saved["fields"].items() if name in FIELDS}
        known |= {name: tuple(saved.get(name, ())) for name in _TUPLES}
        return cls(**known)


@dataclass
class Skipped:
    """Lines that are no items and no mistakes either: blank, headings of groups, further pictures of a product.

    `elsewhere` are those of places that the mapping leaves out.
    """

    blank: int = 0
    headings: int = 0
    continuations: int = 0
    repeated_headers: int = 0
    elsewhere: int = 0

    def to_json(self) -> dict[str, int]:
        return asdict(self)


@dataclass
class Totals:
    """Counts and sums over all lines that were read, repeated codes included.

    `word_keys` are the first codes beside each of the words, by field and word.
    """

    items: int = 0
    stated_codes: int = 0
    composed_codes: int = 0
    distinct_codes: int = 0
    quantities: dict[str, int] = field(default_factory=dict)
    quantity_numbers: int = 0
    quantity_sum: float = 0.0
    negative_quantities: int = 0
    fractional_quantities: int = 0
    zero_quantities: int = 0
    several_stores: int = 0
    prices: int = 0
    price_sum: Decimal = Decimal(0)
    zero_prices: int = 0
    worded_prices: int = 0
    gtins: int = 0
    gtins_wrong: int = 0
    gtins_ruined: int = 0
    gtins_padded: int = 0
    codes_ruined: int = 0
    contradictions: int = 0
    without_price: int = 0
    quantity_sum_without_price: float = 0.0
    without_code: int = 0
    quantity_sum_without_code: float = 0.0
    price_sum_without_code: Decimal = Decimal(0)
    quantity_words: dict[str, int] = field(default_factory=dict)
    availability_words: dict[str, int] = field(default_factory=dict)
    lead_words: dict[str, int] = field(default_factory=dict)
    price_words: dict[str, int] = field(default_factory=dict)
    word_keys: dict[tuple[str, str], list[str]] = field(default_factory=dict)


@dataclass
class Reading:
    """A file, read.

    `by_code` has one row per code, ready to be compared with what we know; `by_line` has every line that was read, in
    file order, so a code may occur several times. Both have the columns of `ROW_SCHEMA`, and `key` is never null.
    `rows` and `lines` are the same at once, which is not for files as long as an import may meet.
    `rejects` (line, column, raw, reason) are the lines and cells that could not be read; `reason` is a key of
    `suppliers.readers.rejects.REASONS`. A reading for an import may have the columns IMPORTED alone, and
    KINDS for the quantities.
    `unknown_words` are those that no table explains, `vocabulary` the words
    beside our own that the file was read with, and `words` those that were used, by field.
    """

    facts: FileFacts
    mapping: ColumnMap
    guesses: tuple[ColumnGuess, ...]
    by_code: Blocks
    rejects: pl.DataFrame
    by_line: Blocks
    totals: Totals = field(default_factory=Totals)
    skipped: Skipped = field(default_factory=Skipped)
    doubts: tuple[Doubt, ...] = ()
    rejected_lines: int = 0
    missing_columns: tuple[str, ...] = ()
    unknown_words: tuple[UnknownWord, ...] = ()
    vocabulary: Vocabulary = NO_WORDS
    words: Mapping[str, Mapping[str, str]] = MappingProxyType({})
    remembered: Remembered | None = None

    @cached_property
    def rows(self) -> pl.DataFrame:
        return whole(self.by_code)

    @cached_property
    def lines(self) -> pl.DataFrame:
        return self.rows if self.by_line is self.by_code else whole(self.by_line)

    @property
    def columns_changed(self) -> bool:
        """Whether the names of the columns differ from those the saved mapping was made for."""
        return bool(self.mapping.header) and self.mapping.header != self.facts.columns


ROW_SCHEMA: dict[str, pl.DataType] = {
    "line": pl.Int64(),
    "key": pl.String(),
    "name": pl.String(),
    "gtin": pl.String(),
    "quantity_kind": pl.String(),
    "quantity": pl.Int64(),
    "quantity_stated": pl.Float64(),
    "quantity_raw": pl.String(),
    "availability": pl.String(),
    "availability_raw": pl.String(),
    "lead_days": pl.Int32(),
    "lead_raw": pl.String(),
    "price_minor": pl.Int64(),
    "price": pl.Decimal(18, 6),
    "price_raw": pl.String(),
    "gtin_raw": pl.String(),
    "currency": pl.String(),
    "brand": pl.String(),
    "category": pl.String(),
}

# The columns of a row that an import needs. The others are counted while a file is read, and shown by its readings.
IMPORTED = (
    *("line", "key", "name", "gtin", "quantity_kind", "quantity", "quantity_raw", "availability_raw"),
    *("price_minor", "currency", "lead_days", "lead_raw"),
)

HELD_AS = {
    "quantity_kind": KINDS,
    **dict.fromkeys(("quantity_raw", "availability_raw", "currency", "lead_raw"), NAMED),
}

REJECT_SCHEMA: dict[str, pl.DataType] = {
    "line": pl.Int64(),
    "column": pl.String(),
    "raw": pl.String(),
    "reason": pl.String(),
}
