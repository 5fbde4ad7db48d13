"""What each column may be: claims to a field by its name, or by a person's word."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from suppliers.readers.availability import STORES, answers, own_key
from suppliers.readers.folding import folded_name
from suppliers.readers.layouts import is_store
from suppliers.readers.likeness import likeness
from suppliers.readers.names import OTHER, Meaning, is_moved, meanings, says_amount
from suppliers.readers.profiles import Profile, profile
from suppliers.readers.values import By

# We want what we pay; a price for end customers only where nothing else is there.
_WISHED = 0.25
_PRICE_WISH = {"purchase": 0.4, "plain": 0.2, "special": 0.0, "retail": -0.2, "": 0.0}
# Enough to be read, by name and by cells alone. A code is needed more than anything else.
ENOUGH, ENOUGH_BY_CELLS = 0.35, 0.3
_ENOUGH_KEY = 0.2
# Fields that no column of dates holds, whatever it is called: "Stan na" is a day of the stock.
FLAGS = frozenset({"0", "1"})
_SOME_NUMBERS = 0.2
_PLACE, _COUNTED = 0.4, 0.3
_NEARLY_WHOLE = 0.7
# What came or went is a stock only where nothing else is.
_MOVED = 0.6
# A stock that is called so and says nothing comes before one that nothing calls so.
_EMPTY, _EMPTY_STOCK = 0.4, 0.48
_OF_A_PLACE = 0.3
# Less than this says a name that means a stock and something else beside it.
_STOCK, _WHOLE_NAME, _MOST_ANSWERS = frozenset({"quantity", "availability"}), 0.66, 4
_OF_ARTICLES = frozenset({"key", "gtin", "name", "brand", "category"})
_NO_DATES, _ONLY = frozenset({"key", "gtin", "quantity", "price"}), 0.9


@dataclass
class Column:
    """One column of the table: its place, its name ("" without one) and a sample of its cells."""

    index: int
    name: str
    cells: pl.Series

    @cached_property
    def profile(self) -> Profile:
        """What the cells look like."""
        return profile(self.cells.to_list())

    @property
    def empty(self) -> bool:
        return self.cells.null_count() == len(self.cells)


@dataclass(frozen=True)
class Claim:
    """A column as a field. `kind` is the kind of a price."""

    field: str
    column: Column
    score: float
    kind: str = ""
    by: By = "name"


def claims_of_persons(columns: Sequence[Column], own: Mapping[str, str]) -> list[Claim]:
    """A person's word outweighs every name and every cell. `own` holds fields by folded names."""
    found = [(column, own.get(folded_name(column.name), OTHER)) for column in columns]
    return [
        Claim(field, column, 2.0, by="person")
        for column, field in found
        if field != OTHER and not column.empty
    ]


def counts_stock(column: Column) -> bool:
    """Whether a column is named like a quantity and holds quantities, be it chosen or not."""
    named = any(claim.field == "quantity" and claim.score >= ENOUGH for claim in named_as(column))
    return named and column.profile.quantities > 0.8


def assigned(claims: Sequence[Claim], before: Mapping[str, Claim]) -> dict[str, Claim]:
    """The best claims, each field and each column once; of equal ones the column further left."""
    chosen = dict(before)
    taken = {claim.column.index for claim in chosen.values()}
    for claim in sorted(claims, key=lambda claim: (-round(claim.score, 3), claim.column.index)):
        if claim.score < _enough(claim) or claim.field in chosen or claim.column.index in taken:
            continue
        chosen[claim.field] = claim
        taken.add(claim.column.index)
    return chosen


def _enough(claim: Claim) -> float:
    if claim.by == "cells":
        return ENOUGH_BY_CELLS
    return _ENOUGH_KEY if claim.field == "key" else ENOUGH


def named_as(column: Column) -> list[Claim]:
    """What the name of a column says, as far as its cells agree."""
    found = _counted(meanings(column.name), column)
    strongest = found[0].score if found else 0
    if found and found[0].field == "key" and strongest == 1:
        # A "stock number" is a code, and counts nothing.
        found = [meaning for meaning in found if meaning.field not in _STOCK]
    return [
        Claim(meaning.field, column, _named_score(meaning.score, column, meaning.field), meaning.kind)
        for meaning in found
        if meaning.field != OTHER
        and meaning.score >= 0.5 * strongest
        and not _is_other(column, meaning.score)
    ]


def _counted(found: Sequence[Meaning], column: Column) -> list[Meaning]:
    """What a column called "availability" holds decides: numbers are quantities, "1-3" are days, words are words."""
    cells = column.profile
    if "?" in column.name and has_only(column.cells, FLAGS):
        # "¿Existencias?" asks whether there are any.
        found = [replace(each, field="availability") if each.field == "quantity" else each for each in found]
    if any(each.field == "quantity" for each in found) and cells.leads + cells.spans < 0.5:
        # "Quantity in delivery" is a number, not a time.
        found = _without(found, "lead")
    named = next((meaning for meaning in found if meaning.field == "availability"), None)
    if named is None:
        return (
            _spoken(found)
            if cells.availabilities > 0.5 > cells.leads + cells.whole + cells.spans
            else list(found)
        )
    counting = max((meaning.score for meaning in found if meaning.field == "quantity"), default=0.0)
    if _is_counted(column, counting > named.score):
        numbers = replace(named, field="quantity", score=0.75 * named.score)
        return [*_without(found, "availability"), numbers]
    if cells.spans > 0.5:
        return [*_without(found, "quantity"), replace(named, field="lead", score=0.75 * named.score)]
    return _without(found, "quantity") if cells.availabilities > 0.5 else list(found)


