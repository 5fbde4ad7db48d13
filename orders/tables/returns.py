"""Lists of returns."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter

from orders.models import Return, ReturnStatus
from orders.queries.returns import search_returns
from stocke.core.web.filters import StaffFilter
from stocke.core.web.tables import LinkColumn, MomentColumn, StaffTable, StatusColumn


class ReturnTable(StaffTable):
    number = LinkColumn("orders:return", args=("number",), verbose_name=_("Return"), orderable=False)
    state = StatusColumn(verbose_name=_("State"), orderable=False)
    order = tables.Column(accessor="order__number", verbose_name=_("Order"), orderable=False)
    customer = tables.Column(
        accessor="order__customer__full_name", verbose_name=_("Customer"), orderable=False
    )
    supplier = tables.Column(
        accessor="purchase_order__supplier__name", verbose_name=_("Supplier"), orderable=False
    )
    requested_at = MomentColumn(verbose_name=_("Requested"), order_by="id")
    received_at = MomentColumn(verbose_name=pgettext_lazy("return", "Received"), orderable=False)

    class Meta:
        order_by = "-requested_at"


class ReturnFilter(StaffFilter):
    status = ChoiceFilter(choices=ReturnStatus.choices, label=_("State"))

    class Meta:
        model = Return
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_returns(rows, words)
