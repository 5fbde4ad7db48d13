"""How a file writes its values, decided once for all its lines."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from suppliers.readers.availability import lights, own_key, own_words
from suppliers.readers.cells import quantity_columns
from suppliers.readers.dates import names_day
from suppliers.readers.leadtimes import unit_of_name
from suppliers.readers.minorunits import price_divisor
from suppliers.readers.profiles import Profile
from suppliers.readers.sources import column
from suppliers.readers.understanding import Table, name_of, sign_of
from suppliers.readers.values import ColumnMap
from suppliers.readers.vocabulary import NO_WORDS, Vocabulary

# A number is a placeholder where it is the only one on so many lines. One unit of each may well be all there is.
_PLACEHOLDER_LINES = 20
_SMALLEST_PLACEHOLDER = 2
_LOOKED_AT = 2_000
_LONGEST_WORDS = 200


@dataclass(frozen=True)
class Habits:
    """How this file writes its values: the mapping's answers, and the sample's where it has none.

    `today` is the date from which times count that are dates, weeks or months, "" where the file has none.
    `placeholder` is a number that stands for "some". `coded` says that one column holds both availabilities and lead
    times. `doubtful` are words of ours that in this file are kept out of the stock, until a person explains them.
    """

    decimal: str = "."
    quantity_decimal: str = "."
    currency: str = ""
    # Prices told in cents are divided by 100.
    price_divisor: int = 1
    lead_unit: float = 1
    padded_gtins: bool = False
    today: str = ""
    placeholder: float | None = None
    quantity_words: Mapping[str, str] = MappingProxyType({})
    availability_words: Mapping[str, str] = MappingProxyType({})
    coded: bool = False
    doubtful: frozenset[str] = frozenset()


def habits_of(
    table: Table, mapping: ColumnMap, vocabulary: Vocabulary = NO_WORDS, *, today: str = ""
) -> Habits:
    """The mapping's answers; where it leaves one to the file, the sample's."""
    fields = mapping.fields
    gtins = _profile(table, fields.get("gtin"))
    own = own_words(vocabulary.before(mapping.words).words)
    decimal = mapping.quantity_decimal or sign_of(table, fields.get("quantity"), mapping.added).sign
    codes = own_words(mapping.codes) | own
    doubtful = _doubtful(table, fields.get("quantity")) - own.keys()
    return Habits(
        decimal=mapping.decimal or sign_of(table, fields.get("price")).sign,
        quantity_decimal=decimal,
        currency=mapping.currency,
        price_divisor=_divisor(table, mapping),
        lead_unit=unit_of_name(name_of(table, fields.get("lead"))),
        padded_gtins=gtins.gtins + gtins.shortened >= 0.8 and gtins.gtins > 0,
        today=today if _name_days(table, fields) else "",
        placeholder=None if mapping.constant_counts else _placeholder(table, mapping, decimal, own),
        quantity_words={
            **dict.fromkeys(doubtful, "unknown"),
            **_with_dashes(own, table, fields.get("quantity")),
        },
        availability_words=_with_dashes(codes, table, fields.get("availability")),
        coded="lead" in fields and fields["lead"] == fields.get("availability"),
        doubtful=doubtful,
    )


def _divisor(table: Table, mapping: ColumnMap) -> int:
    """What was decided once holds for every later file, whatever few of its prices look like."""
    index = mapping.fields.get("price")
    return 1 if index is None else mapping.price_divisor or price_divisor(table, index)


def _profile(table: Table, index: int | None) -> Profile:
    return table.columns[index].profile if index is not None and index < table.width else Profile()


def _name_days(table: Table, fields: Mapping[str, int]) -> bool:
    """Whether dates, weeks or months stand where a stock or a lead time is told."""
    places = {fields[field] for field in ("lead", "availability", "quantity") if field in fields}
    return any(
        names_day(text)
        for place in places
        if place < table.width
        for text in table.body[column(place)].unique(maintain_order=True).drop_nulls().head(_LOOKED_AT)
        if len(text) <= _LONGEST_WORDS and not text.strip().isdecimal()
    )


def _with_dashes(own: Mapping[str, str], table: Table, index: int | None) -> Mapping[str, str]:
    """A dash says "no" beside a plus that says "yes"; alone it says nothing."""
    if index is None or index >= table.width:
        return own
    answers = (table.body[column(index)].str.strip_chars() == "+").any()
    meaning = "out_of_stock" if answers else "unknown"
    return {**dict.fromkeys(("-", "--", "–", "—"), meaning), **own}


def _doubtful(table: Table, index: int | None) -> frozenset[str]:
    """Colours are lights of a stock unless numbers outweigh them."""
    if index is None or index >= table.width:
        return frozenset()
    cells = table.body[column(index)].drop_nulls()
    said = cells.filter(~cells.str.contains("[0-9]")).value_counts(name="lines")
    shown = sum(count for text, count in said.iter_rows() if own_key(text) in lights())
    return lights() if shown < int(cells.str.contains("[0-9]").sum()) else frozenset()


def _placeholder(table: Table, mapping: ColumnMap, decimal: str, own: Mapping[str, str]) -> float | None:
    """The one number that stands on every line that states any."""
    index = mapping.fields.get("quantity")
    if index is None or index >= table.width or mapping.added:
        return None
    texts = table.body[column(index)].str.strip_chars().replace("", None).drop_nulls()
    if texts.len() < _PLACEHOLDER_LINES or texts.n_unique() > 5:
        return None
    read = quantity_columns(texts, decimal=decimal, words=own).filter(pl.col("kind") == "exact")
    some = read["stated"].filter(read["stated"] > 0)
    if some.len() < _PLACEHOLDER_LINES or some.n_unique() > 1 or some[0] < _SMALLEST_PLACEHOLDER:
        return None
    return float(some[0])
