"""What a quantity cell states: a number, "at least", "in stock" without a number, or nothing that counts.

Unknown is never zero. A zero is read only where the cell says so, in figures or in words; a negative number is an
oversold supplier and states zero.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from suppliers.readers.availability import (
    MEANINGS,
    STORES,
    availability,
    of_stores,
    own_key,
    says_only_in_stock,
)
from suppliers.readers.dates import names_day
from suppliers.readers.figures import number
from suppliers.readers.folding import folded, unaccented, without_markup
from suppliers.readers.words import table

# What the database holds; a larger number is a barcode in the wrong column, not a stock.
LARGEST = 2_147_483_647
# What programs write where nobody counts: the largest number that they hold.
_NO_BOUND = frozenset({2.0**31 - 1, 2.0**32 - 1})
_LONGEST_TEXT = 80
_NUMBER = r"[+-]?\d[\d.,' \u00a0\u202f]*|[.,]\d+"
_RANGE = re.compile(r"(\d+)\s*(?:-|–|—|\.\.\.?|…|to|bis|до|~)\s*(\d+)")
_IN_TEXT = re.compile(r"(?<![\w.,-])(>|≥)?\s*(\d{1,6})(\+)?(?![\w.,]|-\d)")

_ZERO_AND = re.compile(r"0(?:[.,]0+)?\s*[^\w\s.,+*%-]?[\s,;:(\[-]+(\D.*|\d[\d./-]{3,}.*)")

# Signs beside a number that make it another one: "~5", "<5", "#5", "5 %", "5 €".
_TELLING = re.compile(r"[^\w\s()\[\]{}:;,.!|/=*'\"✓✔–—-]")


class _Patterns:
    """The patterns made of our words, compiled once."""

    def __init__(self) -> None:
        words = table("quantities")
        units, after = _either(words["units"]), _either(words["more_after"])
        before, fewer = _either(words["more_before"]), _either(words["fewer_before"])
        self.nothing = frozenset(words["nothing"])
        measures = frozenset(map(unaccented, words["measures"]))
        counted = _either(unit for unit in words["units"] if unit not in measures)
        self.with_unit = re.compile(rf"(.*\d)\s*(?:(?:{units})\.?)")
        self.unit_at_end = re.compile(rf"(?<=[\d+])\s*(?:{units})\.?$")
        # "In stock 6 m" says nothing of six pieces; "6 m" alone is what there is of a cable.
        self.unit_inside = re.compile(rf"(?<=\d)\s*(?:{counted})\b\.?")
        self.plus_of = re.compile(rf"\+\s*(?:{_either(words['plus_of'])})\s+(?=\d)")
        self.more = re.compile(rf"(?:>=?|≥|=>|⩾|>>)\s*({_NUMBER})|({_NUMBER})\s*(?:\++|>|{after})")
        self.more_words = re.compile(rf"\b(?:{before})\s*(\d+)")
        self.more_behind = re.compile(rf"(?<=\d)\s*(?:{after})\b")
        self.fewer = re.compile(rf"(?:<=?|≤)\s*({_NUMBER})|(?:{fewer})\s*(\d+)")
        self.about = re.compile(rf"(?:{_either(words['about_before'])})\s*(?:{_NUMBER})")


def _either(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_patterns = cache(_Patterns)


@dataclass(frozen=True)
class Quantity:
    """A cell's statement. `stated` is the number as written; it may be negative or a fraction."""

    kind: str
    stated: float | None = None
    availability: str = ""


UNKNOWN = Quantity("unknown")


def is_counted(text: str, *, decimal: str = ".") -> bool:
    """Whether a text beside which no quantity stands tells a number: bare figures and spans may be codes or days."""
    is_worded = any(sign.isalpha() or sign in "+>≥" for sign in text)
    return is_worded and (quantity(text, decimal=decimal).stated or 0) > 0


def quantity(text: str, *, decimal: str = ".", words: Mapping[str, str] | None = None) -> Quantity:
    """What one cell states."""
    if STORES in text:
        return _added([quantity(part, decimal=decimal, words=words) for part in of_stores(text)])
    bare = _patterns().plus_of.sub(">", without_markup(text).strip("'\" "))
    if len(bare) > _LONGEST_TEXT:
        return UNKNOWN
    if words and (meaning := words.get(own_key(bare))):
        return _in_words(meaning) if meaning in MEANINGS else quantity(meaning)
    if says_nothing(bare):
        return UNKNOWN
    value = _figure(bare, decimal)
    if value is not None:
        return _exact(value)
    return _bounded(bare, decimal) or _none_yet(bare) or _worded(bare)


