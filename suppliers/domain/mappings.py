"""How the columns of a feed are read, version by version."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from suppliers.domain.matching import Matching
from suppliers.models import Feed, FeedMapping, Run, RunStatus
from suppliers.readers import ColumnMap


@transaction.atomic
def save_version(
    feed: Feed,
    column_map: Mapping[str, Any],
    *,
    by: Actor,
    matching: Matching | None = None,
    because_of: Run | None = None,
    like: FeedMapping | None = None,
) -> FeedMapping:
    """Make this the confirmed reading of the feed: a new version, used from the next import on.

    `column_map` is ColumnMap.to_json(). Without a `matching` the one confirmed stays. Saving what is confirmed
    already changes nothing. The record names the import `because_of` which, or the version `like` which, it is so.
    """
    locked = Feed.objects.select_for_update().select_related(None).get(pk=feed.pk)
    now = matching_of(locked.mapping)
    matching = matching or now
    if locked.mapping and is_same(locked.mapping.column_map, column_map) and matching == now:
        return locked.mapping
    last = feed.mappings.aggregate(last=Max("version"))["last"] or 0
    mapping = FeedMapping.objects.create(
        feed=feed,
        version=last + 1,
        column_map=dict(column_map),
        matching=matching.to_json(),
        created_by_id=by.user_id,
    )
    Feed.objects.filter(pk=feed.pk).update(mapping=mapping)
    feed.mapping = mapping
    record(
        feed,
        "feed.mapped",
        by=by,
        before={"version": last},
        after={"version": last + 1},
        run=because_of.pk if because_of else None,
        like=like.version if like else None,
    )
    return mapping


def is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two saved column maps read alike; an older program has not written every entry."""
    return ColumnMap.from_json(one) == ColumnMap.from_json(other)


def go_back(feed: Feed, version: FeedMapping, *, by: Actor) -> FeedMapping:
    """Read the feed again as this earlier version did: a new version with its content. Nothing is rewritten."""
    matching = Matching.from_json(version.matching)
    return save_version(feed, version.column_map, matching=matching, by=by, like=version)


def matching_of(mapping: FeedMapping | None) -> Matching:
    """How offers find their products under this mapping; as by default where nobody has chosen."""
    return Matching.from_json(mapping.matching if mapping else {})


def is_first_under(run: Run) -> bool:
    """Whether no file counts yet that was read under the mapping of this run."""
    counted = Run.objects.filter(feed_id=run.feed_id, mapping_id=run.mapping_id, status=RunStatus.APPLIED)
    return not counted.exclude(pk=run.pk).exists()
