"""Texts made comparable: without case, accents, punctuation and markup."""

import html
import re
import unicodedata

_TAG = re.compile(r"<[^<>]*>")
_APART = re.compile(r"[\W_]+")
_CAMEL = re.compile(
    r"(?<=[a-zа-яёіїєґ])(?=[A-ZА-ЯЁІЇЄҐ])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-zа-я]\d)(?=[A-Z][a-z])"
)
# Letters whose accent is part of the letter, so that decomposition does not take it off.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ħ": "h", "ŧ": "t"}
)


_LOOKALIKES = ("аеорсухікмтн", "aeopcyxikmth")
_TO_LATIN = str.maketrans(*_LOOKALIKES)
_TO_CYRILLIC = str.maketrans(*reversed(_LOOKALIKES))


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
    """Like `folded`, for column names: camelCase is split into its words, letters of the wrong alphabet are mended."""
    words = folded(split_camel(name))
    return words if words.isascii() else " ".join(_in_one_script(word) for word in words.split())


def _in_one_script(word: str) -> str:
    """ "аvailable" with a Cyrillic "а" looks right and is not; its few odd letters become those of the others."""
    latin = sum(letter.isascii() and letter.isalpha() for letter in word)
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in word)
    if not latin or not cyrillic:
        return word
    return word.translate(_TO_LATIN if latin > cyrillic else _TO_CYRILLIC)


def split_camel(name: str) -> str:
    """“costPriceGBP” becomes “cost Price GBP”."""
    return _CAMEL.sub(" ", name)
