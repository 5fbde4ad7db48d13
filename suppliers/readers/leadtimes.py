"""Lead times in days: "3", "1-3", "30 Tage", "2 semaines", "24h", "под заказ, до 10 дней", "12.05.2026"."""

import re
from datetime import date
from functools import cache
from itertools import pairwise
from math import ceil

from suppliers.readers.dates import day_named, names_day
from suppliers.readers.folding import folded, without_markup
from suppliers.readers.words import table

LONGEST = 730
_LONGEST_TEXT = 200

_BARE = re.compile(r"(\d{1,3})(?:\.0+)?(?:\s*(?:-|–|—)\s*(\d{1,3}))?")


def unit_of_name(name: str) -> float:
    """The days in one unit of a column called "Lieferzeit (Wochen)"; 1 where the name says nothing."""
    for token in folded(name).split():
        days = days_of(token)
        if days and len(token) > 2:
            return days
    return 1


def lead_days(text: str, *, unit: float = 1, today: str = "") -> int | None:
    """The longest time a lead-time cell names, in days; None for a text that is not known.

    A date, a calendar week or a month is the days from `today` (ISO) until then, none where it is past, and not known
    without `today`.
    """
    bare = without_markup(text).casefold()
    if match := _BARE.fullmatch(bare):
        return _bounded(int(match.group(2) or match.group(1)) * unit)
    return days_in(bare, today=today)


def days_in(text: str, *, today: str = "") -> int | None:
    """The longest time named inside a text ("on order, within 30 days"); None where no unit stands beside a number."""
    bare = without_markup(text).casefold()
    if len(bare) > _LONGEST_TEXT:
        return None
    if names_day(bare):
        return _days_until(bare, today)
    found = [days for match in _span_pattern().finditer(bare) if (days := _span(match)) is not None]
    if found:
        return max(found)
    if days := _one(bare):
        return days
    if _says("tomorrow", bare):
        return 1
    return 0 if _says("at_once", bare) else None


def _one(bare: str) -> int | None:
    """ "A week", where a text names one unit in words."""
    tokens = folded(bare).split()
    # "Within week" names one, too: "do týdne".
    articles = {*table("times")["words"]["one"], *table("times")["words"]["until"]}
    found = [days_of(unit) for article, unit in pairwise(tokens) if article in articles and len(unit) > 2]
    return next((_bounded(days) for days in found if days), None)


def _days_until(text: str, today: str) -> int | None:
    if not today:
        return None
    now = date.fromisoformat(today)
    day = day_named(text, now)
    return None if day is None else _bounded(max(0, (day - now).days))


def _says(subject: str, bare: str) -> bool:
    words = f" {folded(bare)} "
    return any(word in words for word in _padded_words(subject))


@cache
def _padded_words(subject: str) -> tuple[str, ...]:
    return tuple(f" {folded(word)} " for word in table("times")["words"][subject])


@cache
def _span_pattern() -> re.Pattern[str]:
    """A number or two, and the one or two words after it."""
    until = "|".join(map(re.escape, table("times")["words"]["until"]))
    return re.compile(
        rf"(\d{{1,4}})(?:\s*(?:-|–|—|/|{until})\s*(\d{{1,4}}))?\s*(?:([^\W\d]+)(?:\s+([^\W\d]+))?)?"
    )


def _span(match: re.Match[str]) -> int | None:
    low, high, first, second = match.groups()
    # "3 working days": the unit may be the second word.
    days = days_of(folded(first or "")) or days_of(folded(second or ""))
    return _bounded(int(high or low) * days) if days else None


@cache
def days_of(token: str) -> float | None:
    """The days in the unit of time that a folded word names; None where it names none."""
    for unit in table("times")["unit"]:
        if token in {folded(word) for word in unit["whole"]}:
            return float(unit["days"])
    for unit in table("times")["unit"]:
        if any(token.startswith(folded(start)) for start in unit["beginnings"]):
            return float(unit["days"])
    return None


def _bounded(days: float) -> int | None:
    whole = ceil(days)
    return whole if 0 <= whole <= LONGEST else None
