"""Feeds: the list, the page, and how many need a person."""

from collections.abc import Sequence
from datetime import timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, DurationField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest, Now
from django.db.models.lookups import LessThan

from suppliers.models import Feed, Run, RunStatus

RUNS_SHOWN = 10
# A feed is silent once it has missed three of its own intervals, and never within the first hour.
SILENT_INTERVALS = 3
SHORTEST_SILENCE = timedelta(hours=1)


def feeds_for_list() -> QuerySet[Feed]:
    """Each feed with the states of its last imports (newest first), whether one is held, and whether it is silent."""
    recent = Run.objects.filter(feed=OuterRef("pk")).order_by("-id").values("status")
    held = Run.objects.filter(feed=OuterRef("pk"), status=RunStatus.HELD)
    return Feed.objects.select_related("supplier").annotate(
        recent=ArraySubquery(recent[:RUNS_SHOWN]), is_held=Exists(held), is_silent=silent()
    )


def silent() -> Case:
    """No good file for three intervals of the feed's own rhythm. Without a rhythm nobody can miss anything."""
    rhythm = F("every_minutes") * Value(timedelta(minutes=SILENT_INTERVALS), output_field=DurationField())
    patience = Greatest(rhythm, Value(SHORTEST_SILENCE), output_field=DurationField())
    is_late = LessThan(Coalesce("last_good_at", "created_at"), Now() - patience)
    return Case(When(Q(active=True, every_minutes__isnull=False) & Q(is_late), then=True), default=False)


def search_feeds(feeds: QuerySet[Feed], words: str) -> QuerySet[Feed]:
    """Each word in the name of the feed or of its supplier. Feeds are few: no index is needed."""
    for word in words.split():
        feeds = feeds.filter(Q(name__holds=word) | Q(supplier__name__holds=word))
    return feeds


def feed_page(pk: int) -> QuerySet[Feed]:
    return feeds_for_list().filter(pk=pk).select_related("supplier", "mapping")


def feeds_in_trouble() -> int:
    """Feeds that wait for a person: something of theirs is held, or they have gone silent."""
    return feeds_for_list().filter(Q(is_held=True) | Q(is_silent=True), active=True).count()


def feeds_by_key(keys: Sequence[int]) -> QuerySet[Feed]:
    return Feed.objects.filter(pk__in=keys).select_related("supplier")
