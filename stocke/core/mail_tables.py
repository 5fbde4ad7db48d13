"""The list of messages."""

from typing import Any

import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFromToRangeFilter

from stocke.core.domain.letter_kinds import KINDS, label_of
from stocke.core.domain.outbox import held_for
from stocke.core.models import Message, MessageStatus
from stocke.core.outbox_queries import STUCK, search_messages
from stocke.core.web.filters import StaffFilter
from stocke.core.web.status import Status, Words
from stocke.core.web.tables import LinkColumn, MomentColumn, ShownColumn, StaffTable, StatusColumn

SHOWN: dict[str, tuple[str, Words]] = {
    MessageStatus.DRAFT: ("propose", _("Draft")),
    MessageStatus.APPROVED: ("waiting", _("Waiting to be sent")),
    MessageStatus.SENDING: ("running", _("Sending")),
    MessageStatus.SENT: ("done", _("Sent")),
    MessageStatus.BOUNCED: ("refused", _("Bounced")),
    MessageStatus.FAILED: ("failed", _("Failed")),
    MessageStatus.UNSURE: ("unsure", _("Unsure")),
    MessageStatus.CANCELLED: ("undone", _("Cancelled")),
}
STUCK_CHOICE = "stuck"


def state_of(message: Message) -> Status:
    """A held draft is more than a draft: it waits for a fact."""
    return Status("held") if held_for(message) else Status(*SHOWN[message.status])


class KindColumn(ShownColumn):
    say = staticmethod(label_of)


class MessageTable(StaffTable):
    subject = LinkColumn("core:message", hint="recipient", verbose_name=_("Subject"), orderable=False)
    recipient_name = tables.Column(verbose_name=_("To"), orderable=False)
    kind = KindColumn(verbose_name=_("Kind of mail"), orderable=False)
    state = StatusColumn(accessor="status", verbose_name=_("State"), orderable=False)
    created_at = MomentColumn(verbose_name=_("Written"), order_by="id")
    sent_at = MomentColumn(verbose_name=_("Sent"), orderable=False)

    class Meta:
        order_by = "-created_at"

    def render_state(self, record: Message) -> str:
        return str(self.columns["state"].column.render(state_of(record)))

    def value_state(self, record: Message) -> str:
        return state_of(record).word


class MessageFilter(StaffFilter):
    state = ChoiceFilter(
        method="filter_state",
        choices=[(STUCK_CHOICE, _("Needs a person")), *MessageStatus.choices],
        label=_("State"),
    )
    kind = ChoiceFilter(choices=[(kind.key, kind.label) for kind in KINDS.values()], label=_("Kind of mail"))
    written = DateFromToRangeFilter(field_name="created_at", label=_("Written"))

    class Meta:
        model = Message
        fields: list[str] = []

    def filter_state(self, messages: QuerySet[Message], name: str, value: str) -> QuerySet[Message]:
        return messages.filter(STUCK) if value == STUCK_CHOICE else messages.filter(status=value)

    def search(self, rows: QuerySet[Any], words: str) -> QuerySet[Any]:
        return search_messages(rows, words)
