"""What a shopper is told, in words of his language."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from stocke.channels.domain.availability import Available, State, Window
from stocke.core.web.formats import day

WORDS: Mapping[State, Promise] = MappingProxyType(
    {
        State.IN_STOCK: pgettext_lazy("to a shopper", "In stock"),
        State.LIMITED: pgettext_lazy("to a shopper", "Limited stock"),
        State.RESTOCKING: pgettext_lazy("to a shopper", "Being restocked"),
        State.OUT: pgettext_lazy("to a shopper", "Out of stock"),
        State.UNKNOWN: pgettext_lazy("to a shopper", "Availability to be confirmed"),
    }
)
LIGHTS: Mapping[State, str] = MappingProxyType(
    {
        State.IN_STOCK: "green",
        State.LIMITED: "amber",
        State.RESTOCKING: "amber",
        State.OUT: "red",
        State.UNKNOWN: "grey",
    }
)


def wish_in_words() -> str:
    """What leads to where one asks to be told when it is back."""
    return pgettext("to a shopper", "Tell me when it is back")


def when_in_words(told: Available) -> str:
    """When it would come, as far as that is known; else nothing."""
    if told.window:
        return window_in_words(told.window)
    if told.restock_on:
        return _("Expected back on %(day)s") % {"day": day(told.restock_on)}
    return ""


def window_in_words(window: Window) -> str:
    return days_in_words(window, timezone.localdate(), get_language())


@lru_cache(maxsize=2_000)
def days_in_words(window: Window, today: date, language: str) -> str:
    """There are few of them, and wording a day is slow. It goes by `today`, too: another year is named."""
    first, last = day(window.first), day(window.last)
    if first == last:
        return _("Delivery on %(day)s") % {"day": first}
    return _("Delivery between %(first)s and %(last)s") % {"first": first, "last": last}
