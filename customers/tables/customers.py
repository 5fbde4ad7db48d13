"""The list of customers."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from customers.models import Customer
from customers.queries.customers import search_customers
from stocke.core.models.user import User
from stocke.core.web.filters import StaffFilter
from stocke.core.web.tables import DayColumn, LinkColumn, StaffTable


class CustomerTable(StaffTable):
    name = LinkColumn("customers:customer", accessor="full_name", verbose_name=_("Name"), orderable=False)
    email = tables.Column(verbose_name=_("E-mail"))
    phone = tables.Column(verbose_name=_("Phone"), orderable=False)
    language = tables.Column(verbose_name=_("Language"), orderable=False)
    country = tables.Column(verbose_name=_("Country"), orderable=False)
    created_at = DayColumn(verbose_name=_("Since"), order_by="id")

    class Meta:
        order_by = "-created_at"

    def render_language(self, record: Customer) -> str:
        return record.get_language_display()


class CustomerFilter(StaffFilter):
    language = ChoiceFilter(choices=User.Language.choices, label=_("Language"))

    class Meta:
        model = Customer
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_customers(rows, words)
