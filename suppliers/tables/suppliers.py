"""The list of suppliers, and the list of offers without a product."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from stocke.core.web.filters import StaffFilter
from stocke.core.web.status import Status
from stocke.core.web.tables import (
    AgeColumn,
    DayColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    QuantityColumn,
    StaffTable,
    StatusColumn,
)
from suppliers.models import Offer, Supplier
from suppliers.queries.suppliers import search_suppliers


class SupplierTable(StaffTable):
    name = LinkColumn("suppliers:supplier", hint="code", verbose_name=_("Supplier"))
    state = StatusColumn(accessor="active", verbose_name=_("State"), orderable=False)
    country = tables.Column(verbose_name=_("Country"))
    lead_days = NumberColumn(verbose_name=_("Lead time (days)"))
    ack_hours = NumberColumn(verbose_name=_("Must answer within (hours)"))
    last_good_at = AgeColumn(verbose_name=_("Last good import"), orderable=False)

    class Meta:
        order_by = "name"

    def render_state(self, value: bool, column: StatusColumn) -> str:
        return column.render(state_of(active=value))

    def value_state(self, value: bool) -> str:
        return state_of(active=value).word


def state_of(*, active: bool) -> Status:
    return Status("done", _("Counted on")) if active else Status("stopped")


class SupplierFilter(StaffFilter):
    active = django_filters.ChoiceFilter(
        method="filter_active", choices=[("yes", _("yes")), ("no", _("no"))], label=_("Counted on")
    )

    class Meta:
        model = Supplier
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_suppliers(rows, words)

    def filter_active(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(active=value == "yes")


class UnmatchedTable(StaffTable):
    supplier_sku = LinkColumn("suppliers:match", hint="name", verbose_name=_("Supplier SKU"), orderable=False)
    supplier = tables.Column(verbose_name=_("Supplier"), orderable=False)
    gtin = tables.Column(verbose_name=_("Barcode (GTIN)"), orderable=False)
    quantity = QuantityColumn(
        accessor="stock__quantity", kind="stock__kind", verbose_name=_("Reported stock"), orderable=False
    )
    cost_cents = MoneyColumn(verbose_name=_("Purchase price"), orderable=False)
    created_at = DayColumn(verbose_name=_("First seen"), order_by="id")

    class Meta:
        order_by = "-created_at"


class UnmatchedFilter(StaffFilter):
    supplier = django_filters.ModelChoiceFilter(queryset=Supplier.objects.all(), label=_("Supplier"))

    class Meta:
        model = Offer
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return rows.filter(supplier_sku__startswith=words)
