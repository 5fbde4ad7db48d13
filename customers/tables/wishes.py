"""Lists of wishes: by product, and of one product; and where a product stands, in words."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_filters import ChoiceFilter

from customers.domain.restock_reasons import Stage, Standing
from customers.models import UNREACHED, Demand, Wish, WishEnd, WishState
from customers.queries.wishes import search_demand, search_wishes
from stocke.core.web.filters import StaffFilter, YesNoFilter
from stocke.core.web.formats import moment, number
from stocke.core.web.status import Status
from stocke.core.web.tables import LinkColumn, MomentColumn, NumberColumn, StaffTable, StatusColumn
from stocke.products.models import Level

STATES = {
    WishState.ASKED: "unknown",
    WishState.WAITING: "waiting",
    WishState.TELLING: "running",
    WishState.TOLD: "done",
    WishState.ENDED: "stopped",
}


class DemandTable(StaffTable):
    product = LinkColumn(
        "customers:wish_product",
        args=("product_id",),
        hint="product__sku",
        verbose_name=gettext_lazy("Product"),
    )
    sku = tables.Column(accessor="product__sku", verbose_name=gettext_lazy("SKU"), visible=False)
    light = StatusColumn(empty_values=(), verbose_name=gettext_lazy("Stock"), orderable=False)
    waiting = NumberColumn(verbose_name=gettext_lazy("Waiting"))
    units = NumberColumn(verbose_name=gettext_lazy("Units wanted"), orderable=False)
    asked = NumberColumn(verbose_name=gettext_lazy("To confirm"), orderable=False)
    told = NumberColumn(verbose_name=pgettext_lazy("wish", "Told"), orderable=False)
    ended = NumberColumn(verbose_name=gettext_lazy("Ended"), orderable=False)

    class Meta:
        order_by = "-waiting"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns["product"].column.orderable = False

    def render_light(self, record: Demand, column: StatusColumn) -> str:
        return column.render(light_of(record))

    def value_light(self, record: Demand) -> str:
        return light_of(record).word


def light_of(demand: Demand) -> Status:
    known: Level | None = getattr(demand.product, "level", None)
    return Status((known or Level()).light)


class DemandFilter(StaffFilter):
    class Meta:
        model = Demand
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_demand(rows, words)


class WishTable(StaffTable):
    email = tables.Column(verbose_name=gettext_lazy("E-mail"), empty_values=(), orderable=False)
    state = StatusColumn(verbose_name=gettext_lazy("State"), orderable=False)
    quantity = NumberColumn(verbose_name=gettext_lazy("Units"), orderable=False)
    channel = tables.Column(verbose_name=gettext_lazy("Channel"), orderable=False)
    asked_at = MomentColumn(verbose_name=pgettext_lazy("wish", "Asked"), order_by="id")
    confirmed_at = MomentColumn(verbose_name=gettext_lazy("Confirmed"), orderable=False)
    told_at = MomentColumn(verbose_name=pgettext_lazy("wish", "Told"), orderable=False)
    bought_at = MomentColumn(verbose_name=gettext_lazy("Bought"), orderable=False)
    refusal = tables.Column(verbose_name=gettext_lazy("The mail server said"), visible=False)

    class Meta:
        order_by = "-asked_at"

    def render_email(self, record: Wish) -> str:
        return record.email or _("erased")

    def render_state(self, record: Wish, column: StatusColumn) -> str:
        """The reason, and what the mail server said, stand below: words that may break over lines."""
        state = WishState(record.state)
        reason = str(WishEnd(record.ended_why).label) if record.ended_why else ""
        below = " · ".join(filter(None, (reason, getattr(record, "refusal", ""))))
        more = format_html('<br><span class="se-sub">{}</span>', below) if below else ""
        return format_html("{}{}", column.render(Status(STATES[state], state.label)), more)

    def value_state(self, record: Wish) -> str:
        return state_of(record).word


class WishFilter(StaffFilter):
    state = ChoiceFilter(choices=WishState.choices, label=gettext_lazy("State"))
    unreached = YesNoFilter(label=pgettext_lazy("wish", "Not reached"), method="filter_unreached")

    class Meta:
        model = Wish
        fields: list[str] = []

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_wishes(rows, words)

    def filter_unreached(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(ended_why__in=UNREACHED) if value else rows.exclude(ended_why__in=UNREACHED)


def state_of(wish: Wish) -> Status:
    """With the reason where it ended without being told."""
    state = WishState(wish.state)
    word = str(state.label)
    if wish.ended_why:
        word = f"{word} ({WishEnd(wish.ended_why).label})"
    return Status(STATES[state], word)


def standing_in_words(standing: Standing) -> str:
    """What stands in the way, or what comes next."""
    facts = {
        "sellable": number(standing.sellable),
        "minimum": number(standing.minimum),
        "statements": number(standing.statements),
        "wanted": number(standing.wanted_statements),
        "until": moment(standing.until),
        "units": number(standing.units),
    }
    sentence = {
        Stage.NOBODY: _("Nobody waits for it."),
        Stage.OUT: _("It is not back: nobody is told."),
        Stage.FEW: _("%(sellable)s there, %(minimum)s at least are needed before anybody is told."),
        Stage.SEEN: _("It is back: that is noted within a minute."),
        Stage.UNSAID: _(
            "It is back, said %(statements)s of %(wanted)s times in a row: waits for the next import."
        ),
        Stage.YOUNG: _("It is back: if it stays, the first are told at %(until)s."),
        Stage.HELD: _("Those who were told come first; the next wave, for %(units)s units, at %(until)s."),
        Stage.ELSEWHERE: _(
            "%(sellable)s there, but none in the shops from which people wait: they are told once these show some."
        ),
        Stage.NEXT: _("It is back: the first wave, for %(units)s units, is on its way."),
    }[standing.stage]
    return sentence % facts
