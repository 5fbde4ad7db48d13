"""What a column's name says about it, in the languages of Europe."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from suppliers.readers.folding import folded, folded_name
from suppliers.readers.words import table

# Prices in the order we want them: what we pay before what others pay.
PRICE_KINDS = ("purchase", "plain", "special", "retail")
OTHER = "other"

_WEIGHTS = {"strong": 1.0, "fair": 0.75, "closing": 0.65, "weak": 0.4}
_SHORTEST_PART = 5
_SPOILED = 0.35
_AMOUNT, _COUNTED = 0.7, 0.5
_VALUES = frozenset({"value", "wert", "valeur", "valor", "valore", "значение"})
_STOCKS = frozenset({"quantity", "availability"})
# The points of "P.V.P." and "C. barras".
_DOTTED = re.compile(r"(?<=\b\w)\.(?=\w\b)")


@dataclass(frozen=True)
class Meaning:
    """How surely a name means a field. `kind` is the kind of price; `phrase` the words that were recognised."""

    field: str
    score: float
    kind: str = ""
    phrase: str = ""


@dataclass(frozen=True)
class _Phrase:
    field: str
    weight: float
    kind: str


@lru_cache(maxsize=4096)
def meanings(name: str) -> tuple[Meaning, ...]:
    """What the name may mean, surest first, one meaning for each field and kind of price."""
    name = _without_value(_without_containers(name))
    words = _significant(name)
    if not words:
        return ()
    leaf = set(unit_words(_leaf_of_other(name)))
    best: dict[tuple[str, str], Meaning] = {}
    if _DOTTED.search(name) and (short := meanings(_DOTTED.sub("", name))) and short[0].score == 1:
        return short
    for meaning in (*_of_phrases(words), *_of_compounds(words)):
        spoiled = _is_spoiled(meaning, words) or (leaf and leaf.isdisjoint(meaning.phrase.split()))
        score = meaning.score * (_SPOILED if spoiled else 1)
        key = (meaning.field, meaning.kind)
        if key not in best or best[key].score < score:
            best[key] = Meaning(meaning.field, score, meaning.kind, meaning.phrase)
    return tuple(sorted(best.values(), key=lambda meaning: -meaning.score))


def _without_containers(name: str) -> str:
    """The path without what only holds it together: "price_data/price/usd" is the price in "price/usd".

    Around others "data" is no day, as it is by itself in Italian or Polish.
    """
    *around, leaf = name.split("/")
    path = [*(part for part in around if unit_words(part) != ["data"]), leaf.removeprefix("data@")]
    if len(path) < 3:
        return "/".join(path)
    first, *rest = path
    words = unit_words(first)
    inside = len(words) > 1 and any(unit_words(part)[:1] == words[:1] for part in rest)
    return "/".join(rest if inside else path)


def _without_value(name: str) -> str:
    """The path of a price without the leaf that only says that it is one: "price/value" beside "price/currency"."""
    around, _slash, leaf = name.rpartition("/")
    if not around or folded_name(leaf) not in _VALUES:
        return name
    found = meanings(around.rpartition("/")[2])
    return around if found and found[0].field == "price" and found[0].score == 1 else name


def _leaf_of_other(name: str) -> str:
    """The last part of "Price/Tax [net]" where it is what is no field of ours: a tax stays one, at whatever price."""
    _around, slash, leaf = name.partition(" [")[0].rpartition("/")
    found = meanings(leaf) if slash else ()
    return leaf if found and found[0].field == OTHER else ""


def code_score(name: str) -> float:
    """How surely the last part of a name, "code" of "sizes/size@code", is that of a code."""
    leaf = name.rpartition("/")[2].rpartition("@")[2]
    return max((meaning.score for meaning in meanings(leaf) if meaning.field == "key"), default=0.0)


def is_known(name: str) -> bool:
    """Whether a text is surely the name of a column."""
    found = meanings(name)
    return bool(found) and found[0].score >= 0.7


def unit_words(name: str) -> list[str]:
    """The words of a name, accents and case taken off."""
    return folded_name(name).split()


def _significant(name: str) -> tuple[str, ...]:
    """The words that matter: "Variant SKU" is the SKU, "Ár (Ft)" the price."""
    words = unit_words(name)
    while len(words) > 1 and tuple(words) not in _phrases() and words[0] in _fillers("before"):
        words = words[1:]
    while len(words) > 1 and tuple(words) not in _phrases() and words[-1] in _fillers("after"):
        words = words[:-1]
    return tuple(words)


def _of_phrases(words: tuple[str, ...]) -> Iterable[Meaning]:
    for length in range(1, len(words) + 1):
        for start in range(len(words) - length + 1):
            part = words[start : start + length]
            if length < len(words) and part in _alone():
                yield Meaning(OTHER, _COUNTED, phrase=part[0])
                continue
            for phrase in _phrases().get(part, ()):
                share = 1.0 if length == len(words) else 0.5 + 0.4 * length / len(words)
                yield Meaning(phrase.field, phrase.weight * share, phrase.kind, " ".join(part))


def _of_compounds(words: tuple[str, ...]) -> Iterable[Meaning]:
    """Names written as one word: "Händlerverkaufspreis", "qtydisponible", "PrixTTC"."""
    for word in words:
        for phrase in _parts().get(word, ()):
            yield Meaning(phrase.field, 0.95 * phrase.weight / len(words), phrase.kind, word)
        if (amount := _amount_in(word)) and (word,) not in _phrases() and word not in _parts():
            yield amount
        for part, share in _ends_of(word):
            for phrase in _parts().get(part, ()):
                yield Meaning(phrase.field, phrase.weight * share, phrase.kind, part)


def _amount_in(word: str) -> Meaning | None:
    """What a word such as "Lageranzahl" is an amount of: of a stock, or of something else, a "Kleinmenge"."""
    ending = next((end for (end,) in _whole() if word.endswith(end) and word != end), "")
    if not ending:
        return None
    of_what = word.removesuffix(ending).rstrip("s")
    is_stock = any(phrase.field in _STOCKS for phrase in _phrases().get((of_what,), ()))
    return Meaning("quantity" if is_stock else OTHER, _AMOUNT, phrase=word)


def _ends_of(word: str) -> Iterable[tuple[str, float]]:
    """Ends and beginnings of a word, long ones first; its end says more: a "Lagerpreis" is a price."""
    for length in range(len(word) - 1, _SHORTEST_PART - 1, -1):
        yield word[-length:], 0.55
        yield word[:length], 0.45


def is_spoiled(name: str, field: str) -> bool:
    """Whether a word of the name makes it that of something else: the "minimum" quantity of an order is no stock."""
    words = unit_words(name)
    return _any_spoils(words, _spoilers_of(field, words))


def says_amount(name: str) -> bool:
    """Whether a name is that of an amount, of goods or of money."""
    return "amount" in unit_words(name)


def counts_anything(name: str) -> bool:
    """Whether a name says that something is counted, and not what: "Count"."""
    return tuple(unit_words(name)) in _alone()


def is_moved(name: str) -> bool:
    """Whether a quantity is what came, went or was there at first, and not what is there: "Opening stock", "Issued"."""
    return not _folded_words("moved").isdisjoint(unit_words(name))


def is_homograph(name: str, others: Iterable[str]) -> bool:
    """Whether a name is a word of ours by chance: "AR" is Hungarian for price as "ár", or among Hungarian names."""
    own = table("columns")["homographs"].get(folded_name(name))
    if own is None or not name.isascii():
        return False
    return not any(word.startswith(tuple(own)) for other in others for word in unit_words(other))


def _is_spoiled(meaning: Meaning, words: tuple[str, ...]) -> bool:
    spoilers, own = _spoilers_of(meaning.field, words), set(meaning.phrase.split())
    return _any_spoils([word for word in words if word not in own], spoilers)


def _any_spoils(words: Iterable[str], spoilers: frozenset[str]) -> bool:
    return any(word in spoilers or not spoilers.isdisjoint(_rests(word)) for word in words)


def _rests(word: str) -> Iterable[str]:
    """What stands before or behind a name of ours in one word: the "min" of "minquantity"."""
    for part, _share in _ends_of(word):
        if part in _parts():
            yield word.removesuffix(part) if word.endswith(part) else word.removeprefix(part)


def _spoilers_of(field: str, words: Sequence[str]) -> frozenset[str]:
    """The words that spoil the meaning of others.

    The price that includes the sending is not spoiled by it, nor the stock that is there for sale by the sales.
    """
    spoilers = _spoilers()["any"] | _spoilers().get(field, frozenset())
    if field == "price" and _folded_words("included").isdisjoint(words):
        return spoilers | _spoilers()["sending"]
    if field == "quantity" and _folded_words("held").isdisjoint(words):
        return spoilers | _spoilers()["traded"]
    return spoilers


@cache
def _phrases() -> dict[tuple[str, ...], tuple[_Phrase, ...]]:
    found: dict[tuple[str, ...], tuple[_Phrase, ...]] = {}
    for field, kind, entry in entries():
        for weight, names in entry.items():
            for name in names:
                words = tuple(folded(name).split())
                found[words] = (*found.get(words, ()), _Phrase(field, _WEIGHTS[weight], kind))
    # "закупочная цена" is also written "Цена закупочная".
    for words in [words for words in found if len(words) == 2 and words[::-1] not in found]:
        found[words[::-1]] = found[words]
    return found


@cache
def _parts() -> dict[str, tuple[_Phrase, ...]]:
    return {
        "".join(words): phrases
        for words, phrases in _phrases().items()
        if len("".join(words)) >= _SHORTEST_PART and words not in _whole()
    }


@cache
def _whole() -> frozenset[tuple[str]]:
    """The words that mean something only where they stand alone."""
    return frozenset((folded(word),) for words in table("columns")["whole"].values() for word in words)


@cache
def _alone() -> frozenset[tuple[str, ...]]:
    """The words that count anything, and a stock only where nothing else is said: "Count", and no "Puff count"."""
    return frozenset((folded(word),) for words in table("columns")["alone"].values() for word in words)


@cache
def _folded_words(name: str) -> frozenset[str]:
    return frozenset(folded(word) for words in table("columns")[name].values() for word in words)


def entries() -> Iterable[tuple[str, str, dict[str, list[str]]]]:
    """Every field, its kind of price, and its names by weight."""
    for field, entry in table("columns").items():
        if field == "price":
            yield from ((field, kind, entry[kind]) for kind in PRICE_KINDS)
        elif field not in {
            "spoilers",
            "fillers",
            "whole",
            "alone",
            "moved",
            "included",
            "held",
            "homographs",
        }:
            yield field, "", entry


@cache
def _spoilers() -> dict[str, frozenset[str]]:
    return {
        field: frozenset(folded(word) for word in words)
        for field, words in table("columns")["spoilers"].items()
    }


@cache
def _fillers(side: str) -> frozenset[str]:
    return frozenset(folded(word) for word in table("columns")["fillers"][side])
