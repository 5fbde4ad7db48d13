"""Cells as values: each function gives the value, or None for what it cannot read."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache

from babel import Locale
from django.utils import timezone

from suppliers.readers.figures import number
from suppliers.readers.folding import folded

DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d", "%d/%m/%y")
CLOCKS = ("", "%H:%M", "%H:%M:%S", "%H:%M:%S %z", "%H:%M %z", "%Hh%M")
CURRENCY_SIGNS = "€$£"
UNREADABLE = "�"


def moment(text: str) -> datetime | None:
    """A day with or without its time. Without an offset it is meant where the house stands."""
    found = iso_moment(text) or written_moment(text.replace(" à ", " "))
    return timezone.make_aware(found) if found and found.tzinfo is None else found


def iso_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def written_moment(text: str) -> datetime | None:
    for day_format in DAYS:
        for clock_format in CLOCKS:
            try:
                # The zone is put to it by the caller, unless the text names an offset.
                return datetime.strptime(text, f"{day_format} {clock_format}".strip())  # noqa: DTZ007
            except ValueError:
                continue
    return None


def day(text: str) -> date | None:
    found = moment(text)
    return timezone.localdate(found) if found else None


def cents(text: str, *, decimal: str) -> int | None:
    """Minor units of an amount; None when it has more than two decimals."""
    amount = number(text.strip(f"{CURRENCY_SIGNS} \u00a0\u202f"), decimal=decimal)
    return None if amount is None else whole(amount * 100)


def units(text: str, *, decimal: str) -> int | None:
    """A whole number: "2", and "2,00" as spreadsheets write it."""
    amount = number(text, decimal=decimal)
    return None if amount is None else whole(amount)


def whole(amount: Decimal) -> int | None:
    return int(amount) if amount == amount.to_integral_value() else None


def language(text: str) -> str:
    """French or English: who reads another language is written to in English."""
    return "fr" if not text or text.casefold().startswith("fr") else "en"


def country(text: str) -> str | None:
    """The code of a country given by its code or its name in French or English."""
    if len(text) == 2 and text.isascii() and text.isalpha():
        return text.upper()
    return countries().get(folded(text))


@cache
def countries() -> dict[str, str]:
    names = ((code, name) for tongue in ("fr", "en") for code, name in Locale(tongue).territories.items())
    return {folded(name): code for code, name in names if len(code) == 2}
