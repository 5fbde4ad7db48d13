"""The list of feeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from stocke.core.web.filters import StaffFilter
from stocke.core.web.formats import duration
from stocke.core.web.status import Status
from stocke.core.web.tables import AgeColumn, LinkColumn, MomentColumn, StaffTable, StatusColumn
from suppliers.models import AbsentPolicy, Feed, RunStatus, Supplier, Transport
from suppliers.queries.feeds import RUNS_SHOWN, rhythm_of, search_feeds
from suppliers.tables.runs import state_of_run

TICK, GAP = 4, 2


@dataclass(frozen=True)
class Ticks:
    """The last imports of a feed by their states, the newest last, and the same in words."""

    states: tuple[str, ...]
    words: str

    @property
    def drawing(self) -> SafeString:
        """As bars and as words. A function, not a template: the list of feeds draws it fifty times."""
        drawn = bars(self.states) if self.states else "–"
        return format_html('{}<span class="se-only-read">{}</span>', drawn, self.words)


@lru_cache(maxsize=1024)
def bars(states: tuple[str, ...]) -> SafeString:
    """A small bar for each, the newest on the right."""
    start, width = RUNS_SHOWN - len(states), RUNS_SHOWN * (TICK + GAP) - GAP
    bar = '<rect class="se-run-{}" x="{}" y="1" width="{}" height="12" rx="1"/>'
    placed = ((state, (start + at) * (TICK + GAP), TICK) for at, state in enumerate(states))
    drawn = format_html_join("", bar, placed)
    return format_html(
        '<svg class="se-ticks" width="{}" height="14" aria-hidden="true">{}</svg>', width, drawn
    )


def ticks_of(recent: Sequence[str]) -> Ticks:
    """`recent` are states, newest first."""
    words = {state: state_of_run(state).word for state in set(recent)}
    return Ticks(tuple(reversed(recent)), ", ".join(words[state] for state in reversed(recent)))


def state_of_feed(feed: Feed) -> Status:
    """One state for a feed of `feeds_for_list`, the worst first."""
    recent: Sequence[str] = getattr(feed, "recent", ())
    if not feed.active:
        return Status("stopped")
    if getattr(feed, "is_held", False):
        return Status("held")
    if recent and recent[0] in (RunStatus.QUEUED, RunStatus.RUNNING):
        return Status("running")
    if recent and recent[0] == RunStatus.FAILED:
        return Status("failed")
    if getattr(feed, "is_silent", False):
        return Status("unknown", _("Silent"))
    return Status("done", _("Fine")) if feed.last_good_at else Status("waiting", _("No import yet"))


def patience_in_words(feed: Feed) -> str:
    """When the feed is silent, and how we know."""
    if feed.patience_minutes is None:
        return rhythm_in_words(feed)
    return gettext("after %(span)s without a good import") % {"span": duration(feed.patience_minutes)}


def rhythm_in_words(feed: Feed) -> str:
    """When it is silent by its own rhythm."""
    rhythm = rhythm_of(feed)
    if rhythm is None:
        return gettext("not yet: no rhythm is known")
    span = {"span": duration(rhythm)}
    if feed.every_minutes is None:
        return gettext("after %(span)s without a good import, by the rhythm of its last ones") % span
    return gettext("after %(span)s without a good import") % span


def absence_in_words(feed: Feed) -> str:
    """What a SKU becomes that is missing from the file."""
    if feed.absent_policy == AbsentPolicy.ZERO:
        return ngettext(
            "unknown, and zero after %(count)s file without it",
            "unknown, and zero after %(count)s files without it",
            feed.absent_files,
        ) % {"count": feed.absent_files}
    return {
        AbsentPolicy.KEEP: gettext("keeps its last statement, and ages"),
        AbsentPolicy.UNKNOWN: gettext("unknown, from the first file without it"),
    }[AbsentPolicy(feed.absent_policy)]


class FeedTable(StaffTable):
    name = LinkColumn("suppliers:feed", hint="supplier", verbose_name=_("Feed"))
    state = StatusColumn(empty_values=(), verbose_name=_("State"), orderable=False)
    recent = tables.Column(empty_values=(), verbose_name=_("Last imports"), orderable=False)
    last_good_at = AgeColumn(verbose_name=_("Last good import"))
    next_run_at = MomentColumn(verbose_name=_("Next import"))
    transport = tables.Column(verbose_name=_("Source"), orderable=False)

    class Meta:
        order_by = "name"

    def render_state(self, record: Feed, column: StatusColumn) -> str:
        return column.render(state_of_feed(record))

    def value_state(self, record: Feed) -> str:
        return state_of_feed(record).word

    def render_recent(self, record: Any) -> str:
        return ticks_of(record.recent).drawing

    def value_recent(self, record: Any) -> str:
        return ticks_of(record.recent).words

    def render_transport(self, record: Feed) -> str:
        return str(Transport(record.transport).label)


class FeedFilter(StaffFilter):
    supplier = django_filters.ModelChoiceFilter(queryset=Supplier.objects.all(), label=_("Supplier"))
    state = django_filters.ChoiceFilter(
        method="filter_state",
        choices=[("held", _("Held")), ("silent", _("Silent")), ("off", _("Switched off"))],
        label=_("State"),
    )

    class Meta:
        model = Feed
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_feeds(rows, words)

    def filter_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        conditions = {"held": Q(is_held=True), "silent": Q(is_silent=True), "off": Q(active=False)}
        return rows.filter(conditions[value])
