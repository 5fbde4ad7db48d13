"""The list of orders."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from orders.models import Order, OrderStatus
from orders.queries.orders import channels_in_use, late, search_orders
from stocke.core.web.filters import StaffFilter
from stocke.core.web.tables import (
    ONE_LINE,
    DayColumn,
    LinkColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    StaffTable,
    StatusColumn,
)


class OrderTable(StaffTable):
    number = LinkColumn(
        "orders:order", args=("number",), hint="external_id", verbose_name=_("Order"), attrs=ONE_LINE
    )
    customer = tables.Column(accessor="customer__full_name", verbose_name=_("Customer"), orderable=False)
    state = StatusColumn(verbose_name=_("State"), orderable=False)
    placed_at = MomentColumn(verbose_name=_("Placed"))
    promised_on = DayColumn(verbose_name=_("Promised for"), orderable=False)
    line_count = NumberColumn(verbose_name=_("Lines"), orderable=False)
    total_cents = MoneyColumn(verbose_name=_("Total"), orderable=False)
    channel = tables.Column(verbose_name=_("Channel"), orderable=False)

    class Meta:
        order_by = "-placed_at"


class OrderFilter(StaffFilter):
    status = django_filters.ChoiceFilter(choices=OrderStatus.choices, label=_("State"))
    promise = django_filters.ChoiceFilter(
        method="filter_promise", choices=[("late", _("passed"))], label=_("Promise")
    )
    channel = django_filters.ChoiceFilter(choices=(), label=_("Channel"))
    placed = django_filters.DateFromToRangeFilter(field_name="placed_at", label=_("Placed"))

    class Meta:
        model = Order
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["channel"].extra["choices"] = [(name, name) for name in channels_in_use()]

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_orders(rows, words)

    def filter_promise(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return late(rows)
