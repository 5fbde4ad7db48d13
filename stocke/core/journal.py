"""Reading the record a page at a time, however long it is: each page begins where the last one ended."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from stocke.core.models import HistoryEntry

PER_PAGE = 60


@dataclass(frozen=True)
class JournalPage:
    """Entries, newest first; `older` is the entry to continue from, if there are more."""

    entries: list[HistoryEntry]
    older: int | None


def read_journal(
    *, kind: str = "", person: int | None = None, thread: str = "", before: int | None = None
) -> JournalPage:
    """The entries that were written before the entry `before`. Every filter is served by an index."""
    entries = HistoryEntry.objects.all()
    if person:
        entries = entries.filter(actor_user=person)
    if thread:
        entries = entries.filter(thread=thread)
    entries = of_kind(entries, kind, before) if kind else by_number(entries, before)
    found = list(entries[: PER_PAGE + 1])
    return JournalPage(found[:PER_PAGE], found[PER_PAGE - 1].pk if len(found) > PER_PAGE else None)


def by_number(entries: QuerySet[HistoryEntry], before: int | None) -> QuerySet[HistoryEntry]:
    ordered = entries.order_by("-id")
    return ordered.filter(pk__lt=before) if before else ordered


def of_kind(entries: QuerySet[HistoryEntry], kind: str, before: int | None) -> QuerySet[HistoryEntry]:
    """By time, because that is how the index of kinds is ordered."""
    ordered = entries.filter(kind=kind).order_by("-at", "-id")
    last = HistoryEntry.objects.filter(pk=before).first() if before else None
    return ordered.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk)) if last else ordered
