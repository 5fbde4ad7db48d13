"""The list of feeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from stocke.core.web.filters import StaffFilter
from stocke.core.web.status import Status
from stocke.core.web.tables import AgeColumn, LinkColumn, MomentColumn, StaffTable, StatusColumn
from suppliers.models import Feed, RunStatus, Supplier, Transport
from suppliers.queries.feeds import RUNS_SHOWN, search_feeds
from suppliers.tables.runs import state_of_run

TICK, GAP = 4, 2


@dataclass(frozen=True)
class Tick:
    """One import as a small bar; newest on the right."""

    x: int
    status: str


@dataclass(frozen=True)
class Ticks:
    """The last imports of a feed, and the same in words."""

    marks: Sequence[Tick]
    words: str

    @property
    def width(self) -> int:
        return RUNS_SHOWN * (TICK + GAP) - GAP


def ticks_of(recent: Sequence[str]) -> Ticks:
    """`recent` are states, newest first."""
    start = RUNS_SHOWN - len(recent)
    marks = [Tick((start + at) * (TICK + GAP), status) for at, status in enumerate(reversed(recent))]
    return Ticks(marks, ", ".join(state_of_run(status).word for status in reversed(recent)))


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
        return render_to_string("suppliers/ticks.html", {"ticks": ticks_of(record.recent)})

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
