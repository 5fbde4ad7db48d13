"""The list of purchase orders."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.models import PurchaseOrder, PurchaseOrderStatus
from orders.queries.purchases import search_purchases, undecided
from stocke.core.web.filters import StaffFilter
from stocke.core.web.tables import (
    DueColumn,
    LinkColumn,
    MomentColumn,
    NumberColumn,
    StaffTable,
    StatusColumn,
)
from suppliers.models import Supplier


class PurchaseTable(StaffTable):
    number = LinkColumn(
        "orders:purchase", args=("number",), verbose_name=_("Purchase order"), orderable=False
    )
    supplier = LinkColumn(
        "suppliers:supplier", args=("supplier_id",), verbose_name=_("Supplier"), orderable=False
    )
    state = StatusColumn(verbose_name=_("State"), orderable=False)
    answer_due_at = DueColumn(verbose_name=_("Answer due"), orderable=False)
    order = LinkColumn("orders:order", args=("order__number",), verbose_name=_("Order"), orderable=False)
    line_count = NumberColumn(verbose_name=_("Lines"), orderable=False)
    units = NumberColumn(verbose_name=_("Units"), orderable=False)
    created_at = MomentColumn(verbose_name=_("Written"), orderable=False)

    class Meta:
        order_by = ()

    def render_answer_due_at(self, record: PurchaseOrder) -> str:
        """What is left until the deadline; nothing once he has answered."""
        waits = record.status == PurchaseOrderStatus.WAITING
        return self.base_columns["answer_due_at"].render(record.answer_due_at) if waits else "–"


class PurchaseFilter(StaffFilter):
    status = django_filters.ChoiceFilter(choices=PurchaseOrderStatus.choices, label=_("State"))
    answer = django_filters.ChoiceFilter(
        method="filter_answer",
        choices=[("late", _("overdue")), ("us", _("waits for us"))],
        label=pgettext_lazy("of a supplier", "Answer"),
    )
    supplier = django_filters.ModelChoiceFilter(queryset=Supplier.objects.all(), label=_("Supplier"))

    class Meta:
        model = PurchaseOrder
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_purchases(rows, words)

    def filter_answer(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "us":
            return rows.filter(pk__in=undecided().values("pk"))
        return rows.filter(status=PurchaseOrderStatus.WAITING, answer_due_at__lt=timezone.now())
