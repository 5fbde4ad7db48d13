"""What words say about availability: "auf Lager", "под заказ", "+", "https://schema.org/InStock"."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from suppliers.readers.folding import folded, without_markup
from suppliers.readers.words import table

# What a person may map a word to. The order settles which of two equally long matches counts: the careful one.
KINDS = ("out_of_stock", "discontinued", "backorder", "preorder", "in_stock")

_LONGEST_TEXT = 200
_LONGEST_PHRASE = 6


@dataclass(frozen=True)
class _Vocabulary:
    phrases: Mapping[str, str]
    cells: Mapping[str, str]
    negations: frozenset[str]


def availability(text: str, *, words: Mapping[str, str] | None = None) -> str:
    """The kind a whole cell states, or "unknown". `words` are the supplier's own, folded, and come first."""
    own = (words or {}).get(folded(text) or text.strip())
    if own:
        return own
    vocabulary = _vocabulary()
    bare = without_markup(text)
    whole = vocabulary.cells.get(bare.casefold()) or vocabulary.cells.get(folded(bare))
    return whole or stated_in(bare) or "unknown"


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
            # "nicht sofort lieferbar" is not "sofort lieferbar", and does not say what else.
            return "" if kind == "in_stock" and _vocabulary().negations & set(tokens[: found[kind]]) else kind
    return ""


def own_words(words: Mapping[str, str]) -> dict[str, str]:
    """A person's words, ready to be compared with cells."""
    return {folded(word) or word.strip(): kind for word, kind in words.items() if kind in (*KINDS, "unknown")}


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
