"""The lists of feeds and of what one of them says."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from stocke.channels.adfeeds.models import AdEntry, AdFeed, Pause, Target
from stocke.channels.adfeeds.queries.feeds import search_entries, search_feeds
from stocke.channels.adfeeds.tables.words import (
    PROBLEMS,
    problem_in_words,
    state_of_entry,
    state_of_feed,
    why_entry,
)
from stocke.core.web.filters import StaffFilter
from stocke.core.web.tables import AgeColumn, LinkColumn, NumberColumn, StaffTable, StatusColumn


class AdFeedTable(StaffTable):
    name = LinkColumn("adfeeds:feed", hint="get_target_display", verbose_name=_("Feed"))
    state = StatusColumn(accessor="problem", empty_values=(), verbose_name=_("State"), orderable=False)
    channel = tables.Column(accessor="channel__name", verbose_name=_("Channel"))
    rows_ = NumberColumn(accessor="rows", verbose_name=_("Rows"))
    checked_at = AgeColumn(verbose_name=_("Built"))
    fetched_at = AgeColumn(verbose_name=_("Fetched"))

    class Meta:
        order_by = "name"

    def render_state(self, record: AdFeed, column: StatusColumn) -> str:
        return column.render(state_of_feed(record))

    def value_state(self, record: AdFeed) -> str:
        return state_of_feed(record).word


class AdFeedFilter(StaffFilter):
    target = django_filters.ChoiceFilter(choices=Target.choices, label=_("For"))

    class Meta:
        model = AdFeed
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_feeds(rows, words)


class AdEntryTable(StaffTable):
    item_id = LinkColumn(
        "suppliers:product", ("product_id",), hint="product__name", verbose_name=_("Product")
    )
    state = StatusColumn(accessor="pause", empty_values=(), verbose_name=_("Says"), orderable=False)
    reason = tables.Column(verbose_name=_("Why"), orderable=False)
    problems = tables.Column(verbose_name=_("To mend"), orderable=False)
    changed_at = AgeColumn(verbose_name=_("Since"), orderable=False)

    class Meta:
        order_by = ("item_id",)

    def render_state(self, record: AdEntry, column: StatusColumn) -> str:
        return column.render(state_of_entry(record))

    def value_state(self, record: AdEntry) -> str:
        return state_of_entry(record).word

    def render_reason(self, record: AdEntry) -> str:
        return why_entry(record)

    def value_reason(self, record: AdEntry) -> str:
        return why_entry(record)

    def render_problems(self, value: list[str]) -> str:
        return " · ".join(problem_in_words(code) for code in value)

    def value_problems(self, value: list[str]) -> str:
        return self.render_problems(value)


class AdEntryFilter(StaffFilter):
    says = django_filters.ChoiceFilter(
        method="filter_says",
        choices=[*Pause.choices[1:], ("held", _("not sent yet"))],
        label=_("Says"),
    )
    problem = django_filters.ChoiceFilter(
        method="filter_problem", choices=[("any", _("something")), *PROBLEMS.items()], label=_("To mend")
    )

    class Meta:
        model = AdEntry
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_entries(rows, words)

    def filter_says(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(sent_at=None) if value == "held" else rows.filter(pause=value)

    def filter_problem(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        wanting = rows.filter(~Q(problems=[]))
        return wanting if value == "any" else wanting.filter(problems__contains=[value])
