"""A dry run as lists: the lines that find no product, and those that would change something."""

from collections.abc import Mapping
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stocke.core.web.filters import StaffFilter, YesNoFilter
from stocke.core.web.formats import quantity
from stocke.core.web.status import Status
from stocke.core.web.tables import MoneyColumn, NumberColumn, QuantityColumn, StaffTable
from suppliers.models import Change, TrialLine
from suppliers.queries.trials import search_lines
from suppliers.tables.checks import CHECKS, Words
from suppliers.tables.guards import outcome_of


class TrialTable(StaffTable):
    name = tables.Column(verbose_name=gettext_lazy("Name"), orderable=False, empty_values=())
    supplier_sku = tables.Column(verbose_name=gettext_lazy("Supplier SKU"), orderable=False)

    def render_name(self, record: TrialLine) -> str:
        return record.name or record.supplier_sku


class UnmatchedLineTable(TrialTable):
    gtin = tables.Column(verbose_name=gettext_lazy("Barcode (GTIN)"), orderable=False)
    quantity_after = QuantityColumn(
        kind="kind_after", verbose_name=gettext_lazy("In this file"), orderable=False
    )
    raw = tables.Column(verbose_name=gettext_lazy("As written"), orderable=False)
    cost_cents = MoneyColumn(verbose_name=gettext_lazy("Purchase price"), orderable=False)
    line = NumberColumn(verbose_name=gettext_lazy("Line"), orderable=False)

    class Meta:
        order_by = "line"


class ChangeLineTable(TrialTable):
    change = tables.Column(verbose_name=gettext_lazy("Change"), orderable=False)
    quantity_before = QuantityColumn(kind="kind_before", verbose_name=gettext_lazy("Before"), orderable=False)
    quantity_after = QuantityColumn(
        kind="kind_after", verbose_name=gettext_lazy("In this file"), orderable=False
    )
    raw = tables.Column(verbose_name=gettext_lazy("As written"), orderable=False)
    reserved = NumberColumn(verbose_name=gettext_lazy("Promised"), orderable=False)
    line = NumberColumn(verbose_name=gettext_lazy("Line"), orderable=False)

    class Meta:
        order_by = "-reserved"

    def render_change(self, value: str) -> str:
        return str(Change(value).label)

    def render_quantity_before(self, record: TrialLine) -> str:
        return quantity(record.quantity_before, record.kind_before) if record.kind_before else "–"

    def render_quantity_after(self, record: TrialLine) -> str:
        return quantity(record.quantity_after, record.kind_after) if record.kind_after else _("absent")


class LineFilter(StaffFilter):
    class Meta:
        model = TrialLine
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_lines(rows, words)


class ChangeLineFilter(LineFilter):
    change = django_filters.ChoiceFilter(choices=Change.choices, label=gettext_lazy("Change"))
    promised = YesNoFilter(method="filter_promised", label=gettext_lazy("Already promised"))

    def filter_promised(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(reserved__gt=0) if value else rows.filter(reserved=0)


def matched_words(counts: dict[str, int]) -> list[tuple[str, int]]:
    """How many lines found their product by which rule, in the order of the rules."""
    words = {
        "by_sku": _("by our SKU"),
        "by_gtin": _("by barcode"),
        "by_supplier_sku": _("by the supplier SKU of another offer"),
    }
    return [(words[name], counts[name]) for name in words if name in counts]


JUDGED: Mapping[str, Status] = {
    "apply": Status("safe", gettext_lazy("Passes the guards")),
    "safe": Status("partly", gettext_lazy("Would be applied safely")),
    "hold": Status("held", gettext_lazy("Would be held")),
}


def judged(verdict: Mapping[str, Any]) -> tuple[Status, list[Words]]:
    """What the guards would say to the import, and of which checks."""
    stopped = [check["check"] for check in verdict.get("checks", []) if outcome_of(check) != "apply"]
    return JUDGED[verdict["result"]], [CHECKS[name] for name in stopped if name in CHECKS]
