"""What words say about availability: "auf Lager", "под заказ", "+", "https://schema.org/InStock"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from suppliers.readers.dates import names_month, names_week
from suppliers.readers.folding import folded, without_markup
from suppliers.readers.leadtimes import days_of
from suppliers.readers.words import table

# What a word may mean. The order settles which of two equally long matches counts: the careful one.
KINDS = ("out_of_stock", "discontinued", "backorder", "preorder", "in_stock")
# What a person may map a word to, beside a quantity such as "12" or ">20".
MEANINGS = (*KINDS, "unknown")
# Stands between what several stores state of one article: thin spaces, which nobody types.
STORES = "\u2009+\u2009"
# Stands for what one of them leaves out, so that all that is said of them stays in one order.
UNSTATED = "∅"
# What counts of several stores: any that has some.
_OF_STORES = ("in_stock", "unknown", "backorder", "preorder", "out_of_stock", "discontinued")
_QUANTITY = re.compile(r">?[0-9]{1,9}")

_LONGEST_TEXT = 200
_LONGEST_PHRASE = 6


@dataclass(frozen=True)
class _Vocabulary:
    phrases: Mapping[str, str]
    cells: Mapping[str, str]
    negations: frozenset[str]


def availability(text: str, *, words: Mapping[str, str] | None = None) -> str:
    """The kind a whole cell states, or "unknown". `words` are made by `own_words` and come first."""
    if STORES in text:
        kinds = {availability(part, words=words) for part in of_stores(text)}
        return next((kind for kind in _OF_STORES if kind in kinds), "unknown")
    own = (words or {}).get(own_key(text))
    if own:
        return own if own in MEANINGS else "out_of_stock" if own == "0" else "in_stock"
    vocabulary = _vocabulary()
    bare = without_markup(text)
    # "0 %" is none of the zeros that say "no".
    whole = vocabulary.cells.get(bare.casefold()) or ("%" not in bare and vocabulary.cells.get(folded(bare)))
    return whole or stated_in(bare) or "unknown"


def of_stores(text: str) -> list[str]:
    """What several stores state, without those that state nothing."""
    return [part for part in text.split(STORES) if part != UNSTATED]


def stated_in(text: str) -> str:
    """The kind that the longest known phrase inside a text states, or nothing."""
    if len(text) > _LONGEST_TEXT:
        return ""
    tokens = folded(text).split()
    phrases = _vocabulary().phrases
    for length in range(min(_LONGEST_PHRASE, len(tokens)), 0, -1):
        found = {
            phrases[phrase]: start
            for start in range(len(tokens) - length + 1)
            if (phrase := " ".join(tokens[start : start + length])) in phrases
        }
        if found:
            kind = min(found, key=KINDS.index)
            is_later = names_week(text) or not _holds_today(tokens, found[kind])
            return "" if kind == "in_stock" and is_later else kind
    return ""


def _holds_today(tokens: Sequence[str], start: int) -> bool:
    """Whether the words around "in stock" let it stand.

    "nicht sofort lieferbar" is not "sofort lieferbar", and does not say what else; "available from 12 December" is
    not available, "dispo fin mars" neither.
    """
    if _vocabulary().negations & set(tokens[:start]):
        return False
    return not _begins_later(tokens) and not names_month(tokens)


def _begins_later(tokens: Sequence[str]) -> bool:
    """Whether a date is named from which on something holds: "from 12 December", "ab KW 48", "à partir du 15/12"."""
    words = frozenset(map(folded, table("times")["words"]["from"]))
    for at, token in enumerate(tokens):
        pair = " ".join(tokens[at : at + 2])
        # "Ab Lager" and "il reste" begin like a date, and are none.
        if (token in words or pair in words) and not _adds_nothing(pair):
            place = next(
                (n for n in range(at + 1, min(at + 4, len(tokens))) if tokens[n][0].isdecimal()), None
            )
            if place is not None and _is_date(tokens, place, is_bare=place == at + 1):
                return True
    return False


def _is_date(tokens: Sequence[str], place: int, *, is_bare: bool) -> bool:
    """Whether a number after "from" is a day, a week or a year, and neither pieces nor a delay."""
    if place + 1 == len(tokens):
        return not is_bare or len(tokens[place]) == len("2026")
    after = tokens[place + 1]
    return after not in _units() and days_of(after) is None


def says_only_in_stock(text: str) -> bool:
    """Whether the words of a text say that there is some, and nothing else: no date, no place, no size.

    Words that stand beside a count ("only", "left") and units change nothing.
    """
    tokens, at = folded(text).split(), 0
    while at < len(tokens):
        lengths = range(min(_LONGEST_PHRASE, len(tokens) - at), 0, -1)
        found = next((n for n in lengths if _adds_nothing(" ".join(tokens[at : at + n]))), 0)
        if not found:
            return False
        at += found
    return True


def _adds_nothing(phrase: str) -> bool:
    # "Til" is "there" in one language and "until" in another.
    if phrase in table("times")["words"]["until"]:
        return False
    return _vocabulary().phrases.get(phrase) == "in_stock" or phrase in _counting() or phrase in _units()


@cache
def _counting() -> frozenset[str]:
    return frozenset(map(folded, table("quantities")["counting"]))


@cache
def _units() -> frozenset[str]:
    """Units that count; those that measure stand for months or sizes inside a text."""
    words = table("quantities")
    return frozenset(map(folded, words["units"])) - frozenset(map(folded, words["measures"]))


def own_key(text: str) -> str:
    """What a cell is compared by with a person's words; signs alone, such as "+", are kept."""
    return folded(text) or text.strip()


def explained(text: str, words: Mapping[str, str]) -> bool:
    """Whether a person has said what this cell means, be it that it says nothing."""
    return own_key(text) in words


def own_words(words: Mapping[str, str]) -> dict[str, str]:
    """A person's words, ready to be compared with cells; what they mean must be one of MEANINGS or a quantity."""
    return {
        own_key(word): meaning
        for word, meaning in words.items()
        if meaning in MEANINGS or _QUANTITY.fullmatch(meaning)
    }


@cache
def lights() -> frozenset[str]:
    """The colours that may say how much there is, as `own_key` gives them."""
    return frozenset(map(own_key, table("availability")["lights"]))


@cache
def answers() -> frozenset[str]:
    """What answers a question with yes or no, as `own_key` gives it."""
    return frozenset(map(own_key, table("availability")["answers"]))


@cache
def _vocabulary() -> _Vocabulary:
    entries = table("availability")
    phrases: dict[str, str] = {}
    cells: dict[str, str] = {}
    # Backwards, so that the careful kinds overwrite the others.
    for kind in reversed(KINDS):
        phrases |= {folded(phrase): kind for phrase in entries[kind]["phrases"]}
        cells |= {cell if not folded(cell) else folded(cell): kind for cell in entries[kind]["cells"]}
    negations = frozenset(folded(word) for word in entries["negations"])
    return _Vocabulary(phrases, {**phrases, **cells, "1": "in_stock", "0": "out_of_stock"}, negations)
