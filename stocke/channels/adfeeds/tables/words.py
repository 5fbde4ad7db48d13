"""What feeds say and miss, in words and shapes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stocke.channels.adfeeds.domain.certainty import PAUSED_FOR, Decision
from stocke.channels.adfeeds.domain.targets import MANNERS, says
from stocke.channels.adfeeds.models import AdEntry, AdFeed, Pause, Reason, Word
from stocke.core.web.formats import day
from stocke.core.web.status import Status

PROBLEMS: Mapping[str, Any] = MappingProxyType(
    {
        "long_id": gettext_lazy("the id is too long"),
        "no_title": gettext_lazy("no name"),
        "no_link": gettext_lazy("no address of its page"),
        "no_image": gettext_lazy("no picture"),
        "no_price": gettext_lazy("no price"),
        "other_currency": gettext_lazy("price in another currency"),
        "bad_gtin": gettext_lazy("barcode with a wrong check digit"),
        "no_gtin": gettext_lazy("no barcode"),
        "no_brand": gettext_lazy("no brand"),
        "long_title": gettext_lazy("the name is too long and is cut"),
    }
)
SHAPES = {Word.IN: "in_stock", Word.OUT: "out", Word.BACKORDER: "waiting"}


def problem_in_words(code: str) -> str:
    return str(PROBLEMS.get(code, code))


def state_of_feed(feed: AdFeed) -> Status:
    if not feed.active:
        return Status("stopped", _("Switched off"))
    if feed.claim is not None and feed.claimed_until and feed.claimed_until > timezone.now():
        return Status("running", _("Being built"))
    if feed.problem:
        return Status("failed", _("Building failed"))
    if feed.built_at is None:
        return Status("waiting", _("Waits to be built"))
    return Status("safe", _("Ready"))


def state_of(word: str | None, pause: str) -> Status:
    """Paused and excluded come before the word: that is what keeps an item out of ads."""
    if pause == Pause.EXCLUDED:
        return Status("stopped", Pause.EXCLUDED.label)
    if pause == Pause.ADS:
        return Status("verify", Pause.ADS.label)
    known = Word(word or Word.OUT)
    return Status(SHAPES[known], known.label)


def state_of_entry(entry: AdEntry) -> Status:
    if entry.sent_at is None:
        return Status("held", _("not sent yet"))
    return state_of(entry.word, entry.pause)


def said_of(entry: AdEntry, feed: AdFeed) -> str:
    """The very word in the file."""
    return says(MANNERS[feed.target], Word(entry.word or Word.OUT), Pause(entry.pause))


def why(reason: str, pause: str, doubtful_since: Any, available_on: Any) -> str:
    """Why it is said, in a sentence."""
    words = str(Reason(reason).label)
    if available_on:
        return _("%(why)s: %(day)s") % {"why": words, "day": day(available_on)}
    if doubtful_since is None:
        return words
    if pause == Pause.ADS:
        return _("%(why)s; ads rest since %(since)s, excluded from %(until)s on") % {
            "why": words,
            "since": day(doubtful_since),
            "until": day(doubtful_since + PAUSED_FOR),
        }
    return _("%(why)s since %(since)s, longer than a pause may last") % {
        "why": words,
        "since": day(doubtful_since),
    }


def why_entry(entry: AdEntry) -> str:
    return why(entry.reason, entry.pause, entry.doubtful_since, entry.available_on)


def why_decision(decision: Decision) -> str:
    return why(decision.reason, decision.pause, decision.doubtful_since, decision.available_on)
