"""Words that nobody has explained yet: what they are, how often they stand there, and on which lines."""

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from suppliers.readers.availability import availability, explained
from suppliers.readers.habits import Habits
from suppliers.readers.leadtimes import lead_days
from suppliers.readers.quantities import UNKNOWN, quantity, says_nothing
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
    found = [
        (field, text, count)
        for field, counted, is_read in unread
        for text, count in counted.items()
        if not is_read(text) and not explained(text, words) and not says_nothing(text)
    ]
    found = sorted(found, key=lambda word: -word[2])[:_MOST]
    keys = dict(_keys(lines, found))
    return tuple(UnknownWord(field, text, count, keys.get((field, text), ())) for field, text, count in found)


def _keys(
    lines: pl.DataFrame, found: list[tuple[str, str, int]]
) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    for field in dict.fromkeys(field for field, _text, _count in found):
        raw = f"{field}_raw"
        texts = [text for of, text, _count in found if of == field]
        seen = lines.filter(pl.col(raw).is_in(texts)).group_by(raw).agg(pl.col("key").head(_KEYS))
        yield from (((field, text), tuple(keys)) for text, keys in seen.iter_rows())