def _is_counted(column: Column, named: bool) -> bool:
    """Whether a column called "available" says how many are: numbers, or enough of them among the words."""
    cells = column.profile
    numbers = cells.whole + cells.decimals
    if numbers > 0.8:
        return named or cells.availabilities < 0.8
    return numbers > _SOME_NUMBERS and numbers + cells.phrases > 0.8 and cells.median > 1


def _spoken(found: Sequence[Meaning]) -> list[Meaning]:
    """A column called "delivery" that says "in stock", "on order" and hardly a time is one of availability."""
    return [
        replace(meaning, field="availability", score=0.75 * meaning.score)
        if meaning.field == "lead"
        else meaning
        for meaning in found
    ]


def _without(found: Sequence[Meaning], field: str) -> list[Meaning]:
    return [meaning for meaning in found if meaning.field != field]


def has_only(cells: pl.Series, texts: frozenset[str]) -> bool:
    """Whether no cell says anything else than these."""
    return set(cells.drop_nulls().str.strip_chars().unique()) <= texts


def _is_whole(column: Column, field: str, score: float) -> bool:
    """Whether a name, or its last part where it is a path, means a stock and nothing beside it."""
    leaf = meanings(re.split("[/@]", column.name)[-1])
    return max([score, *(meaning.score for meaning in leaf if meaning.field == field)]) >= _WHOLE_NAME


def _answers_only(column: Column, field: str) -> bool:
    """Whether a column holds nothing but yes and no, in whatever language; 0 and 1 may well be a stock."""
    said = {own_key(text) for text in column.cells.drop_nulls().unique().head(_MOST_ANSWERS + 1)}
    return len(said) <= _MOST_ANSWERS and said <= answers() and not (field == "quantity" and said <= FLAGS)


def _is_other(column: Column, score: float) -> bool:
    """Whether the name means something that is no field of ours more surely, or as surely as its only word."""
    return any(
        meaning.field == OTHER and (meaning.score > score or meaning.score == score == 1)
        for meaning in meanings(column.name)
    )


def _named_score(score: float, column: Column, field: str) -> float:
    if column.profile.dates > _ONLY and field in _NO_DATES:
        return 0.0
    if field == "quantity" and score <= _PLACE and column.profile.whole < _COUNTED:
        # "Store" may hold a stock, or say whether it can be had there.
        return 0.0
    if field == "quantity" and score < 1 and says_amount(column.name) and column.profile.decimals > _COUNTED:
        # A "total amount" of 15.50 is money.
        return 0.0
    if field == "quantity" and not column.profile.quantities and is_store(column.name.rpartition("/")[2]):
        # The "warehouse" of a "stock/warehouse" is called so, and holds none.
        return 0.0
    score *= _of_places(column, field, score)
    if field == "price" and score < _NEARLY_WHOLE and not column.profile.empty and not column.profile.prices:
        # An "Einkaufstagung" has to do with buying, and costs nothing; "isArSupported" only sounds like a price.
        return 0.0
    if field in _STOCK and not _is_whole(column, field, score) and _answers_only(column, field):
        # "Sales without stock?" and "available for order" ask something else.
        return 0.0
    if field == "quantity" and is_moved(column.name):
        score *= _MOVED
    if column.profile.empty:
        # A named column may be empty today: the file still says which one it is. An empty code identifies nothing.
        return 0.0 if field == "key" else score * (_EMPTY_STOCK if field == "quantity" else _EMPTY)
    return score * (0.5 + 0.5 * likeness(field, column.profile))


def _of_places(column: Column, field: str, score: float) -> float:
    """How much a column is still about the article where it may be about the places where this lies."""
    if field in _OF_ARTICLES and column.cells.str.contains(STORES, literal=True).any():
        # "Paris", and for another article "Paris" and "Lyon": these are stores.
        return 0.0
    # A "location_id" is the code of a place.
    is_code = field == "key" and score < 1 and is_store(re.split("[/@]", column.name)[-1])
    return _OF_A_PLACE if is_code else 1.0


def usual_prices(claims: list[Claim]) -> list[Claim]:
    """Prices, wished for by kind, unless a column holds hardly any, or zeros, where another one is full of them."""
    shares = {claim.column.index: _priced(claim.column) for claim in claims if claim.field == "price"}
    most = max(shares.values(), default=0)
    return [
        _wished(claim, shares[claim.column.index], most) if claim.field == "price" else claim
        for claim in claims
    ]


def _wished(claim: Claim, share: float, most: float) -> Claim:
    if share >= 0.5 * most:
        score = claim.score + _PRICE_WISH[claim.kind]
        # The cost of transport is no price, however much we wish for what we pay; a "price min" in euros is one.
        is_one = claim.score >= _WISHED or claim.column.profile.money > _ONLY
        return replace(claim, score=score if is_one else min(score, ENOUGH - 0.01))
    return claim if share else replace(claim, score=0.5 * claim.score)


def _priced(column: Column) -> float:
    """The share of lines with an amount; none where most of them are 0."""
    cells = column.profile
    is_zero = cells.median == 0 and cells.whole + cells.decimals > 0.5 * cells.prices
    return 0.0 if is_zero else cells.filled * cells.prices
