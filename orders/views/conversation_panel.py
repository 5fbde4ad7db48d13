"""The conversation as its panel shows it: what was said to whom, what waits, and the form for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from orders.domain.correspondence import without_keys
from orders.forms.conversations import LetterForm, subject_of_answer
from orders.models import Order, PurchaseOrder
from orders.queries.conversations import (
    Conversation,
    Said,
    conversation_of_order,
    conversation_of_purchase,
)
from orders.tables.received import state_of_received
from stocke.core.domain.letter_kinds import WRITTEN_BY_HAND
from stocke.core.mail_tables import state_of
from stocke.core.models import IncomingKind, IncomingMessage, Message
from stocke.core.web.status import Status
from stocke.core.web.timeline import signature


@dataclass(frozen=True)
class SaidShown:
    """One entry: `way` is "out", "in" or "note"; `url` its own page; `is_open` shows its words at once."""

    way: str
    at: datetime
    who: str
    subject: str
    text: str
    quoted: str
    status: Status | None
    url: str
    is_open: bool
    received: IncomingMessage | None


@dataclass(frozen=True)
class ConversationShown:
    """What the panel draws. `action` is where the form goes."""

    entries: Sequence[SaidShown]
    is_cut: bool
    waiting: int
    form: LetterForm
    action: str


def shown_entry(said: Said) -> SaidShown:
    if said.message is not None:
        return shown_message(said.at, said.message)
    if said.received is not None:
        return shown_received(said.at, said.received)
    note = said.note
    words, who = (note.why, signature(note)) if note else ("", "")
    return SaidShown("note", said.at, who, "", words, "", None, "", True, None)


def shown_message(at: datetime, message: Message) -> SaidShown:
    who, url = message.recipient_name or message.recipient, reverse("core:message", args=[message.pk])
    by_hand = message.kind in WRITTEN_BY_HAND
    text = message.facts.get("letter.text", "") if by_hand else message.text
    return SaidShown(
        "out", at, who, message.subject, without_keys(text), "", state_of(message), url, by_hand, None
    )


def shown_received(at: datetime, received: IncomingMessage) -> SaidShown:
    who, url = received.sender_name or received.sender, reverse("orders:received", args=[received.pk])
    state, is_open = state_of_received(received), received.kind == IncomingKind.LETTER
    text, quoted = without_keys(received.text), without_keys(received.quoted)
    return SaidShown("in", at, who, received.subject, text, quoted, state, url, is_open, received)


def letter_form(
    conversation: Conversation, addresses: Sequence[str], subject: str, data: object = None, *, case: str = ""
) -> LetterForm:
    """The form under a conversation: an answer to what waits longest, else a letter of its own."""
    waiting = conversation.waiting
    answers = waiting[0] if waiting else None
    return LetterForm(
        addresses,
        data,
        answers=answers.pk if answers else None,
        subject=subject_of_answer(answers) if answers else subject,
        case=case,
    )


def shown(conversation: Conversation, form: LetterForm, action: str) -> ConversationShown:
    entries = [shown_entry(one) for one in conversation.said]
    return ConversationShown(entries, conversation.is_cut, len(conversation.waiting), form, action)


def order_conversation(order: Order, data: object = None, *, case: str = "") -> ConversationShown:
    """With the customer. In a case, the answer leads back to it."""
    conversation = conversation_of_order(order)
    subject = _("Your order %(number)s") % {"number": order.number}
    form = letter_form(conversation, [order.customer.email], subject, data, case=case)
    return shown(conversation, form, reverse("orders:write", args=[order.number]))


def purchase_conversation(purchase: PurchaseOrder, data: object = None) -> ConversationShown:
    """With the supplier; whoever wrote for him may be answered too."""
    conversation = conversation_of_purchase(purchase)
    writers = [one.sender for one in reversed(conversation.received) if one.is_proven and one.sender]
    known = [purchase.supplier.email] if purchase.supplier.email else []
    addresses = list(dict.fromkeys([*known, *writers]))
    subject = _("Purchase order %(number)s") % {"number": purchase.number}
    form = letter_form(conversation, addresses, subject, data)
    return shown(conversation, form, reverse("orders:purchase_write", args=[purchase.number]))
