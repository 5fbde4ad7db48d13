"""Columns of texts turned into columns of values, each different text read once."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import polars as pl

from suppliers.readers.availability import MEANINGS, STORES, availability, own_key
from suppliers.readers.currencies import currency
from suppliers.readers.leadtimes import days_in, lead_days
from suppliers.readers.quantities import LARGEST, Quantity, is_counted, quantity

_QUANTITY_SCHEMA = {"kind": pl.String(), "stated": pl.Float64(), "said": pl.String()}


def quantity_columns(texts: pl.Series, *, decimal: str, words: Mapping[str, str]) -> pl.DataFrame:
    """`kind`, `stated` (the number as written) and `said` (the availability in words) of a quantity column."""
    whole = texts.cast(pl.Int64, strict=False)
    whole = whole.set(whole.abs() >= LARGEST, None)
    if numerals := [word for word in words if word.isdecimal()]:
        # "999" may be a word of this supplier's, too.
        whole = whole.set(texts.is_in(numerals), None)
    odd = texts.filter(whole.is_null() & texts.is_not_null())
    parse = partial(quantity, decimal=decimal, words=words)
    read = _translated(odd, lambda text: _as_row(parse(text)), _QUANTITY_SCHEMA)
    kind = pl.when(whole.is_not_null()).then(pl.lit("exact")).otherwise(pl.lit("unknown"))
    frame = pl.select(kind=kind, stated=whole.cast(pl.Float64), said=pl.lit(None, pl.String))
    if not odd.len():
        return frame
    places = (whole.is_null() & texts.is_not_null()).arg_true()
    return frame.with_columns(frame[name].scatter(places, read[name]) for name in _QUANTITY_SCHEMA)


def added_columns(
    parts: Sequence[pl.Series], *, decimal: str, words: Mapping[str, str]
) -> tuple[pl.Series, pl.DataFrame]:
    """The texts and the readings of several columns of stock, added up.

    Numbers add up to a number; beside a cell that says less than a number they are "at least" their sum.
    """
    frames = [quantity_columns(part, decimal=decimal, words=words) for part in parts]
    wide = pl.concat([_numbered(frame, place) for place, frame in enumerate(frames)], how="horizontal")
    kinds, counts, said = (
        [pl.col(f"{name}{place}") for place in range(len(parts))] for name in ("kind", "stated", "said")
    )
    counted = [kind.is_in(["exact", "at_least"]) for kind in kinds]
    total = pl.when(pl.any_horizontal(counted)).then(pl.sum_horizontal(counts))
    kind = (
        pl.when(pl.all_horizontal([kind == "exact" for kind in kinds]))
        .then(pl.lit("exact"))
        .when(pl.any_horizontal(counted) & (total > 0))
        .then(pl.lit("at_least"))
        .when(pl.any_horizontal([kind == "flag" for kind in kinds]))
        .then(pl.lit("flag"))
        .otherwise(pl.lit("unknown"))
    )
    read = wide.select(kind=kind, stated=total, said=pl.coalesce(said))
    raw = pl.select(pl.concat_str([pl.lit(part) for part in parts], separator=STORES, ignore_nulls=True))
    texts = raw.to_series()
    return texts.set(texts == "", None), read.with_columns(
        pl.when(pl.col("kind").is_in(["exact", "at_least"])).then("stated").alias("stated")
    )


def _numbered(frame: pl.DataFrame, place: int) -> pl.DataFrame:
    return frame.rename({name: f"{name}{place}" for name in frame.columns})


def _as_row(read: Quantity) -> Sequence[object]:
    return (read.kind, read.stated, read.availability or None)


def availability_column(texts: pl.Series, *, words: Mapping[str, str]) -> pl.Series:
    """The kinds that a column of words states; "unknown" where nothing is said."""
    read = _mapped(texts, lambda text: availability(text, words=words), pl.String())
    return read.fill_null("unknown")


def numbered_words(texts: pl.Series, *, words: Mapping[str, str]) -> pl.Series:
    """The words of an availability column that a person has given a quantity, null for the others."""
    numbered = {word for word, meaning in words.items() if meaning not in MEANINGS}
    if not numbered:
        return pl.repeat(None, len(texts), dtype=pl.String, eager=True)
    return _mapped(texts, lambda text: text if own_key(text) in numbered else None, pl.String())


def counted_words(texts: pl.Series, *, decimal: str, words: Mapping[str, str]) -> pl.Series:
    """The words of an availability column that tell a number beside them, "en stock (3)", null for the others."""

    def counted(text: str) -> str | None:
        return text if own_key(text) not in words and is_counted(text, decimal=decimal) else None

    return _mapped(texts, counted, pl.String())


def without_codes(texts: pl.Series, *, words: Mapping[str, str]) -> pl.Series:
    """The lead times of a column of availability codes: those that a table explains otherwise are none."""
    codes = {word for word, meaning in words.items() if meaning != "in_stock"}
    return _mapped(texts, lambda text: None if own_key(text) in codes else text, pl.String())


def lead_column(texts: pl.Series, *, unit: float, today: str = "") -> pl.Series:
    """Days, for a column of lead times."""
    return _mapped(texts, lambda text: lead_days(text, unit=unit, today=today), pl.Int32())


def lead_in_words(texts: pl.Series, *, today: str = "") -> pl.Series:
    """Days, where an availability text names them."""
    return _mapped(texts, lambda text: days_in(text, today=today), pl.Int32())


def currency_column(texts: pl.Series) -> pl.Series:
    """ISO codes, for a column of currencies."""
    return _mapped(texts, lambda text: currency(text) or None, pl.String())


def _mapped(texts: pl.Series, parse: Callable[[str], object], dtype: pl.DataType) -> pl.Series:
    if texts.null_count() == len(texts):
        return pl.repeat(None, len(texts), dtype=dtype, eager=True)
    distinct = texts.unique().drop_nulls()
    values = pl.Series([parse(text) for text in distinct], dtype=dtype)
    return texts.replace_strict(distinct, values, default=None, return_dtype=dtype)


def _translated(
    texts: pl.Series, parse: Callable[[str], Sequence[object]], schema: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    distinct = texts.unique()
    table = pl.DataFrame([parse(text) for text in distinct], schema=dict(schema), orient="row")
    table = table.with_columns(distinct.alias("text"))
    return (
        texts.rename("text").to_frame().join(table, on="text", how="left", maintain_order="left").drop("text")
    )
