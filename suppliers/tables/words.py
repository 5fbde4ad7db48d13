"""The list of learned words."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from stocke.core.web.filters import StaffFilter
from stocke.core.web.tables import DayColumn, LinkColumn, StaffTable
from suppliers.forms.words import MEANINGS, said_as
from suppliers.models import LearnedWord, Supplier
from suppliers.queries.words import search_words

COUNTED = [("least", _("at least so many units")), ("exact", _("exactly so many units"))]


class WordTable(StaffTable):
    text = LinkColumn("suppliers:word", verbose_name=_("Word"))
    meaning = tables.Column(verbose_name=_("Means"))
    supplier = tables.Column(verbose_name=_("In the feeds of"), default=_("all suppliers"))
    changed_by = tables.Column(verbose_name=_("Explained by"), orderable=False)
    changed_at = DayColumn(verbose_name=_("Since"))

    class Meta:
        order_by = "text"

    def render_meaning(self, value: str) -> str:
        return said_as(value)


class WordFilter(StaffFilter):
    supplier = django_filters.ModelChoiceFilter(
        queryset=Supplier.objects.all(), label=_("In the feeds of"), null_label=_("all suppliers")
    )
    meaning = django_filters.ChoiceFilter(
        method="filter_meaning", choices=[*MEANINGS.items(), *COUNTED], label=_("Means")
    )

    class Meta:
        model = LearnedWord
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_words(rows, words)

    def filter_meaning(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "least":
            return rows.filter(meaning__startswith=">")
        return rows.filter(meaning__regex="^[0-9]") if value == "exact" else rows.filter(meaning=value)
