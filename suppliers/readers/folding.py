"""Texts made comparable: without case, accents, punctuation and markup."""

import html
import re
import unicodedata

_TAG = re.compile(r"<[^<>]*>")
_APART = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Letters whose accent is part of the letter, so that decomposition does not take it off.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ħ": "h", "ŧ": "t"}
)


def without_markup(text: str) -> str:
    """The text of a cell that holds HTML: tags gone, entities resolved, spaces collapsed."""
    if "<" in text or "&" in text:
        text = html.unescape(_TAG.sub(" ", text))
    return " ".join(text.split())


def unaccented(text: str) -> str:
    """Small letters without accents, everything else kept."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def folded(text: str) -> str:
    """“Verfügbare Menge:” and “VERFUGBARE_MENGE” become the same words, separated by single spaces."""
    return _APART.sub(" ", unaccented(text)).strip()


def folded_name(name: str) -> str:
    """Like `folded`, for column names: camelCase is split into its words."""
    return folded(split_camel(name))


def split_camel(name: str) -> str:
    """“costPriceGBP” becomes “cost Price GBP”."""
    return _CAMEL.sub(" ", name)
