"""Words that nobody has explained yet: what they are, how often they stand there, and on which lines."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import islice

from suppliers.readers.availability import availability, explained, of_stores
from suppliers.readers.habits import Habits
from suppliers.readers.leadtimes import lead_days
from suppliers.readers.quantities import UNKNOWN, is_counted, quantity, says_nothing
from suppliers.readers.values import Totals
from suppliers.readers.vocabulary import UnknownWord

_MOST = 200
_KEYS = 3


def unknown_words(totals: Totals, habits: Habits) -> tuple[UnknownWord, ...]:
    """The words of a reading that were not understood, those on most lines first."""
    words = {**habits.availability_words, **habits.quantity_words}
    told = {word: meaning for word, meaning in words.items() if word not in habits.doubtful}

    def is_quantity(text: str) -> bool:
        return quantity(text, decimal=habits.quantity_decimal, words=habits.quantity_words) != UNKNOWN

    def is_availability(text: str) -> bool:
        if habits.coded and lead_days(text, unit=habits.lead_unit) is not None:
            return True
        is_word = availability(text, words=habits.availability_words) != "unknown"
        return is_word or is_counted(text, decimal=habits.quantity_decimal)

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
            for word in dict.fromkeys(of_stores(text)):
                if not is_read(word) and not explained(word, told) and not says_nothing(word):
                    counts[field, word] += count
                    texts.setdefault((field, word), []).append(text)
    found = counts.most_common(_MOST)
    return tuple(UnknownWord(*word, count, _keys(totals, word[0], texts[word])) for word, count in found)


def _keys(totals: Totals, field: str, texts: Sequence[str]) -> tuple[str, ...]:
    """A few codes of the lines that hold a word, alone or among others."""
    codes = (code for text in texts for code in totals.word_keys.get((field, text), ()))
    return tuple(islice(codes, _KEYS))
