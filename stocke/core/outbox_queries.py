"""Questions about the outbox."""

from django.db.models import Q, QuerySet

from stocke.core.models import MailTemplate, Message, MessageStatus
from stocke.core.models.message import HELD

LOOKED_AT = 200
HELD_DRAFT = Q(status=MessageStatus.DRAFT, error__startswith=HELD)
STUCK = Q(status__in=[MessageStatus.UNSURE, MessageStatus.BOUNCED, MessageStatus.FAILED]) | HELD_DRAFT


def messages_in_short() -> QuerySet[Message]:
    """Messages without their contents: for lists."""
    return Message.objects.defer("text", "html", "facts", "attachments")


def stuck_messages() -> QuerySet[Message]:
    """Mails that go no further without a person: unsure, refused, failed, or held for want of a fact."""
    return messages_in_short().filter(STUCK)


def count_stuck() -> int:
    return stuck_messages().count()


def messages_about(*threads: str, limit: int = 50) -> QuerySet[Message]:
    """What was written about these things, newest first."""
    return messages_in_short().filter(thread__in=threads).order_by("-id")[:limit]


def messages_to(address: str, limit: int = 50) -> QuerySet[Message]:
    """What was written to this address, newest first."""
    return messages_in_short().filter(recipient=address).order_by("-id")[:limit]


def latest_of_kind(kind: str, limit: int = 12) -> QuerySet[Message]:
    """The last messages of a kind that name facts: those of real orders. Looked for among the newest only."""
    newest = Message.objects.filter(kind=kind).order_by("-id").values("pk")[:LOOKED_AT]
    return Message.objects.filter(pk__in=newest).exclude(facts={}).order_by("-id")[:limit]


def own_templates() -> dict[tuple[str, str], MailTemplate]:
    """The merchant's own words by kind and language."""
    return {(own.kind, own.language): own for own in MailTemplate.objects.all()}


def search_messages(messages: QuerySet[Message], words: str) -> QuerySet[Message]:
    """Messages to a person or an address, or with a subject, that hold these words."""
    return messages.filter(
        Q(recipient__holds=words) | Q(recipient_name__holds=words) | Q(subject__holds=words)
    )
