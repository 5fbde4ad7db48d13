"""The list of products."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from stocke.core.web.filters import StaffFilter
from stocke.core.web.formats import quantity
from stocke.core.web.status import Status
from stocke.core.web.tables import (
    AgeColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    ShownColumn,
    StaffTable,
    StatusColumn,
)
from stocke.products.models import Category, Fulfilment, Level, Light, Product
from stocke.products.queries.products import search_products
from suppliers.models import Offer, Supplier


class LeadColumn(ShownColumn):
    """“2 to 5 days”: the offers that can deliver now, quickest to slowest."""

    @staticmethod
    def say(level: Level) -> str:
        return lead_in_words(level)


class ProductTable(StaffTable):
    name = LinkColumn("suppliers:product", hint="sku", verbose_name=_("Product"), orderable=False)
    sku = tables.Column(verbose_name=_("SKU"), visible=False)
    light = StatusColumn(empty_values=(), verbose_name=pgettext_lazy("level", "Light"), orderable=False)
    sellable = NumberColumn(empty_values=(), verbose_name=_("Sellable"), orderable=False)
    offer_count = NumberColumn(verbose_name=_("Offers"), orderable=False)
    lead = LeadColumn(accessor="level", verbose_name=_("Lead time"), orderable=False)
    oldest = AgeColumn(verbose_name=_("Age"), orderable=False)
    price_cents = MoneyColumn(verbose_name=_("Price"), orderable=False)
    category = tables.Column(verbose_name=_("Category"), orderable=False)

    class Meta:
        order_by = "sku"

    def render_light(self, record: Product, column: StatusColumn) -> str:
        return column.render(light_of(record))

    def value_light(self, record: Product) -> str:
        return light_of(record).word

    def render_sellable(self, record: Product) -> str:
        return sellable_of(record)

    def value_sellable(self, record: Product) -> str | int:
        level = level_of(record)
        return sellable_of(record) if level.light == Light.UNKNOWN else level.sellable


def level_of(product: Product) -> Level:
    """The product's level; an unknown one in the seconds before it is first computed."""
    known: Level | None = getattr(product, "level", None)
    return known or Level(product=product)


def sellable_of(product: Product) -> str:
    """The number, or the word "unknown": nobody stated a zero."""
    level = level_of(product)
    return quantity(level.sellable, "unknown" if level.light == Light.UNKNOWN else "exact")


def light_of(product: Product) -> Status:
    return Status(level_of(product).light)


def lead_in_words(level: Level) -> str:
    first, last = level.lead_days_min, level.lead_days_max
    if first is None or last is None:
        return "–"
    if first == last:
        return str(_("%(days)s d") % {"days": first})
    return str(_("%(first)s to %(last)s d") % {"first": first, "last": last})


class ProductFilter(StaffFilter):
    light = django_filters.ChoiceFilter(
        field_name="level__light", choices=Light.choices, label=pgettext_lazy("level", "Light")
    )
    category = django_filters.ModelChoiceFilter(queryset=Category.objects.all(), label=_("Category"))
    supplier = django_filters.ModelChoiceFilter(
        queryset=Supplier.objects.all(), method="filter_supplier", label=_("Supplier")
    )
    fulfilment = django_filters.ChoiceFilter(choices=Fulfilment.choices, label=_("Fulfilment"))
    active = django_filters.ChoiceFilter(
        method="filter_active", choices=[("yes", _("yes")), ("no", _("no"))], label=_("Sold")
    )

    class Meta:
        model = Product
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_products(rows, words)

    def filter_supplier(self, rows: QuerySet[Any], name: str, supplier: Supplier) -> QuerySet[Any]:
        return rows.filter(Exists(Offer.objects.filter(product=OuterRef("pk"), supplier=supplier)))

    def filter_active(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(active=value == "yes")
