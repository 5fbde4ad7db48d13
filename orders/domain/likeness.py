"""How alike two products are by what is written about them. Pure, and without a word list of any one shop.

Rare words of a catalogue name a model, common ones a kind of thing: both are counted apart, because a substitute is
another model of the same kind. What is written *for* something else (a cover, a charger) is an accessory of it.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

WORD = re.compile(r"[^\W_]+")
# What follows one of these says what the thing is made for, not what it is.
MADE_FOR = frozenset({"for", "compatible", "pour", "compatibles", "für", "per", "para", "fits"})
# Things that accompany others, singular, without accents.
ACCESSORIES = frozenset(
    {
        *(
            "case",
            "cover",
            "charger",
            "cable",
            "adapter",
            "holder",
            "stand",
            "mount",
            "bag",
            "strap",
            "refill",
        ),
        *("replacement", "filter", "cartridge", "battery", "protector", "sleeve", "accessory", "kit", "part"),
        *("bracket", "sticker", "lid", "hook", "pump", "hose", "skin"),
        *(
            "housse",
            "etui",
            "coque",
            "chargeur",
            "adaptateur",
            "support",
            "sac",
            "sangle",
            "recharge",
            "rechange",
        ),
        *(
            "filtre",
            "cartouche",
            "batterie",
            "pile",
            "protection",
            "accessoire",
            "piece",
            "couvercle",
            "crochet",
        ),
    }
)
# A word of a kind stands in several names of a catalogue, but not in a tenth of them.
KIND_AT_LEAST, KIND_SHARE = 3, 0.1
OUTSIDE_KIND = 0.2
# The weights were chosen on pairs that people judged; docs/quality.md has the figures.
KIND, TEXT, ACCESSORY = 0.5, 0.5, 0.2
ACCESSORY_EXTRA, ACCESSORY_LOST, MADE_FOR_IT = 0.5, 0.25, 0.75


@dataclass(frozen=True)
class Described:
    """What is written about a product. `text` is anything beyond its name: category, attributes, description."""

    name: str
    text: str = ""

    @cached_property
    def name_words(self) -> tuple[str, ...]:
        """The words of its name in order, folded to their singular."""
        return tuple(words_of(self.name))

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How often each word stands in its name and text."""
        return Counter([*self.name_words, *words_of(self.text)])


def words_of(text: str) -> Iterator[str]:
    """Words and numbers without accents and case, each in its singular as far as its ending tells."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    for word in WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign))):
        yield singular(word)


def singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "zes", "hes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith(("s", "x")) and not word.endswith("ss") else word


@dataclass
class Lexicon:
    """How common each word is among the goods of one catalogue, and so how much it says."""

    goods: Sequence[Described]
    in_names: Counter[str] = field(init=False)
    in_texts: Counter[str] = field(init=False)

    def __post_init__(self) -> None:
        self.in_names = Counter(word for one in self.goods for word in set(one.name_words))
        self.in_texts = Counter(word for one in self.goods for word in one.counts)

    def likeness(self, missing: Described, other: Described) -> float:
        """From 0 (nothing in common) to 1 (the same words); symmetric but for accessories."""
        alike = KIND * self._kind(missing, other) + TEXT * self._text(missing, other)
        return min(1.0, max(0.0, alike - ACCESSORY * self._accessory(missing, other)))

    def _kind(self, one: Described, other: Described) -> float:
        mine, theirs = set(one.name_words), set(other.name_words)
        size = math.sqrt(self._weight(mine) * self._weight(theirs))
        return self._weight(mine & theirs) / size if size else 0.0

    def _weight(self, words: Iterable[str]) -> float:
        most = max(KIND_AT_LEAST, KIND_SHARE * len(self.goods))
        return sum(1.0 if KIND_AT_LEAST <= self.in_names[word] <= most else OUTSIDE_KIND for word in words)

    def _text(self, one: Described, other: Described) -> float:
        mine, theirs = self._vector(one), self._vector(other)
        size = math.sqrt(sum(x * x for x in mine.values()) * sum(x * x for x in theirs.values()))
        return sum(value * theirs.get(word, 0.0) for word, value in mine.items()) / size if size else 0.0

    def _vector(self, one: Described) -> dict[str, float]:
        return {word: (1 + math.log(count)) * self._rarity(word) for word, count in one.counts.items()}

    def _rarity(self, word: str) -> float:
        return math.log(1 + (len(self.goods) + 1) / (1 + self.in_texts[word]))

    def _accessory(self, missing: Described, other: Described) -> float:
        """How far the other looks like something that goes with the missing one."""
        mine, theirs = set(missing.name_words), set(other.name_words)
        extra, lost = (theirs - mine) & ACCESSORIES, (mine - theirs) & ACCESSORIES
        looks = ACCESSORY_EXTRA * len(extra) + ACCESSORY_LOST * len(lost)
        return min(1.0, looks) + MADE_FOR_IT * is_made_for(missing, other)


def is_made_for(missing: Described, other: Described) -> bool:
    """Whether the other names the missing one as what it is made for, and the missing one is made for nothing."""
    if MADE_FOR.intersection(missing.name_words):
        return False
    place = next((at for at, word in enumerate(other.name_words) if word in MADE_FOR), None)
    return place is not None and bool({*other.name_words[place + 1 :]} & {*missing.name_words[:6]})
