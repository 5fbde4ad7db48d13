"""The list of what others wrote to us."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter, DateFromToRangeFilter

from stocke.core.incoming_queries import search_received
from stocke.core.models import IncomingKind, IncomingMessage, IncomingStatus
from stocke.core.web.filters import StaffFilter
from stocke.core.web.status import Status, Words
from stocke.core.web.tables import LinkColumn, MomentColumn, StaffTable, StatusColumn

SHOWN: dict[str, tuple[str, Words]] = {
    IncomingStatus.NEW: ("running", _("Just arrived")),
    IncomingStatus.OPEN: ("waiting", _("Needs a person")),
    IncomingStatus.DONE: ("done", _("Settled")),
    IncomingStatus.NOTED: ("stopped", _("Noted")),
}
UNMATCHED = "unmatched"


def state_of_received(received: IncomingMessage) -> Status:
    """One of which nobody knows what it is about is more than open."""
    if received.status == IncomingStatus.OPEN and not received.thread:
        return Status("unsure", _("Unmatched"))
    if received.status == IncomingStatus.NOTED:
        return Status("stopped", IncomingKind(received.kind).label)
    return Status(*SHOWN[received.status])


class ReceivedTable(StaffTable):
    title = LinkColumn("orders:received", hint="sender", verbose_name=_("Subject"), orderable=False)
    sender_name = tables.Column(verbose_name=_("From"), orderable=False)
    state = StatusColumn(accessor="status", verbose_name=_("State"), orderable=False)
    received_at = MomentColumn(verbose_name=pgettext_lazy("message", "Received"), order_by="id")

    class Meta:
        order_by = "-received_at"

    def render_state(self, record: IncomingMessage) -> str:
        return str(self.columns["state"].column.render(state_of_received(record)))

    def value_state(self, record: IncomingMessage) -> str:
        return state_of_received(record).word


class ReceivedFilter(StaffFilter):
    state = ChoiceFilter(
        method="filter_state",
        choices=[(UNMATCHED, _("Unmatched")), *IncomingStatus.choices],
        label=_("State"),
    )
    kind = ChoiceFilter(choices=IncomingKind.choices, label=_("Kind"))
    received = DateFromToRangeFilter(field_name="received_at", label=pgettext_lazy("message", "Received"))

    class Meta:
        model = IncomingMessage
        fields: list[str] = []

    def filter_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == UNMATCHED:
            return rows.filter(status=IncomingStatus.OPEN, thread="")
        return rows.filter(status=value)

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_received(rows, words)
