"""Days that a text names: "12.05.2026", "ab 01.03.", "12 December", "fin mars", "KW 34"."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

from suppliers.readers.folding import folded
from suppliers.readers.words import table

# A day without a year is the next one; one that is nearly a year away has just passed.
_FURTHEST = 300
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}-\d{1,2}-\d{4}")
# "ab 01.03.", "until 15/03" and "15.12"; "1.5" is a number, "2/3 days" a span.
_SHORT_DATE = re.compile(
    r"(?<![\d.,/])(\d{1,2})(?:\.(\d{1,2})\.|/(0\d|1[0-2])|(?<=\d\d)\.(0\d|1[0-2]))(?![\d.,/])(?!\s*[^\W\d])"
)
_LETTER_WEEK = re.compile(r"[wstv]\.?\s?(\d{1,2})")
# "V 5 dneh" and "w 5 dni" are "in 5 days"; "v. 50" at the end of a text is a week.
_WEEK_AT_END = re.compile(r"\b[vw] ?(\d{1,2})(?: 20\d\d)?$")
_ORDINAL = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th|o|a)?")
_YEAR = re.compile(r"20\d\d")


def names_day(text: str) -> bool:
    """Whether a text names a day, a calendar week or a month."""
    if _DATE.search(text):
        return True
    if not any(sign.isalpha() for sign in text):
        return False
    return bool(_SHORT_DATE.search(text) or _week(text) or _month_among(folded(text).split())[1])


def names_week(text: str) -> bool:
    """Whether a text names a calendar week: "KW 50", "v. 50"."""
    return _week(text) is not None


def names_month(tokens: Sequence[str]) -> bool:
    """Whether one of the words, folded, is that of a month."""
    return any(_month(token) for token in tokens)


def day_named(text: str, today: date) -> date | None:
    """The day that a text names; of a week or a month the last one, which is the latest that keeps the word.

    None where there is none, or where it cannot be told whether it has passed.
    """
    if match := _DATE.search(text):
        return _written(match.group())
    if match := _short(text):
        return _next(today, int(match.group(2) or match.group(3) or match.group(4)), int(match.group(1)))
    if week := _week(text):
        return _end_of_week(today, *week)
    return _in_month(folded(text).split(), today)


def _written(text: str) -> date | None:
    """Year first as in "2026-05-12", or day first as in "12.05.2026"; months first are American and not read."""
    numbers = [int(part) for part in re.split(r"[-./]", text)]
    year, month, day = numbers if numbers[0] > 31 else numbers[::-1]
    return _day(year + 2000 if year < 100 else year, month, day)


def _short(text: str) -> re.Match[str] | None:
    match = _SHORT_DATE.search(text)
    return match if match and any(sign.isalpha() for sign in text) else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next(today: date, month: int, day: int) -> date | None:
    found = _day(today.year, month, day)
    if found is not None and found < today:
        found = _day(today.year + 1, month, day)
    return _soon(found, today)


def _soon(found: date | None, today: date) -> date | None:
    return found if found is not None and (found - today).days <= _FURTHEST else None


def _week(text: str) -> tuple[int, int] | None:
    """The calendar week that a text names, and its year, 0 where it names none."""
    bare = folded(text)
    match = _week_pattern().search(bare) or _LETTER_WEEK.fullmatch(bare) or _WEEK_AT_END.search(bare)
    number = next((int(part) for part in match.groups()[:2] if part), 0) if match else 0
    if match is None or not 1 <= number <= 53:
        return None
    year = _YEAR.search(bare.replace(match.group(), "", 1) if match.re is _LETTER_WEEK else bare)
    return number, int(year.group()) if year else 0


@cache
def _week_pattern() -> re.Pattern[str]:
    words = "|".join(re.escape(folded(word)) for word in table("times")["words"]["week"])
    return re.compile(rf"\b(?:{words}) ?(?:nr |no )?(\d{{1,2}})\b(?! ?\d{{1,3}}\b)|\b20\d\d ?w(\d{{1,2}})\b")


def _end_of_week(today: date, week: int, year: int) -> date | None:
    for candidate in [year] if year else [today.year, today.year + 1]:
        try:
            sunday = date.fromisocalendar(candidate, week, 7)
        except ValueError:
            continue
        if year or sunday >= today:
            return sunday if year else _soon(sunday, today)
    return None


def _in_month(tokens: Sequence[str], today: date) -> date | None:
    at, month = _month_among(tokens)
    if not month:
        return None
    years = [int(word) for word in tokens[at + 1 : at + 3] if _YEAR.fullmatch(word)]
    return _of_month(tokens, at, month, years[0] if years else 0, today)


def _month_among(tokens: Sequence[str]) -> tuple[int, int]:
    """The place of the first word that is a month, and its number; 0 where there is none."""
    for at, token in enumerate(tokens):
        if month := _month(token) or (_abbreviated(token) if _has_number_beside(tokens, at) else 0):
            return at, month
    return 0, 0


def _of_month(tokens: Sequence[str], at: int, month: int, year: int, today: date) -> date | None:
    beside = [tokens[place] for place in (at - 1, at + 1) if 0 <= place < len(tokens)]
    numbers = [int(match.group(1)) for word in beside if (match := _ORDINAL.fullmatch(word))]
    day = next((number for number in numbers if 1 <= number <= 31), 0)
    if year:
        return _day(year, month, day) if day else _last_day(year, month)
    if day:
        return _next(today, month, day)
    last = _last_day(today.year, month)
    return _soon(last if last >= today else _last_day(today.year + 1, month), today)


def _last_day(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _has_number_beside(tokens: Sequence[str], at: int) -> bool:
    return any(word.isdecimal() for word in (*tokens[max(0, at - 1) : at], *tokens[at + 1 : at + 2]))


def _month(token: str) -> int:
    """The number of the month that a folded word names; 0 where it names none."""
    for number, month in enumerate(_months(), start=1):
        if token in month["whole"] or any(token.startswith(start) for start in month["beginnings"]):
            return number
    return 0


def _abbreviated(token: str) -> int:
    """ "Dec" is a month only beside a number."""
    months = enumerate(_months(), start=1)
    return next((number for number, month in months if token in month["short"]), 0)


@cache
def _months() -> list[dict[str, tuple[str, ...]]]:
    return [
        {kind: tuple(map(folded, month[kind])) for kind in ("beginnings", "whole", "short")}
        for month in table("times")["month"]
    ]
