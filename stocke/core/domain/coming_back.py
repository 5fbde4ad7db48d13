"""A mail of ours came back: it is marked so, for exactly the person to whom it was written."""

from collections.abc import Sequence

from django.db import transaction

from stocke.core.actors import Actor
from stocke.core.domain.outbox import NotPossible, came_back
from stocke.core.domain.reply_addresses import message_named_by
from stocke.core.models import IncomingMessage, MatchedBy, Message

SORTER = Actor.job("mailbox")


def answered_message(incoming: IncomingMessage) -> tuple[Message | None, MatchedBy]:
    """The mail of ours to which this one answers, and how that is known. The signed address says most."""
    named = message_named_by(incoming.facts.get("addressed_to", ()))
    if named is not None and (found := Message.objects.filter(pk=named).first()):
        return found, MatchedBy.ADDRESS
    for mail_id in [*incoming.facts.get("mail_ids", ()), *incoming.facts.get("references", ())]:
        if found := message_of_mail(str(mail_id)):
            return found, MatchedBy.REFERENCE
    return None, MatchedBy.NOTHING


def message_of_mail(mail_id: str) -> Message | None:
    """The mail that left under this Message-ID: its key stands in it, and the rest must be the same to the letter."""
    key = mail_id.partition("@")[0].rpartition(".")[2]
    if not key.isascii() or not key.isdecimal() or len(key) > 18:
        return None
    return Message.objects.filter(pk=int(key), mail_id=mail_id).first()


@transaction.atomic
def mark_returned(message: Message, failed: Sequence[Sequence[str]]) -> bool:
    """Mark the mail as bounced if its own recipient was given up; whether it is marked now."""
    reason = next((one[1] for one in failed if one[0].casefold() == message.recipient.casefold()), None)
    if reason is None:
        return False
    try:
        came_back(message, reason=reason, by=SORTER)
    except NotPossible as refused:
        return refused.message.status == Message.Status.BOUNCED
    return True
