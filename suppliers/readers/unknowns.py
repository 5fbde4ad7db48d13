"""Words that nobody has explained yet: what they are, how often they stand there, and on which lines."""

from collections import Counter
from collections.abc import Callable, Mapping

import polars as pl

from suppliers.readers.availability import availability, explained
from suppliers.readers.habits import Habits
from suppliers.readers.leadtimes import lead_days
from suppliers.readers.quantities import STORES, UNKNOWN, quantity, says_nothing
from suppliers.readers.values import Totals
from suppliers.readers.vocabulary import UnknownWord

_MOST = 200
_KEYS = 3


def unknown_words(lines: pl.DataFrame, totals: Totals, habits: Habits) -> tuple[UnknownWord, ...]:
    """The words of a reading that were not understood, those on most lines first."""
    words = {**habits.availability_words, **habits.quantity_words}

    def is_quantity(text: str) -> bool:
        return quantity(text, decimal=habits.quantity_decimal, words=habits.quantity_words) != UNKNOWN

    def is_availability(text: str) -> bool:
        if habits.coded and lead_days(text, unit=habits.lead_unit) is not None:
            return True
        return availability(text, words=habits.availability_words) != "unknown"

    unread: tuple[tuple[str, Mapping[str, int], Callable[[str], bool]], ...] = (
        ("quantity", totals.quantity_words, is_quantity),
        ("availability", totals.availability_words, is_availability),
        ("lead", totals.lead_words, lambda text: False),
        ("price", totals.price_words, lambda text: False),
    )
    counts: Counter[tuple[str, str]] = Counter()
    # Stocks that were added up are several words in one text.
    texts: dict[tuple[str, str], list[str]] = {}
    for field, counted, is_read in unread:
        for text, count in counted.items():
            for word in dict.fromkeys(text.split(STORES)):
                if not is_read(word) and not explained(word, words) and not says_nothing(word):
                    counts[field, word] += count
                    texts.setdefault((field, word), []).append(text)
    found = counts.most_common(_MOST)
    keys = _keys(lines, {key: texts[key] for key, _count in found})
    return tuple(UnknownWord(*key, count, keys.get(key, ())) for key, count in found)


def _keys(
    lines: pl.DataFrame, found: Mapping[tuple[str, str], list[str]]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """A few codes of the lines that hold each word."""
    keys: dict[tuple[str, str], tuple[str, ...]] = {}
    for field in dict.fromkeys(field for field, _word in found):
        raw = f"{field}_raw"
        whole = {text: word for (of, word), texts in found.items() if of == field for text in texts}
        seen = (
            lines.filter(pl.col(raw).is_in(list(whole)))
            .group_by(raw, maintain_order=True)
            .agg(pl.col("key").head(_KEYS))
        )
        for text, some in seen.iter_rows():
            word = (field, whole[text])
            keys[word] = tuple([*keys.get(word, ()), *some][:_KEYS])
    return keys
