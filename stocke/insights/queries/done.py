"""What the house did by itself since yesterday evening."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from stocke.core.models import HistoryEntry
from stocke.core.models.history import ActorKind
from stocke.products.models import Publication

EVENING = time(18)
# Nobody reads the difference between ten thousand and a million, and counting them has a price.
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Done:
    """`count` things of one kind, at most MOST_COUNTED + 1."""

    key: str
    count: int


def yesterday_evening(now: datetime) -> datetime:
    """18:00 of the day before, where the operator is."""
    return datetime.combine(now.date() - timedelta(days=1), EVENING, tzinfo=now.tzinfo)


def counted(rows: QuerySet[Any]) -> int:
    return rows.order_by()[: MOST_COUNTED + 1].count()


def recorded(kind: str, since: datetime, by: ActorKind = ActorKind.JOB) -> QuerySet[HistoryEntry]:
    return HistoryEntry.objects.filter(kind=kind, at__gte=since, actor_kind=by)


def done_without_you(since: datetime) -> list[Done]:
    """Each kind of thing that needed nobody, most telling first. What did not happen is left out."""
    # A line that is sourced while a supplier answers is one that he refused and another source took over.
    counts = {
        "orders": counted(recorded("order.confirmed", since)),
        "levels": counted(Publication.objects.filter(at__gte=since)),
        "refusals": counted(recorded("line.sourced", since, ActorKind.SUPPLIER)),
        "cases": counted(recorded("case.settled", since)),
        "playbook": counted(recorded("playbook.acted", since)),
        "imports": counted(recorded("run.applied", since)),
        "mails": counted(recorded("message.sent", since)),
    }
    return [Done(key, count) for key, count in counts.items() if count]
