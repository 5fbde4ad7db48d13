"""Which currency a sign, a word or a column name means."""

import re
from functools import cache

from suppliers.readers.folding import split_camel
from suppliers.readers.words import table

_CODE = re.compile(r"[A-Za-z]{3}")
# "priceuah" is a price in UAH.
_AFTER_PRICE = re.compile(r"(?<=^price)(?=[a-z]{3}$)|(?<=^cena)(?=[a-z]{3}$)|(?<=^preis)(?=[a-z]{3}$)", re.I)


@cache
def _known() -> dict[str, str]:
    entries = table("currencies")
    symbols = {symbol.casefold(): code for symbol, code in entries["symbols"].items()}
    return {**symbols, **{word.casefold(): code for word, code in entries["words"].items()}}


@cache
def codes() -> frozenset[str]:
    """The ISO codes we know."""
    return frozenset({*_known().values(), *_rare()})


@cache
def _rare() -> frozenset[str]:
    return frozenset(table("currencies")["rare"])


def currency(text: str) -> str:
    """The ISO code that a whole text means, or nothing."""
    bare = text.strip()
    found = _known().get(bare.casefold()) or _known().get(bare.casefold().rstrip("."))
    if found:
        return found
    if bare in _rare():
        return bare
    return bare.upper() if _CODE.fullmatch(bare) and bare.upper() in codes() - _rare() else ""


def currency_in(text: str) -> str:
    """The one currency named anywhere in a text such as a column name or a price; nothing where two are."""
    tokens = [part for token in _tokens(text) for part in _AFTER_PRICE.split(token) if part]
    found = {code for token in tokens if (code := currency(token))}
    return found.pop() if len(found) == 1 else ""


def _tokens(text: str) -> list[str]:
    """The words and signs of a text; the dollars of a country, "R$", are one sign."""
    return re.findall(r"\b[A-Za-z]{1,2}\$(?:[SDsd]\b)?|[^\W\d_]+\.?|[€£$₴₽₺₸₹¥₪₾]", split_camel(text))
