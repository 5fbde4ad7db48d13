"""The list of learned words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from stocke.core.web.filters import StaffFilter
from stocke.core.web.tables import DayColumn, LinkColumn, StaffTable
from suppliers.forms.words import MEANINGS, TITLES, said_as
from suppliers.models import LearnedWord, Stands, Supplier
from suppliers.queries.words import search_words
from suppliers.readers.availability import own_key, own_words
from suppliers.readers.columns import FIELD_LABELS

COUNTED = [("least", _("at least so many units")), ("exact", _("exactly so many units"))]


class WordTable(StaffTable):
    text = LinkColumn("suppliers:word", verbose_name=_("Word"))
    stands = tables.Column(verbose_name=_("Stands"))
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
    stands = django_filters.ChoiceFilter(choices=Stands.choices, label=_("Stands"))
    meaning = django_filters.ChoiceFilter(
        method="filter_meaning", choices=[*MEANINGS.items(), *COUNTED, *TITLES.items()], label=_("Means")
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


@dataclass(frozen=True)
class Unexplained:
    """A word of a file that no table knew; `meaning` is what somebody has explained since."""

    text: str
    field: str
    lines: int
    keys: Sequence[str]
    meaning: str = ""


def unexplained(facts: Mapping[str, Any], heard: Mapping[str, str]) -> list[Unexplained]:
    """The words about the stock that an import kept as not understood; `heard` is what is known by now."""
    words = own_words(heard)
    return [
        Unexplained(
            text=word["text"],
            field=str(FIELD_LABELS[word["field"]]),
            lines=word["lines"],
            keys=word["keys"],
            meaning=said_as(words[own_key(word["text"])]) if own_key(word["text"]) in words else "",
        )
        for word in facts.get("unknown_words", [])
        if word["field"] in ("quantity", "availability")
    ]
