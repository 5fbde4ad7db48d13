"""A merchant's own words, beside ours: what he has explained once is understood in every feed."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Vocabulary:
    """Words that come before our tables and after those of a feed's own column map.

    `words` maps what stands in a quantity or availability cell to an availability (`availability.KINDS`, or
    "unknown" for a word that says nothing) or to a quantity as a supplier writes it: "12", ">20". `names` maps the
    name of a column to one of `values.FIELDS`, or to "other" for a column that is none of them. Both are compared
    without case, accents and punctuation; entries that mean nothing to us are ignored.
    """

    words: Mapping[str, str] = MappingProxyType({})
    names: Mapping[str, str] = MappingProxyType({})

    def before(self, words: Mapping[str, str]) -> "Vocabulary":
        """The same, with the `words` of one feed coming first."""
        return Vocabulary({**self.words, **words}, self.names) if words else self


NO_WORDS = Vocabulary()


@dataclass(frozen=True)
class UnknownWord:
    """What stands in cells of a field and was not understood, so that those lines stay unknown.

    `field` is "quantity", "availability", "lead" or "price"; `lines` counts the lines; `keys` are a few of their
    codes.
    """

    field: str
    text: str
    lines: int
    keys: tuple[str, ...]
