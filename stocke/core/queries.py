"""Questions about people, history and messages."""

from django.db.models import Q, QuerySet

from stocke.core.models import HistoryEntry, SavedView, User


def timeline(*threads: str, limit: int = 200) -> QuerySet[HistoryEntry]:
    """What happened to these things, newest first."""
    return HistoryEntry.objects.filter(thread__in=threads).order_by("-id")[:limit]


def saved_views(user: User, page: str) -> QuerySet[SavedView]:
    """The views of one list that this person sees: his own and the shared ones."""
    return SavedView.objects.filter(Q(user=user) | Q(shared=True), page=page)


def colleagues() -> QuerySet[User]:
    """Everybody who works or has worked here, with their roles."""
    return User.objects.prefetch_related("groups")
