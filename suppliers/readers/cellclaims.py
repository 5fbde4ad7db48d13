"""What each column may be by its cells alone, where its name means nothing to us."""

from collections.abc import Sequence
from dataclasses import replace

from suppliers.readers.availability import STORES
from suppliers.readers.claims import ENOUGH, ENOUGH_BY_CELLS, FLAGS, Claim, Column, has_only
from suppliers.readers.layouts import tells_parts_apart
from suppliers.readers.likeness import unnamed_likeness
from suppliers.readers.names import OTHER, is_spoiled, meanings

_BY_CELLS = ("key", "gtin", "name", "quantity", "price", "availability")
_PLACE_BONUS = 0.05
_MONEY, _SHARE = "€$£₴₽₺₸₹", "%"
_ONLY = 0.9


def claims_by_cells(columns: Sequence[Column], *, has_header: bool, self_named: bool) -> list[Claim]:
    """What the cells of columns say whose names mean nothing to us.

    Where names are given, several columns of counts are several questions: only the one named after a place is
    its stock. `self_named` formats name every value, so that a number whose name says nothing is no quantity.
    """
    claims = [claim for column in columns for claim in _unnamed(column, has_header)]
    if self_named:
        # What is said inside of something else, and by no name that we know, is not what the article is called.
        return [
            claim
            for claim in claims
            if claim.field in {"key", "gtin"} or (claim.field == "name" and "/" not in claim.column.name)
        ]
    if not has_header:
        return claims
    stocks = [claim for claim in claims if claim.field == "quantity" and claim.score >= ENOUGH_BY_CELLS]
    places = [claim.column.index for claim in stocks if tells_parts_apart(claim.column.name)]
    if len(stocks) < 2:
        return claims
    return [_weighed(claim, places) if claim in stocks else claim for claim in claims]


def _weighed(claim: Claim, places: Sequence[int]) -> Claim:
    if claim.column.index in places:
        return replace(claim, score=claim.score + _PLACE_BONUS)
    return replace(claim, score=min(claim.score, ENOUGH_BY_CELLS - 0.01))


def _is_no_count(name: str) -> bool:
    """Whether a name says that numbers are amounts of money or shares."""
    return any(sign in name for sign in (*_MONEY, _SHARE))


def _unnamed(column: Column, has_header: bool) -> list[Claim]:
    if column.cells.str.contains(STORES, literal=True).any():
        # These are several stores, and what each of them has.
        return []
    found = [meaning for meaning in meanings(column.name) if meaning.score >= ENOUGH]
    claims = []
    for field in _BY_CELLS:
        # Check digits prove a barcode whatever its column is called; the other proofs are weaker than a name.
        if found and not (field == "gtin" and found[0].field in {"key", OTHER}):
            continue
        if field in {"quantity", "price"} and is_spoiled(column.name, "quantity"):
            continue
        if field == "price" and is_spoiled(column.name, field) and column.profile.money < _ONLY:
            continue
        if field == "price" and not column.profile.median:
            # Zeros may count anything.
            continue
        if field == "quantity" and (_is_no_count(column.name) or _says_yes_or_no(column)):
            continue
        if field == "quantity" and has_header and not column.name:
            # Whoever names columns names the stock: what stands beside it without a name is a remark, a number.
            continue
        score = 0.55 * unnamed_likeness(field, column.profile, has_header=has_header)
        claims.append(Claim(field, column, score, by="cells"))
    return claims


def _says_yes_or_no(column: Column) -> bool:
    """Whether a column that nobody called a stock holds nothing but 0 and 1, as the answer to a question does."""
    return has_only(column.cells, FLAGS)