def _none_yet(bare: str) -> Quantity | None:
    """ "0 (12.05.2026)", "0, erwartet KW 34": none today, and what is said of another day is no number of today."""
    match = _ZERO_AND.fullmatch(bare)
    if match is None:
        return None
    kind = availability(match.group(1))
    if kind in {"backorder", "preorder", "out_of_stock"}:
        return Quantity("exact", 0.0, kind)
    return Quantity("exact", 0.0, "out_of_stock") if names_day(match.group(1)) else None


def _added(parts: Sequence[Quantity]) -> Quantity:
    """The stock of several stores: a number where each states one, else at least what is stated."""
    numbers = [part.stated for part in parts if part.stated is not None]
    if len(numbers) == len(parts) and all(part.kind == "exact" for part in parts):
        return _exact(sum(max(0.0, number) for number in numbers))
    some = any(part.kind == "flag" for part in parts)
    return (
        _at_least(sum(numbers))
        if sum(numbers) > 0
        else Quantity("flag", None, "in_stock")
        if some
        else UNKNOWN
    )


def says_nothing(text: str) -> bool:
    """Whether a cell is a dash, "n/a" or the like: somebody filled it in to say that there is nothing to say."""
    return text.strip().casefold() in _patterns().nothing


def _figure(bare: str, decimal: str) -> float | None:
    value = number(bare, decimal=decimal)
    if value is None and (match := _patterns().with_unit.fullmatch(unaccented(bare))):
        value = number(match.group(1), decimal=decimal)
    return None if value is None else float(value)


def _exact(value: float) -> Quantity:
    if value in _NO_BOUND:
        return Quantity("flag", None, "in_stock")
    return Quantity("exact", value) if abs(value) <= LARGEST else UNKNOWN


def _at_least(value: float | None) -> Quantity:
    return Quantity("at_least", value) if value and 0 < value <= LARGEST else UNKNOWN


def _bounded(bare: str, decimal: str) -> Quantity | None:
    patterns = _patterns()
    plain = patterns.unit_at_end.sub("", unaccented(bare))
    if match := patterns.more.fullmatch(plain):
        return _at_least(_figure((match.group(1) or match.group(2)).strip(), decimal))
    if match := patterns.more_words.fullmatch(folded(plain)):
        return _at_least(float(match.group(1)))
    if match := _RANGE.fullmatch(plain):
        low, high = float(match.group(1)), float(match.group(2))
        return _at_least(low) if low < high else UNKNOWN
    # "<5" and "about 50" say that there is some, and not how much may be promised.
    if match := patterns.fewer.fullmatch(plain):
        most = _figure((match.group(1) or match.group(2)).strip(), decimal)
        return Quantity("flag", None, "in_stock") if most and most > 1 else UNKNOWN
    return Quantity("flag", None, "in_stock") if patterns.about.fullmatch(plain) else None


def _worded(bare: str) -> Quantity:
    kind = "unknown" if len(bare) == 1 and bare not in "+✓✔" else availability(bare)
    counted = _counted(bare) if kind in {"in_stock", "unknown"} else None
    return counted or _in_words(kind)


def _counted(bare: str) -> Quantity | None:
    """ "in stock: 5 pcs", "only 5 left": the one number of a text whose other words only say "in stock", or "quantity".

    Any word more makes it a number of something else: "in stock from 2026", "in stock, size 42".
    """
    plain = _patterns().unit_inside.sub(" ", unaccented(bare))
    plain = _patterns().more_words.sub(r">\1", _patterns().more_behind.sub("+", plain))
    matches = list(_IN_TEXT.finditer(plain))
    if len(matches) != 1:
        return None
    rest = _IN_TEXT.sub(" ", plain)
    if _TELLING.search(rest) or not any(sign.isalpha() for sign in rest) or not says_only_in_stock(rest):
        return None
    more, digits, plus = matches[0].groups()
    return _at_least(float(digits)) if more or plus else _exact(float(digits))


def _in_words(kind: str) -> Quantity:
    if kind == "in_stock":
        return Quantity("flag", None, kind)
    if kind == "out_of_stock":
        return Quantity("exact", 0.0, kind)
    return Quantity("unknown", None, "" if kind == "unknown" else kind)
