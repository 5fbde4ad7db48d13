"""The readings of a file that a person should see: each once, with its lines, what we make of it and why."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stocke.core.web.formats import number
from suppliers.forms.words import choice_of, said_as
from suppliers.readers import Reading, UnknownWord
from suppliers.readers.availability import MEANINGS, STORES, availability, explained, own_key, own_words
from suppliers.readers.columns import FIELD_LABELS
from suppliers.readers.doubts import sentence
from suppliers.readers.figures import number as figure
from suppliers.readers.quantities import quantity

SHOWN, LINES, LOOKED_FOR = 40, 3, 200
# These are shown as readings with their words, or asked as questions; the others are said as they are.
TOLD_ELSEWHERE = {
    *("column", "decimal", "not_understood", "unknown_words", "unknown_leads", "worded_prices"),
    *("added", "stocks_apart", "which_quantity", "ready_days", "constant", "section"),
}


@dataclass(frozen=True)
class WordReading:
    """What stands in cells of a field, on how many lines (the first of them by number), and how it is read.

    `choice` and `units` are what a person made of it in this draft; `can_choose` for words about the stock alone.
    """

    text: str
    field: str
    lines: int
    first: str
    reading: str
    why: str
    choice: str = ""
    units: int | None = None
    can_choose: bool = True


def doubtful(reading: Reading, *, flag_counts_as: int) -> list[WordReading]:
    """What nobody has explained, and what says "in stock" without saying how much."""
    first = first_lines(reading)
    unknown = [unread(word, first) for word in reading.unknown_words]
    flags = [flag(text, field, count, first, flag_counts_as) for field, text, count in flagged(reading)]
    return [*unknown, *flags][:SHOWN]


def unread(word: UnknownWord, first: Mapping[tuple[str, str], str]) -> WordReading:
    what, why = {
        "price": (_("no price"), _("the last known price stays")),
        "lead": (_("no lead time"), _("the supplier’s usual one counts")),
    }.get(word.field, (_("unknown"), _("no number, and in none of our tables; never read as zero")))
    return WordReading(
        text=word.text,
        field=str(FIELD_LABELS[word.field]),
        lines=word.lines,
        first=first.get((word.field, word.text), ""),
        reading=what,
        why=why,
        can_choose=word.field in ("quantity", "availability"),
    )


def flag(
    text: str, field: str, count: int, first: Mapping[tuple[str, str], str], counts_as: int
) -> WordReading:
    why = ngettext(
        "no number; counts as %(count)s unit, as the prudence says",
        "no number; counts as %(count)s units, as the prudence says",
        counts_as,
    )
    return WordReading(
        text=text,
        field=str(FIELD_LABELS[field]),
        lines=count,
        first=first.get((field, text), ""),
        reading=_("in stock, no number"),
        why=why % {"count": number(counts_as)},
    )


def flagged(reading: Reading) -> Iterator[tuple[str, str, int]]:
    """Words for "in stock" where no number stands beside them, unless a person has explained them."""
    words, found = (
        own_words(reading.vocabulary.words),
        reading.lines.filter(pl.col("quantity_kind") == "flag"),
    )
    for field in ("quantity", "availability"):
        raw = f"{field}_raw"
        counts = found.select(pl.col(raw).drop_nulls().value_counts(sort=True)).unnest(raw)
        for text, count in counts.iter_rows():
            if text and not explained(text, words) and says_stock(field, text):
                yield field, text, count


def says_stock(field: str, text: str) -> bool:
    """Whether it is this cell that says "in stock", and not the one beside it."""
    return (quantity(text).kind == "flag") if field == "quantity" else availability(text) == "in_stock"


def understood(reading: Reading, draft: Mapping[str, str]) -> list[WordReading]:
    """The other words about the stock, the explained ones first. `draft` are the words of this page."""
    words, first = own_words(reading.vocabulary.words), first_lines(reading)
    drafted = {own_key(text): meaning for text, meaning in draft.items()}
    told = {(word.field, word.text) for word in reading.unknown_words}
    told |= {(field, text) for field, text, _count in flagged(reading)}
    rows = [
        word_row(field, text, count, words=words, drafted=drafted, first=first)
        for field, counted in (
            ("quantity", reading.totals.quantity_words),
            ("availability", reading.totals.availability_words),
        )
        for text, count in by_word(counted).items()
        if (field, text) not in told and text.strip()
    ]
    return sorted(rows, key=lambda row: (not row.choice, -row.lines))[:SHOWN]


def by_word(counted: Mapping[str, int]) -> Counter[str]:
    """The words of texts, on how many lines: stocks that were added up are several, and their numbers are none."""
    words: Counter[str] = Counter()
    for text, count in counted.items():
        parts = text.split(STORES)
        words.update({part: count for part in parts if len(parts) == 1 or figure(part, decimal=".") is None})
    return words


def word_row(
    field: str,
    text: str,
    count: int,
    *,
    words: Mapping[str, str],
    drafted: Mapping[str, str],
    first: Mapping[tuple[str, str], str],
) -> WordReading:
    own = words.get(own_key(text), "")
    drafted_as = drafted.get(own_key(text), "")
    choice, units = choice_of(drafted_as) if drafted_as else ("", None)
    return WordReading(
        text=text,
        field=str(FIELD_LABELS[field]),
        lines=count,
        first=first.get((field, text), ""),
        reading=said_as(own) if own else table_reading(field, text),
        why=_("explained here")
        if drafted_as
        else _("explained by a person")
        if own
        else _("from our tables"),
        choice=choice,
        units=units,
    )


def table_reading(field: str, text: str) -> str:
    if field == "availability":
        return said_as(availability(text))
    read = quantity(text)
    if read.kind == "flag" or read.availability in MEANINGS:
        return said_as(read.availability or "in_stock")
    if read.stated is None:
        return said_as("unknown")
    return said_as(f">{int(read.stated)}") if read.kind == "at_least" else number(int(read.stated))


def first_lines(reading: Reading) -> dict[tuple[str, str], str]:
    """By field and word, the numbers of the first lines where it stands."""
    totals = reading.totals
    found: dict[tuple[str, str], str] = {}
    words = {
        "quantity": totals.quantity_words,
        "availability": totals.availability_words,
        "lead": totals.lead_words,
        "price": totals.price_words,
    }
    for field, counted in words.items():
        raw, texts = f"{field}_raw", list(counted)[:LOOKED_FOR]
        said = reading.lines.filter(pl.col(raw).is_in(texts))
        grouped = said.group_by(raw, maintain_order=True).agg(pl.col("line").head(LINES))
        for text, lines in grouped.iter_rows():
            for part in (text, *text.split(STORES)):
                found.setdefault((field, part), ", ".join(number(line) for line in lines))
    return found


def remarks(reading: Reading) -> list[str]:
    """The other doubts, in sentences."""
    return [
        sentence(doubt)
        for doubt in reading.doubts
        if doubt.code not in TOLD_ELSEWHERE and not doubt.code.startswith("repeated_")
    ]
