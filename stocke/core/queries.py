"""Questions about people, history and messages."""

from django.db.models import QuerySet

from stocke.core.models import HistoryEntry


def timeline(*threads: str, limit: int = 200) -> QuerySet[HistoryEntry]:
    """What happened to these things, newest first."""
    return HistoryEntry.objects.filter(thread__in=threads).order_by("-id")[:limit]
