"""Feeds: the list, the page, and how many need a person."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, DurationField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest, Now
from django.db.models.lookups import LessThan

from suppliers.models import Feed, FeedMapping, PushKey, Run, RunStatus

RUNS_SHOWN = 10
# A feed is silent once it has missed three of its own intervals, and never within the first hours: a server that is
# restarted, or mended at night, is not silent.
SILENT_INTERVALS = 3
SHORTEST_SILENCE = timedelta(hours=3)
GOOD_RUNS = 11


def feeds_for_list() -> QuerySet[Feed]:
    """Each feed with the states of its last imports (newest first), whether one is held, and whether it is silent."""
    recent = Run.objects.filter(feed=OuterRef("pk"), undoes=None).order_by("-id").values("status")
    held = Run.objects.filter(feed=OuterRef("pk"), status=RunStatus.HELD)
    return Feed.objects.select_related("supplier").annotate(
        recent=ArraySubquery(recent[:RUNS_SHOWN]), is_held=Exists(held), is_silent=silent()
    )


def silent() -> Case:
    """No good file for longer than a person wants to wait, or than three intervals of the feed's own rhythm.

    The rhythm is that of its schedule, or else the one we learned. Without either nobody can miss anything.
    """
    scheduled = Greatest(minutes("every_minutes", SILENT_INTERVALS), Value(SHORTEST_SILENCE))
    learned = minutes("learned_patience_minutes")
    patience = Case(
        When(patience_minutes__isnull=False, then=minutes("patience_minutes")),
        When(every_minutes__isnull=False, then=scheduled),
        default=learned,
        output_field=DurationField(),
    )
    is_late = LessThan(Coalesce("last_good_at", "created_at"), Now() - patience)
    return Case(When(Q(active=True) & Q(is_late), then=True), default=False)


def rhythm_of(feed: Feed) -> timedelta | None:
    """How long it may say nothing good by its own rhythm; None where it has none."""
    if feed.every_minutes is not None:
        return max(timedelta(minutes=SILENT_INTERVALS * feed.every_minutes), SHORTEST_SILENCE)
    learned = feed.learned_patience_minutes
    return None if learned is None else timedelta(minutes=learned)


def minutes(field: str, times: int = 1) -> Combinable:
    return F(field) * Value(timedelta(minutes=times), output_field=DurationField())


def good_moments(feed_id: int) -> list[datetime]:
    """When the feed last said something good, newest first."""
    moments = good_runs(feed_id).exclude(taken_at=None).values_list("taken_at", flat=True)
    return [moment for moment in moments[:GOOD_RUNS] if moment]


def good_runs(feed_id: int) -> QuerySet[Run]:
    """Imports that said something good, newest first: that were applied, or confirmed what counts."""
    confirmed = Q(status=RunStatus.UNCHANGED, facts__same_as_status=RunStatus.APPLIED)
    good = Run.objects.filter(Q(status=RunStatus.APPLIED) | confirmed, feed_id=feed_id, undoes=None)
    return good.order_by("-id")


def silent_feeds() -> QuerySet[Feed]:
    """Feeds that have just fallen silent: nobody has been told yet, and their offers still stand."""
    return Feed.objects.annotate(is_silent=silent()).filter(is_silent=True, silent_since=None)


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


def mappings_of(feed_id: int) -> QuerySet[FeedMapping]:
    """The versions of a feed's mapping, newest first."""
    return FeedMapping.objects.filter(feed=feed_id).select_related("created_by").order_by("-version")


def keys_of_feed(feed_id: int) -> list[PushKey]:
    """The keys by which levels are sent to this feed, the living ones first."""
    keys = PushKey.objects.filter(feed_id=feed_id).select_related("token__created_by")
    return list(keys.order_by(F("token__revoked_at").asc(nulls_first=True), "-pk"))
