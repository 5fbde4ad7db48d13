"""Feeds as people set them up, and the files they hand in."""

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from suppliers.domain.deciding import FeedIsBusy
from suppliers.domain.fetching import feed_storage, suffix_of
from suppliers.domain.runs import request_run
from suppliers.models import Feed, Run, Supplier, Transport
from suppliers.queries.runs import is_overtaken

# Evaluated only by type checkers: at run time Django's class takes no parameter.
type Upload = File[bytes]

# What decides how a file is judged or read: after a change, even the same file is worth reading again.
READING = {"transport", "location", "absent_policy", "max_lost_share", "max_zeroed_share"}
SETTINGS = (
    "name",
    "transport",
    "location",
    "every_minutes",
    "absent_policy",
    "max_lost_share",
    "max_zeroed_share",
)


class Overtaken(Exception):
    """The feed has said something newer that counts."""


@transaction.atomic
def create_feed(supplier: Supplier, *, by: Actor, **settings: Any) -> Feed:
    """A new source of a supplier's stock. Raises IntegrityError when he has one of this name."""
    feed = Feed(supplier=supplier, **settings)
    feed.next_run_at = first_run(feed)
    feed.save()
    record(feed, "feed.created", by=by, after=told(feed, SETTINGS))
    return feed


@transaction.atomic
def edit_feed(feed: Feed, *, by: Actor, why: str = "", **settings: Any) -> Feed:
    """Change settings of a feed; the next import obeys them, even if its file is the same."""
    locked = Feed.objects.select_for_update().select_related(None).get(pk=feed.pk)
    before = told(locked, settings)
    for name, value in settings.items():
        setattr(locked, name, value)
    after = told(locked, settings)
    changed = {name for name in after if after[name] != before[name]}
    if not changed:
        return locked
    if changed & READING:
        locked.last_sha256 = ""
    if changed & {"transport", "every_minutes", "active"}:
        locked.next_run_at = first_run(locked)
    locked.save()
    record(locked, "feed.edited", by=by, before=pick(before, changed), after=pick(after, changed), why=why)
    return locked


def first_run(feed: Feed) -> Any:
    """Now, for a feed that we fetch by ourselves; never, for one that people bring."""
    by_itself = feed.active and feed.every_minutes and feed.transport != Transport.UPLOAD
    return timezone.now() if by_itself else None


def told(feed: Feed, names: Iterable[str]) -> dict[str, Any]:
    """The settings as JSON: a share as text, so that nothing is rounded on the record."""
    values = {name: getattr(feed, name) for name in names}
    return {name: v if v is None or isinstance(v, int | str | bool) else str(v) for name, v in values.items()}


def pick(values: dict[str, Any], names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}


def receive_file(feed: Feed, file: Upload, *, by: Actor) -> Run:
    """Keep a file that somebody handed in and ask for its import. Raises FeedIsBusy, with nothing kept."""
    name, digest = keep_upload(feed, file)
    known = {"file": name, "file_name": str(file.name)[-200:], "size_bytes": file.size, "sha256": digest}
    run = request_run(feed, by=by, trigger="upload", taken_at=timezone.now(), **known)
    if run is None:
        feed_storage().delete(name)
        raise FeedIsBusy(feed.pk)
    return run


def keep_upload(feed: Feed, file: Upload) -> tuple[str, str]:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return feed_storage().save(
        f"{feed.pk}/in/{uuid4().hex}{suffix_of(str(file.name))}", file
    ), digest.hexdigest()


def read_again(run: Run, *, by: Actor) -> Run:
    """Import the file of an earlier run once more, as the feed is read now.

    Raises FeedIsBusy; raises Overtaken where a newer file counts, because the older one would undo it.
    """
    if is_overtaken(run):
        raise Overtaken(run.pk)
    known = {"file": run.file, "file_name": run.file_name, "size_bytes": run.size_bytes, "sha256": run.sha256}
    again = request_run(run.feed, by=by, trigger="again", taken_at=run.taken_at, **known)
    if again is None:
        raise FeedIsBusy(run.feed_id)
    return again
