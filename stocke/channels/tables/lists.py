"""The lists of channels, of what they sell, and of what they tell us."""

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from stocke.channels.models import Channel, Delivery, DeliveryState, Listing, ShopOrder, ShopOrderState
from stocke.channels.queries.channels import search_channels, search_listings
from stocke.channels.tables.problems import order_in_words
from stocke.channels.tables.states import (
    state_of_channel,
    state_of_delivery,
    state_of_listing,
    state_of_order,
)
from stocke.core.web.filters import StaffFilter
from stocke.core.web.tables import AgeColumn, LinkColumn, NumberColumn, PickColumn, StaffTable, StatusColumn


class ChannelTable(StaffTable):
    name = LinkColumn("channels:channel", hint="url", verbose_name=_("Channel"))
    state = StatusColumn(accessor="problem", empty_values=(), verbose_name=_("State"), orderable=False)
    kind = tables.Column(accessor="get_kind_display", verbose_name=_("Kind"), order_by="kind")
    listing_count = NumberColumn(verbose_name=_("Listings"))
    orders_read_at = AgeColumn(verbose_name=_("Orders read"))
    told_at = AgeColumn(verbose_name=_("Stock told"))

    class Meta:
        order_by = "name"

    def render_state(self, record: Channel, column: StatusColumn) -> str:
        return column.render(state_of_channel(record))

    def value_state(self, record: Channel) -> str:
        return state_of_channel(record).word


class ChannelFilter(StaffFilter):
    active = django_filters.ChoiceFilter(
        method="filter_active", choices=[("yes", _("yes")), ("no", _("no"))], label=_("Connected")
    )

    class Meta:
        model = Channel
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_channels(rows, words)

    def filter_active(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(active=value == "yes")


class ListingTable(StaffTable):
    pick = PickColumn()
    name = LinkColumn(
        "channels:listing", hint="sku", verbose_name=_("Listing"), empty_values=(), order_by=("sku", "id")
    )
    state = StatusColumn(accessor="problem", empty_values=(), verbose_name=_("State"), orderable=False)
    product = tables.Column(accessor="product__sku", verbose_name=_("Product"), orderable=False)
    matched_by = tables.Column(
        accessor="get_matched_by_display", verbose_name=_("Matched by"), orderable=False
    )
    sellable = NumberColumn(accessor="product__level__sellable", verbose_name=_("Sellable"), orderable=False)
    told = NumberColumn(verbose_name=_("Told"), orderable=False)
    told_at = AgeColumn(verbose_name=_("Since"), orderable=False)

    class Meta:
        order_by = "name"

    def render_name(self, record: Listing, column: LinkColumn) -> str:
        return column.render(str(record), record)

    def value_name(self, record: Listing) -> str:
        return str(record)

    def render_state(self, record: Any, column: StatusColumn) -> str:
        return column.render(state_of_listing(record))

    def value_state(self, record: Any) -> str:
        return state_of_listing(record).word


class ListingFilter(StaffFilter):
    state = django_filters.ChoiceFilter(
        method="filter_state",
        choices=[
            ("unmatched", _("without a product")),
            ("problem", _("with a problem")),
            ("double", _("product listed twice")),
            ("gone", _("gone from the shop")),
        ],
        label=_("State"),
    )

    class Meta:
        model = Listing
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_listings(rows, words)

    def filter_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        match value:
            case "unmatched":
                return rows.filter(product=None, gone_at=None)
            case "problem":
                return rows.filter(~Q(problem=""), gone_at=None)
            case "double":
                return rows.filter(is_double=True, gone_at=None)
        return rows.filter(gone_at__isnull=False)


class DeliveryTable(StaffTable):
    topic = tables.Column(verbose_name=_("Subject"), orderable=False)
    resource_id = tables.Column(verbose_name=_("Id there"), orderable=False)
    state = StatusColumn(verbose_name=_("State"), orderable=False)
    times = NumberColumn(verbose_name=_("Times received"), orderable=False)
    received_at = AgeColumn(verbose_name=_("Received"))

    class Meta:
        order_by = "-received_at"

    def render_state(self, record: Delivery, column: StatusColumn) -> str:
        return column.render(state_of_delivery(record))

    def value_state(self, record: Delivery) -> str:
        return state_of_delivery(record).word


class DeliveryFilter(StaffFilter):
    state = django_filters.ChoiceFilter(choices=DeliveryState.choices, label=_("State"))

    class Meta:
        model = Delivery
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return rows.filter(resource_id=words)


class ShopOrderTable(StaffTable):
    pick = PickColumn()
    number = tables.Column(verbose_name=_("Number there"), orderable=False)
    state = StatusColumn(verbose_name=_("State"), orderable=False)
    remote_status = tables.Column(verbose_name=_("State there"), orderable=False)
    our_number = tables.Column(verbose_name=_("Our order"), orderable=False)
    problems = tables.Column(verbose_name=_("To look at"), orderable=False)
    changed_at = AgeColumn(verbose_name=_("Changed there"))

    class Meta:
        order_by = "-changed_at"

    def render_state(self, record: ShopOrder, column: StatusColumn) -> str:
        return column.render(state_of_order(record))

    def value_state(self, record: ShopOrder) -> str:
        return state_of_order(record).word

    def render_problems(self, value: list[dict[str, Any]]) -> str:
        return " · ".join(order_in_words(problem) for problem in value)

    def value_problems(self, value: list[dict[str, Any]]) -> str:
        return self.render_problems(value)


class ShopOrderFilter(StaffFilter):
    state = django_filters.ChoiceFilter(choices=ShopOrderState.choices, label=_("State"))
    problem = django_filters.ChoiceFilter(
        method="filter_problem", choices=[("yes", _("yes"))], label=_("To look at")
    )

    class Meta:
        model = ShopOrder
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return rows.filter(Q(number=words) | Q(remote_id=words) | Q(our_number=words))

    def filter_problem(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.exclude(problems=[])
