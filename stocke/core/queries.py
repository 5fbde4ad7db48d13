"""Questions about people, history and messages."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Q, QuerySet

from stocke.core.models import HistoryEntry, SavedView, User

COUNT_LIMIT = 10_000
FEW = 200


def counted(rows: QuerySet[Any], limit: int = COUNT_LIMIT) -> int:
    """How many they are; 10,001 stands for more than 10,000, and no more are counted."""
    # Keys alone: what the rows are annotated with would be computed for each row counted.
    return rows.order_by().values("pk")[: limit + 1].count()


def counted_with_keys(rows: QuerySet[Any]) -> tuple[int, list[int] | None]:
    """How many they are, as `counted`, and the keys of all where they are few: what took long to find is found once.

    One statement, few or not.
    """
    try:
        query, parameters = rows.order_by().values_list("pk")[: COUNT_LIMIT + 1].query.sql_with_params()
    except EmptyResultSet:
        return 0, []
    with connections[rows.db].cursor() as cursor:
        cursor.execute(f"SELECT count(*), (array_agg(pk))[1:{FEW}] FROM ({query}) AS found (pk)", parameters)
        count, keys = cursor.fetchone()
    return count, (keys or []) if count <= FEW else None


def timeline(*threads: str, limit: int = 200) -> QuerySet[HistoryEntry]:
    """What happened to these things, newest first."""
    return HistoryEntry.objects.filter(thread__in=threads).order_by("-id")[:limit]


def saved_views(user: User, page: str) -> QuerySet[SavedView]:
    """The views of one list that this person sees: his own and the shared ones."""
    return SavedView.objects.filter(Q(user=user) | Q(shared=True), page=page)


def colleagues() -> QuerySet[User]:
    """Everybody who works or has worked here, with their roles."""
    return User.objects.prefetch_related("groups")
