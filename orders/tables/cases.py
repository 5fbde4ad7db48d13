"""Lists of cases and refunds."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from orders.models import CaseCause, CaseStatus, Refund, StockoutCase
from orders.queries.cases import search_cases, search_refunds
from stocke.core.web.filters import StaffFilter
from stocke.core.web.tables import DayColumn, LinkColumn, MomentColumn, MoneyColumn, StaffTable, StatusColumn


class CaseTable(StaffTable):
    number = LinkColumn(
        "orders:stockout",
        args=("number",),
        verbose_name=_("Case"),
        orderable=False,
        attrs={"td": {"class": "se-nowrap"}},
    )
    state = StatusColumn(verbose_name=_("State"), orderable=False)
    product = tables.Column(accessor="line__ordered_name", verbose_name=_("Product"), orderable=False)
    customer = tables.Column(
        accessor="line__order__customer__full_name", verbose_name=_("Customer"), orderable=False
    )
    order = tables.Column(accessor="line__order__number", verbose_name=_("Order"), orderable=False)
    cause = tables.Column(accessor="get_cause_display", verbose_name=_("Cause"), orderable=False)
    opened_at = MomentColumn(verbose_name=_("Opened"), order_by="id")
    respond_by = MomentColumn(verbose_name=_("Answer by"), orderable=False)
    choice = tables.Column(accessor="choice__get_kind_display", verbose_name=_("Chosen"), orderable=False)
    cost_cents = MoneyColumn(verbose_name=_("Cost"), currency="line__order__currency", orderable=False)

    class Meta:
        order_by = "-opened_at"


class CaseFilter(StaffFilter):
    status = ChoiceFilter(choices=CaseStatus.choices, label=_("State"))
    cause = ChoiceFilter(choices=CaseCause.choices, label=_("Cause"))

    class Meta:
        model = StockoutCase
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_cases(rows, words)


class RefundTable(StaffTable):
    customer = LinkColumn(
        "orders:refund_done",
        accessor="line__order__customer__full_name",
        verbose_name=_("Customer"),
        orderable=False,
    )
    amount_cents = MoneyColumn(verbose_name=_("Amount"), orderable=False)
    state = StatusColumn(verbose_name=_("State"), orderable=False)
    due_on = DayColumn(verbose_name=_("To be paid by"), orderable=False)
    order = tables.Column(accessor="line__order__number", verbose_name=_("Order"), orderable=False)
    product = tables.Column(accessor="line__ordered_name", verbose_name=_("Product"), orderable=False)
    case = tables.Column(accessor="case__number", verbose_name=_("Case"), orderable=False)
    done_at = MomentColumn(verbose_name=_("Done"), orderable=False)
    reference = tables.Column(verbose_name=_("Payment reference"), orderable=False)


class RefundFilter(StaffFilter):
    status = ChoiceFilter(choices=Refund.Status.choices, label=_("State"))

    class Meta:
        model = Refund
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_refunds(rows, words)
