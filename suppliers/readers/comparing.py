"""What the names of columns say beside one another: claims that only all of them together settle."""

import re
from collections.abc import Sequence
from dataclasses import replace

from suppliers.readers.claims import ENOUGH, Claim, Column, named_as, usual_prices
from suppliers.readers.folding import folded_name
from suppliers.readers.names import is_homograph, is_spoiled, meanings, says_amount
from suppliers.readers.profiles import Profile

# Nearly all cells; enough of them to count; hardly any; a name that says little but an amount.
_ONLY, _COUNTED, _FEW, _AMOUNT = 0.9, 0.3, 0.05, 0.75
# What an article says of itself.
_OWN = frozenset({"gtin", "quantity", "price"})
_PROPERTY = re.compile(
    r"\b(?:attribut\w*|propert\w*|options?|params?|parameters?|f?features?|ftemplates?|specifications?|свойств\w*"
    r"|характеристик\w*|реквизит\w*|eigenschaft\w*|merkmal\w*|caracteristiques?|caracteristicas?)\b"
)


def claims_by_name(columns: Sequence[Column]) -> list[Claim]:
    """What the names say, as far as the cells agree."""
    names = [column.name for column in columns]
    meant = [
        column
        for column in columns
        if column.profile.decimals > _COUNTED or not is_homograph(column.name, names)
    ]
    claims = [claim for column in meant for claim in named_as(column)]
    claims = _told_amounts(_without_properties(_without_amounts(claims)))
    return _codes_under_names(usual_prices(claims))


def _without_amounts(claims: list[Claim]) -> list[Claim]:
    """The claims, without the stock in a "total amount" beside a "Qty": there it is what a line costs."""
    if not any(claim.field == "quantity" and _is_stock_alone(claim.column.name) for claim in claims):
        return claims
    return [
        claim
        for claim in claims
        if claim.field != "quantity"
        or _is_stock_alone(claim.column.name)
        or not says_amount(claim.column.name)
    ]


def _is_stock_alone(name: str) -> bool:
    return any(meaning.field == "quantity" and meaning.score == 1 for meaning in meanings(name))


def _without_properties(claims: list[Claim]) -> list[Claim]:
    """The claims, without names that are those of a property of the article: "attributes/name", "FEATURE/FNAME".

    Where the same "attributes" hold a stock or a price, they are all that is said of the article.
    """
    own = {_around(claim.column) for claim in claims if claim.field in _OWN and claim.score >= ENOUGH}
    return [
        claim
        for claim in claims
        if claim.field != "name"
        or _around(claim.column) in own
        or not _PROPERTY.search(folded_name(_around(claim.column)))
    ]


def _around(column: Column) -> str:
    return re.sub("[/@]?[^/@]*$", "", column.name)


def _told_amounts(claims: list[Claim]) -> list[Claim]:
    """The claims, with an "amount" as one of pieces where nothing else is a stock and it hardly is money.

    That is where another column is a price, or it is 0 for some, and it has whole numbers only.
    """
    named = [claim for claim in claims if claim.score >= ENOUGH and not _may_be_either(claim.column)]
    if any(claim.field == "quantity" for claim in named):
        return claims
    is_priced = any(claim.field == "price" for claim in named)
    return [
        claim
        for claim in claims
        if claim.field != "price"
        or not _may_be_either(claim.column)
        or not _are_pieces(claim.column, is_priced)
    ]


def _may_be_either(column: Column) -> bool:
    return {each.field for each in meanings(column.name) if each.score >= _AMOUNT} == {"quantity", "price"}


def _are_pieces(column: Column, is_priced: bool) -> bool:
    is_zero = column.cells.str.strip_chars().is_in(["0"]).any()
    return column.profile.whole > _ONLY and (is_priced or bool(is_zero))


def _codes_under_names(claims: list[Claim]) -> list[Claim]:
    """Where nothing is called a code, a column called "Product" that holds codes is one."""
    if any(claim.field == "key" or (claim.field == "gtin" and not claim.column.empty) for claim in claims):
        # The numbers of "product id" are nobody's names.
        codes = {claim.column.index for claim in claims if claim.field == "key"}
        return [
            claim
            for claim in claims
            if claim.field != "name" or claim.column.index not in codes or claim.column.profile.whole <= _ONLY
        ]
    names = {claim.column.index for claim in claims if claim.field == "name"}
    return [
        replace(claim, field="key")
        if claim.field == "name" and _holds_codes(claim.column.profile, beside_names=len(names) > 1)
        else claim
        for claim in claims
    ]


def _holds_codes(cells: Profile, *, beside_names: bool) -> bool:
    """Whether a column of products holds their codes; beside another one of names, a code may come again and again."""
    if cells.words >= 1.3 or cells.codes <= 0.9:
        return False
    again = beside_names and cells.mixed_codes > _ONLY
    return again or (max(cells.mixed_codes, cells.whole, cells.zeroed) > 0.5 and cells.distinct > 0.5)


def is_beside_amount(column: Column, amount: Column) -> bool:
    """Whether a value of a tree only stands beside the amount of a price: its type, status or coefficient."""
    is_price, is_amount = _is_price(column), _is_price(amount)
    return "/" in column.name and is_amount and not is_price and column.profile.decimals < _FEW


def _is_price(column: Column) -> bool:
    """Whether the last part of a name alone says that it is a price, and nothing about one."""
    leaf = re.split("[/@]", column.name.partition(" [")[0])[-1]
    found = meanings(leaf)
    return (
        bool(found)
        and found[0].field == "price"
        and found[0].score >= ENOUGH
        and not is_spoiled(leaf, "price")
    )
