"""Making feeds, changing them, switching them, and their addresses: each on the record."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from stocke.channels.adfeeds.models import AdFeed, AdFetch
from stocke.core.actors import Actor
from stocke.core.domain.history import record

# A platform is told its new address by hand; until then it fetches by the old one.
OLD_LINK_COUNTS = timedelta(days=3)
SETTINGS = (
    "name",
    "format",
    "channel",
    "id_template",
    "link_template",
    "currency",
    "country",
    "language",
    "condition",
    "only_listed",
    "category",
    "supplier_id",
    "least_price_cents",
    "every_minutes",
    "retire_days",
)


@transaction.atomic
def make_feed(target: str, *, by: Actor, **facts: Any) -> AdFeed:
    feed = AdFeed.objects.create(target=target, **facts)
    record(feed, "adfeed.made", by=by, target=target)
    return feed


@transaction.atomic
def change_feed(feed: AdFeed, *, by: Actor, **facts: Any) -> bool:
    """Whether anything differs; then its file is built anew."""
    kept = AdFeed.objects.select_for_update(no_key=True).get(pk=feed.pk)
    changed = {name: value for name, value in facts.items() if getattr(kept, name) != value}
    if not changed:
        return False
    before = {name: worded(getattr(kept, name)) for name in changed}
    AdFeed.objects.filter(pk=feed.pk).update(**changed, wanted_at=timezone.now())
    after = {name: worded(value) for name, value in changed.items()}
    record(feed, "adfeed.changed", by=by, before=before, after=after)
    return True


def worded(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, str)) else str(value)


@transaction.atomic
def switch_feed(feed: AdFeed, *, on: bool, by: Actor) -> None:
    """Off: its address opens nothing. The file is kept, and built anew once it is on again."""
    if AdFeed.objects.filter(pk=feed.pk, active=not on).update(active=on, wanted_at=timezone.now()):
        record(feed, "adfeed.switched_on" if on else "adfeed.switched_off", by=by)


@transaction.atomic
def change_link(feed: AdFeed, *, at_once: bool, by: Actor) -> None:
    """Another address. The old one opens the file for three more days, or nothing from now on."""
    until = None if at_once else timezone.now() + OLD_LINK_COUNTS
    AdFeed.objects.filter(pk=feed.pk).update(link_version=F("link_version") + 1, old_link_until=until)
    record(feed, "adfeed.link_revoked" if at_once else "adfeed.link_changed", by=by)


def want_file(feed: AdFeed) -> None:
    """Have its file built soon, whatever has changed."""
    AdFeed.objects.filter(pk=feed.pk).update(wanted_at=timezone.now())


def note_fetch(feed: AdFeed, *, agent: str, status: int) -> None:
    at = timezone.now()
    AdFetch.objects.create(feed=feed, at=at, agent=agent[:200], status=status, sha256=feed.sha256)
    AdFeed.objects.filter(pk=feed.pk).update(fetched_at=at)
