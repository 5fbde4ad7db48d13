"""What a price cell states: "12,50 €", "EUR 1.234,00", "570<span>грн</span>", "1 490,-"; "on request" states none.

`price` and `price_columns` are the same reading, for one cell and for a column; a test holds them equal.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import polars as pl

from suppliers.readers.currencies import currency
from suppliers.readers.figures import DECIMAL, GAPS, number, number_expression
from suppliers.readers.folding import folded, without_markup
from suppliers.readers.words import table

# Written for both Python's and Rust's regular expressions.
_PARTS = rf"^([^0-9+\-−.,]*)([+\-−]?[0-9.,](?:[0-9.,{GAPS}]*[0-9.,])?)(?:-+|—|–)?([^0-9]*)$"
_P_PARTS = re.compile(_PARTS, re.ASCII)

_ENTITIES = {"&nbsp;": " ", "&euro;": "€", "&pound;": "£", "&#8364;": "€", "&#160;": " ", "&amp;": "&"}
# Beyond this it is a code in the wrong column.
_LARGEST = 10_000_000_000


@dataclass(frozen=True)
class Price:
    """`amount` is None where the cell states no price; zero is a price that was stated."""

    amount: Decimal | None
    currency: str = ""


def price(text: str, *, decimal: str = ".") -> Price:
    """What one cell states."""
    match = _P_PARTS.fullmatch(without_markup(text).strip())
    if not match:
        return Price(None)
    before, middle, after = match.groups()
    named = _beside(before.strip()), _beside(after.strip())
    if None in named:
        return Price(None)
    amount = number(_without_trailing_sign(middle), decimal=decimal)
    fits = amount is not None and 0 <= amount <= _LARGEST
    return Price(amount, named[0] or named[1] or "") if fits else Price(None)


def _without_trailing_sign(middle: str) -> str:
    return middle.rstrip(".,") or middle


@cache
def _beside(text: str) -> str | None:
    """The currency of what stands beside the number, "" for harmless words, None where the cell says more."""
    tokens = [part for part in re.split(r"[\s/()]+", text) if part]
    found = ""
    rest: list[str] = []
    for token in tokens:
        code = currency(token)
        found, rest = found or code, rest if code else [*rest, token]
    return found if folded(" ".join(rest)) in _harmless() else None


@cache
def _harmless() -> frozenset[str]:
    return frozenset(folded(words) for words in table("currencies")["harmless"])


def price_columns(texts: pl.Series, *, decimal: str) -> pl.DataFrame:
    """`price` for a column: `price` (DECIMAL) and `currency`."""
    frame = texts.rename("text").to_frame()
    quick = frame.select(_quick(pl.col("text"), decimal).alias("price"))["price"]
    odd = frame.with_row_index("at").filter(quick.is_null() & texts.is_not_null())
    currencies = pl.repeat(None, len(texts), dtype=pl.String, eager=True)
    if odd.height:
        read = _odd(odd["text"], decimal)
        quick = quick.scatter(odd["at"], read["price"])
        currencies = currencies.scatter(odd["at"], read["currency"])
    fits = (quick >= 0) & (quick <= _LARGEST)
    return pl.DataFrame({"price": quick, "currency": currencies}).with_columns(pl.when(fits).then(pl.all()))


def _quick(text: pl.Expr, decimal: str) -> pl.Expr:
    """The ordinary cells: nothing but a number in the column's own notation."""
    ordinary = ~text.str.contains("[eE]" if decimal == "." else "[eE.]")
    point = text if decimal == "." else text.str.replace(",", ".", literal=True)
    return pl.when(ordinary).then(point).otherwise(None).cast(DECIMAL, strict=False)


def _odd(texts: pl.Series, decimal: str) -> pl.DataFrame:
    bare = pl.col("text").str.replace_all("<[^<>]*>", " ").str.replace_many(_ENTITIES).str.strip_chars()
    part = pl.col("bare").str.extract
    parts = (
        texts.to_frame()
        .with_columns(bare=bare)
        .select(
            before=part(_PARTS, 1).str.strip_chars(),
            amount=number_expression(part(_PARTS, 2).str.strip_chars_end(".,"), decimal=decimal),
            after=part(_PARTS, 3).str.strip_chars(),
        )
    )
    before, after = _named(parts["before"]), _named(parts["after"])
    known = before.is_not_null() & after.is_not_null()
    code = (
        pl.DataFrame({"b": before, "a": after})
        .select(pl.when(pl.col("b") != "").then("b").when(pl.col("a") != "").then("a"))
        .to_series()
    )
    nothing = pl.repeat(None, len(texts), dtype=DECIMAL, eager=True)
    return pl.DataFrame({"price": parts["amount"].zip_with(known, nothing), "currency": code})


def _named(texts: pl.Series) -> pl.Series:
    """`_beside` for a column; few different texts stand beside prices."""
    distinct = texts.unique().drop_nulls()
    read = [_beside(text) for text in distinct]
    return texts.replace_strict(
        distinct, pl.Series(read, dtype=pl.String), default=None, return_dtype=pl.String
    )


def figures_of(texts: Iterable[str]) -> list[str]:
    """The numbers of price cells without what stands beside them, for `decimal_sign`."""
    matches = (_P_PARTS.fullmatch(without_markup(text)) for text in texts)
    return [match.group(2).rstrip(".,") for match in matches if match]
