"""The rows of Today: what waits, why, what is at stake, who has it, and the one verb."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from stocke.core.domain.history import thread_of
from stocke.core.models import HistoryEntry, User
from stocke.core.web.formats import clock, money, number
from stocke.core.web.formats import due as due_in_words
from stocke.core.web.navigation import ENTRIES
from stocke.core.web.places import Place
from stocke.core.web.status import Words, status_of
from stocke.insights.domain.day import Row
from stocke.insights.sentences import (
    Said,
    say_case,
    say_difference,
    say_feed,
    say_mail,
    say_order,
    say_purchase,
    say_question,
    say_received,
    say_refund,
    say_run,
)


@dataclass(frozen=True)
class Kind:
    """How one queue is shown. `entry` is the navigation entry that leads to it, `all_of_it` a nearer address."""

    entry: str
    shape: str
    word: Words
    verb: Words
    rest: Words
    others: Words
    say: Callable[[Any], Said]
    all_of_it: Callable[[], str] | None = None


@dataclass(frozen=True)
class Task:
    """One row of the page."""

    queue: str
    shape: str
    word: str
    title: str
    why: str
    stake: str
    due: datetime
    due_words: str
    owner: User | None
    verb: str
    url: str

    @property
    def tone(self) -> str:
        return status_of(self.shape).tone


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "cases": Kind(
            "cases",
            "out",
            gettext_lazy("Stockout"),
            gettext_lazy("Answer"),
            gettext_lazy("%(count)s stockout cases"),
            gettext_lazy("%(count)s other stockout cases"),
            say_case,
        ),
        "verification": Kind(
            "verification",
            "verify",
            gettext_lazy("To verify"),
            gettext_lazy("Verify"),
            gettext_lazy("%(count)s orders to verify"),
            gettext_lazy("%(count)s other orders to verify"),
            say_order,
        ),
        "questions": Kind(
            "verification",
            "waiting",
            gettext_lazy("Question"),
            gettext_lazy("Decide"),
            gettext_lazy("%(count)s questions to suppliers to decide"),
            gettext_lazy("%(count)s other questions to suppliers to decide"),
            say_question,
            lambda: reverse("orders:questions"),
        ),
        "held": Kind(
            "feeds",
            "held",
            gettext_lazy("Import held"),
            gettext_lazy("Examine"),
            gettext_lazy("%(count)s imports held"),
            gettext_lazy("%(count)s other imports held"),
            say_run,
        ),
        "purchasing": Kind(
            "purchasing",
            "waiting",
            gettext_lazy("No answer"),
            gettext_lazy("Decide"),
            gettext_lazy("%(count)s purchase orders without an answer"),
            gettext_lazy("%(count)s other purchase orders without an answer"),
            say_purchase,
        ),
        "received": Kind(
            "messages",
            "waiting",
            gettext_lazy("Message"),
            pgettext_lazy("to do", "Read"),
            gettext_lazy("%(count)s messages to answer"),
            gettext_lazy("%(count)s other messages to answer"),
            say_received,
            lambda: reverse("orders:received_list", query={"state": "open"}),
        ),
        "messages": Kind(
            "messages",
            "unsure",
            gettext_lazy("Mail"),
            gettext_lazy("Decide"),
            gettext_lazy("%(count)s mails that go no further"),
            gettext_lazy("%(count)s other mails that go no further"),
            say_mail,
            lambda: reverse("core:messages", query={"state": "stuck"}),
        ),
        "refunds": Kind(
            "cases",
            "late",
            gettext_lazy("Refund due"),
            gettext_lazy("Pay back"),
            gettext_lazy("%(count)s refunds due"),
            gettext_lazy("%(count)s other refunds due"),
            say_refund,
            lambda: reverse("orders:refunds"),
        ),
        "feeds": Kind(
            "feeds",
            "unknown",
            gettext_lazy("Feed"),
            gettext_lazy("Follow up"),
            gettext_lazy("%(count)s feeds silent or failed"),
            gettext_lazy("%(count)s other feeds silent or failed"),
            say_feed,
        ),
        "counters": Kind(
            "products",
            "failed",
            gettext_lazy("Proof"),
            gettext_lazy("Look"),
            gettext_lazy("%(count)s counters that differ from the ledger"),
            gettext_lazy("%(count)s other counters that differ from the ledger"),
            say_difference,
        ),
    }
)


def thread_shown(subject: Model) -> str:
    """The thread whose place a row links to. A finding of the proof is about the thing on whose record it stands."""
    if isinstance(subject, HistoryEntry):
        return subject.thread
    return thread_of(subject)


def queue_url(key: str) -> str:
    """Where all of this queue is."""
    kind = KINDS[key]
    return kind.all_of_it() if kind.all_of_it else ENTRIES[kind.entry].url


def exact_when_pressing(due: datetime) -> str:
    """The moment itself, where the page says only how much time is left."""
    left, exact = due_in_words(due)[0], clock(due)
    return "" if exact in left else exact


def task_of(row: Row, places: Mapping[str, Place], *, currency: str) -> Task:
    """The row in words, in the reader's language."""
    key, kind = row.queue.key, KINDS[row.queue.key]
    if row.waiting is None:
        return rest_of(row, kind, currency=currency)
    said = kind.say(row.waiting.subject)
    place = places.get(thread_shown(row.waiting.subject))
    return Task(
        queue=key,
        shape=said.shape or kind.shape,
        word=str(kind.word),
        title=said.title,
        why=said.why,
        stake=said.stake,
        due=row.due,
        due_words=exact_when_pressing(row.due),
        owner=said.owner,
        verb=str(kind.verb),
        url=place.url if place else queue_url(key),
    )


def rest_of(row: Row, kind: Kind, *, currency: str) -> Task:
    """What is left of a queue, always several: a last one would have its own row."""
    words = kind.others if row.left < row.queue.count else kind.rest
    today = _("%(count)s of them due today") % {"count": number(row.left_today)}
    return Task(
        queue=row.queue.key,
        shape=kind.shape,
        word=str(kind.word),
        title=str(words) % {"count": number(row.left)},
        why=today if row.left_today else _("none of them due today"),
        stake=money(row.cents, currency) if row.cents else "",
        due=row.due,
        due_words=exact_when_pressing(row.due),
        owner=None,
        verb=str(kind.verb),
        url=queue_url(row.queue.key),
    )
