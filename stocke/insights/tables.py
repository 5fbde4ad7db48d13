"""The list of what ads have cost."""

from datetime import timedelta
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stocke.channels.adfeeds.models import AdFeed
from stocke.core.web.exports import NOTHING
from stocke.core.web.filters import StaffFilter
from stocke.core.web.formats import duration, money
from stocke.core.web.tables import RIGHT, DayColumn, LinkColumn, NumberColumn, StaffTable
from stocke.insights.models import AdSpend
from stocke.insights.queries.ad_spend import search_spend


class AdSpendTable(StaffTable):
    product = LinkColumn(
        "suppliers:product", ("product_id",), hint="product__sku", verbose_name=_("Product"), orderable=False
    )
    feed = tables.Column(verbose_name=_("Feed"), orderable=False)
    day = DayColumn(verbose_name=_("Day"))
    hour = tables.Column(verbose_name=_("Hour"), orderable=False)
    clicks = NumberColumn(verbose_name=_("Clicks"), orderable=False)
    cost_cents = tables.Column(verbose_name=_("Cost"), attrs=RIGHT, orderable=False)
    idle_seconds = tables.Column(verbose_name=_("Not sellable for"), attrs=RIGHT, orderable=False)
    wasted_cents = tables.Column(verbose_name=_("Wasted, estimated"), attrs=RIGHT)

    class Meta:
        order_by = "-wasted_cents"

    def render_idle_seconds(self, value: int) -> str:
        return duration(timedelta(seconds=value)) if value else NOTHING

    def value_idle_seconds(self, value: int) -> int:
        return value // 60

    def render_cost_cents(self, value: int, record: AdSpend) -> str:
        return money(value, record.currency)

    def value_cost_cents(self, value: int) -> float:
        return value / 100

    def render_wasted_cents(self, value: int, record: AdSpend) -> str:
        return money(value, record.currency)

    def value_wasted_cents(self, value: int) -> float:
        return value / 100


class AdSpendFilter(StaffFilter):
    feed = django_filters.ModelChoiceFilter(queryset=AdFeed.objects.order_by("name"), label=_("Feed"))
    days = django_filters.ChoiceFilter(
        method="filter_days",
        choices=[("7", _("last 7 days")), ("30", _("last 30 days")), ("90", _("last 90 days"))],
        label=_("Period"),
    )

    class Meta:
        model = AdSpend
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_spend(rows, words)

    def filter_days(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(day__gte=timezone.localdate() - timedelta(days=int(value)))
