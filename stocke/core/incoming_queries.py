"""Questions about what others wrote to us."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from stocke.core.models import IncomingMessage, IncomingStatus


def unsorted(limit: int = 200) -> list[int]:
    """Messages of which nobody knows yet what they are about, the oldest first."""
    new = IncomingMessage.objects.filter(status=IncomingStatus.NEW)
    return list(new.order_by("pk").values_list("pk", flat=True)[:limit])


def received_in_short() -> QuerySet[IncomingMessage]:
    """Messages without what is repeated in them: for lists."""
    return IncomingMessage.objects.defer("quoted", "facts")


def open_messages() -> QuerySet[IncomingMessage]:
    """Messages that wait for a person."""
    return received_in_short().filter(status=IncomingStatus.OPEN)


def count_open() -> int:
    return open_messages().count()


def open_threads(threads: Collection[str]) -> set[str]:
    """Those of these conversations in which something waits for a person."""
    waiting = IncomingMessage.objects.filter(status=IncomingStatus.OPEN, thread__in=threads)
    return set(waiting.values_list("thread", flat=True))


def received_about(threads: Collection[str], limit: int = 50) -> QuerySet[IncomingMessage]:
    """What was written to us about these things, newest first, with its files."""
    found = IncomingMessage.objects.filter(thread__in=threads).exclude(thread="")
    return found.prefetch_related("files").order_by("-id")[:limit]


def search_received(messages: QuerySet[IncomingMessage], words: str) -> QuerySet[IncomingMessage]:
    return messages.filter(
        Q(sender__icontains=words) | Q(sender_name__icontains=words) | Q(subject__icontains=words)
    )
