"""Numbers, money, dates and ages as staff read them, in the language of the moment.

French groups thousands with U+00A0: the typeface has no narrow no-break space.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import get_currency_precision
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, pgettext

from stocke.core.queries import COUNT_LIMIT

NBSP = "\u00a0"
SYMBOLS = {"EUR": "€", "GBP": "£", "USD": "$", "CHF": "CHF"}
BABEL_LOCALES = {"fr": "fr_FR", "en": "en_GB"}
SOON = timedelta(hours=2)


def is_french() -> bool:
    return (get_language() or "fr").startswith("fr")


def country(code: str) -> str:
    """Its name in the language in force; a code that nobody knows stays as it came."""
    return str(Locale((get_language() or "fr")[:2]).territories.get(code, code))


def number(value: int | float | Decimal | None, decimals: int | None = 0) -> str:
    """1 204 (1,204 in English); an en dash when there is none."""
    if value is None:
        return "–"
    exact = Decimal(str(value))
    # number_format cuts the digits it drops; people expect them rounded.
    rounded = exact if decimals is None else exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return number_format(rounded, decimals, use_l10n=True, force_grouping=True).replace("-", "−")


def how_many(counted: int) -> str:
    """1 204; of what was counted only so far, 10 000+."""
    return f"{number(COUNT_LIMIT)}+" if counted > COUNT_LIMIT else number(counted)


def money(cents: int | None, currency: str = "EUR") -> str:
    """1 204,50 € (€1,204.50 in English), 1 205 JPY: hundredths, whatever coins the currency has; an en dash when there
    is none.
    """
    if cents is None:
        return "–"
    decimals = decimals_of(currency, cents)
    amount = number_format(Decimal(abs(cents)) / 100, decimals, use_l10n=True, force_grouping=True)
    sign, symbol = "−" if cents < 0 else "", SYMBOLS.get(currency, currency)
    if is_french():
        return f"{sign}{amount}{NBSP}{symbol}"
    return f"{sign}{symbol}{amount}" if len(symbol) == 1 else f"{sign}{symbol}{NBSP}{amount}"


def decimals_of(currency: str, cents: int) -> int:
    """As many as its people write; of an amount that its coins cannot make up nothing is hidden."""
    usual = get_currency_precision(currency)
    return 2 if usual < 2 and cents % 100 else usual


def percent(ratio: float | Decimal | None, decimals: int = 0) -> str:
    """0.186 is 19 %, with the language's own space before the sign."""
    if ratio is None:
        return "–"
    return number(Decimal(str(ratio)) * 100, decimals) + (f"{NBSP}%" if is_french() else "%")


def local_day(moment: date | datetime) -> date:
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


def day(moment: date | datetime | None) -> str:
    """mar. 24 nov., with the year when it is not this one."""
    if moment is None:
        return "–"
    when = local_day(moment)
    pattern = "EEE d MMM" if when.year == timezone.localdate().year else "EEE d MMM y"
    return day_in(BABEL_LOCALES["fr" if is_french() else "en"], when, pattern)


@lru_cache(maxsize=4096)
def day_in(locale: str, when: date, pattern: str) -> str:
    """A day in words. A list says the same few days in each of its rows, and finding the words takes long."""
    words = format_date(when, pattern, locale=locale)
    return words.replace(" 1 ", " 1er ", 1) if locale.startswith("fr") and when.day == 1 else words


def long_day(moment: date | datetime) -> str:
    """jeudi 26 novembre 2026: as letters and public pages say it."""
    return day_in(BABEL_LOCALES["fr" if is_french() else "en"], local_day(moment), "EEEE d MMMM y")


def clock(moment: datetime | None) -> str:
    """17:20 where the operator is."""
    return "–" if moment is None else timezone.localtime(moment).strftime("%H:%M")


def moment(when: datetime | None) -> str:
    """mar. 24 nov., 17:20."""
    return "–" if when is None else f"{day(when)}, {clock(when)}"


def duration(span: timedelta | int) -> str:
    """1 h 18, 48 min, 3 j. A bare number counts minutes."""
    minutes = int(span.total_seconds() // 60) if isinstance(span, timedelta) else span
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return gettext("%(days)s d") % {"days": hours // 24}
    if hours == 0:
        return gettext("%(minutes)s min") % {"minutes": rest}
    # Over a day the minutes are noise.
    if rest == 0 or hours >= 24:
        return gettext("%(hours)s h") % {"hours": hours}
    return gettext("%(hours)s h %(minutes)02d") % {"hours": hours, "minutes": rest}


def since(when: datetime | None) -> str:
    """How old something is: 12 min, 26 h, 3 j."""
    if when is None:
        return "–"
    old = timezone.now() - when
    if old < timedelta(minutes=1):
        return gettext("just now")
    return duration(old if old < timedelta(hours=1) else timedelta(hours=old // timedelta(hours=1)))


def age(when: datetime | None) -> str:
    """il y a 3 h; the day and the time once it is more than a day ago."""
    if when is None:
        return pgettext("moment", "never")
    old = timezone.now() - when
    if old < timedelta(minutes=1):
        return gettext("just now")
    if old >= timedelta(hours=24):
        return moment(when)
    return gettext("%(duration)s ago") % {"duration": since(when)}


def due(when: datetime | None) -> tuple[str, str]:
    """How long is left, and how pressing it is: "late", "soon" or ""."""
    if when is None:
        return "–", ""
    left = when - timezone.now()
    if left < timedelta(0):
        return gettext("late by %(duration)s") % {"duration": duration(-left)}, "late"
    if left < timedelta(hours=12):
        return duration(left), "soon" if left < SOON else ""
    today = timezone.localdate()
    if local_day(when) == today + timedelta(days=1):
        return gettext("tomorrow %(time)s") % {"time": clock(when)}, ""
    return (clock(when) if local_day(when) == today else day(when)), ""


def quantity(units: int | None, kind: str = "exact") -> str:
    """14, at least 20, in stock without a number, unknown: a quantity keeps its kind."""
    if kind == "unknown" or (kind != "flag" and units is None):
        return pgettext("quantity", "unknown")
    if kind == "flag":
        return gettext("in stock, no number")
    if kind == "at_least":
        return gettext("at least %(units)s") % {"units": number(units)}
    return number(units)
