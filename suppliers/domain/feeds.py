"""Feeds as people set them up, and the files they hand in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain.credentials import keep_secrets, only, stored
from stocke.core.domain.history import record
from stocke.core.sealing import Secrets
from suppliers.domain.deciding import FeedIsBusy
from suppliers.domain.fetching import feed_storage, suffix_of
from suppliers.domain.limits import Limits, in_words
from suppliers.domain.mappings import save_version
from suppliers.domain.pushes import COLUMN_MAP
from suppliers.domain.runs import request_run
from suppliers.models import Feed, Run, Supplier, Transport
from suppliers.queries.runs import is_overtaken
from suppliers.transports import hash_of

# Evaluated only by type checkers: at run time Django's class takes no parameter.
type Upload = File[bytes]

# What decides how a file is judged or read: after a change, even the same file is worth reading again.
READING = {"transport", "location", "access", "absent_policy", "limits"}
# Ways by which files come to us: we never go for them.
BROUGHT = {Transport.UPLOAD, Transport.PUSH}
SOURCE = {"transport", "location", "access"}
SETTINGS = (
    "name",
    "transport",
    "location",
    "access",
    "every_minutes",
    "absent_policy",
    "absent_files",
    "patience_minutes",
    "limits",
)


class Overtaken(Exception):
    """The feed has said something newer that counts."""


@dataclass(frozen=True)
class GivenSecrets:
    """Secrets as a form hands them over: those that were typed, and the names of stored ones that stay."""

    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    kept: frozenset[str] = frozenset()


@transaction.atomic
def create_feed(
    supplier: Supplier, *, by: Actor, secrets: GivenSecrets | None = None, **settings: Any
) -> Feed:
    """A new source of a supplier's stock. Raises IntegrityError when he has one of this name."""
    feed = Feed(supplier=supplier, **settings)
    feed.next_run_at = first_run(feed)
    feed.credential = keep_secrets(None, secrets.given) if secrets else None
    feed.save()
    record(feed, "feed.created", by=by, after=told(feed, SETTINGS))
    know_columns(feed, by=by)
    return feed


def know_columns(feed: Feed, *, by: Actor) -> None:
    """What is sent to us has columns of our own making: nobody has to confirm them."""
    if feed.transport == Transport.PUSH:
        save_version(feed, COLUMN_MAP.to_json(), by=by)


@transaction.atomic
def edit_feed(
    feed: Feed, *, by: Actor, why: str = "", secrets: GivenSecrets | None = None, **settings: Any
) -> Feed:
    """Change settings of a feed; the next import obeys them, even if its file is the same.

    Without `secrets` the stored ones stay as they are.
    """
    locked = Feed.objects.select_for_update().select_related(None).get(pk=feed.pk)
    if secrets is not None:
        change_secrets(locked, secrets, by=by)
    before = {name: getattr(locked, name) for name in settings}
    changed = {name for name in settings if settings[name] != before[name]}
    if not changed:
        return locked
    was = told(locked, changed)
    for name in changed:
        setattr(locked, name, settings[name])
    forget_what_no_longer_holds(locked, changed)
    locked.save()
    record(locked, "feed.edited", by=by, **differing(was, told(locked, changed)), why=why)
    if "transport" in changed:
        know_columns(locked, by=by)
    return locked


def forget_what_no_longer_holds(feed: Feed, changed: set[str]) -> None:
    """After these settings changed: what we knew of the last file, of the source, and of the next time."""
    if changed & READING:
        feed.last_sha256 = ""
    if changed & SOURCE:
        feed.remembered = {}
    if changed & {"transport", "every_minutes", "active"}:
        feed.next_run_at = first_run(feed)


def change_secrets(feed: Feed, secrets: GivenSecrets, *, by: Actor) -> None:
    """Keep the secrets of a locked feed. On the record is that they changed, and nothing of them."""
    had = feed.credential
    stays_as_it_was = not secrets.given and (had is None or secrets.kept >= set(stored(had)))
    if stays_as_it_was:
        return
    feed.credential = keep_secrets(had, secrets.given, kept=secrets.kept)
    feed.save(update_fields=["credential"])
    record(feed, "feed.credentials_changed" if feed.credential else "feed.credentials_removed", by=by)


def secrets_with(feed: Feed | None, secrets: GivenSecrets) -> Secrets:
    """What was typed, beside the stored secrets of the feed that stay."""
    kept = stored(feed.credential) if feed else Secrets()
    return Secrets({**only(kept, secrets.kept), **secrets.given})


def stored_names(feed: Feed) -> set[str]:
    """The names of the secrets that are kept for this feed; none for those that no key opens any more."""
    return set(stored(feed.credential))


def first_run(feed: Feed) -> Any:
    """Now, for a feed that we fetch by ourselves; never, for one that people bring."""
    by_itself = feed.active and feed.every_minutes and feed.transport not in BROUGHT
    return timezone.now() if by_itself else None


def told(feed: Feed, names: Iterable[str]) -> dict[str, Any]:
    """The settings as JSON; each way in and each limit by its own name."""
    values = {name: getattr(feed, name) for name in names}
    ways = {f"access.{name}": value for name, value in values.pop("access", {}).items()}
    if "limits" in values:
        ways |= {
            f"limits.{name}": text for name, text in in_words(Limits.from_json(values.pop("limits"))).items()
        }
    return {
        name: v if v is None or isinstance(v, int | str | dict) else str(v)
        for name, v in {**values, **ways}.items()
    }


def differing(before: dict[str, Any], after: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Both, without what is the same."""
    names = {name for name in {**before, **after} if before.get(name) != after.get(name)}
    return {
        "before": {name: value for name, value in before.items() if name in names},
        "after": {name: value for name, value in after.items() if name in names},
    }


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
    """Where it is kept, and its hash."""
    sha256 = hash_of(file.chunks())
    file.seek(0)
    return feed_storage().save(f"{feed.pk}/in/{uuid4().hex}{suffix_of(str(file.name))}", file), sha256


def read_again(run: Run, *, by: Actor) -> Run:
    """Import the file of an earlier run once more, as the feed is read now.

    Raises FeedIsBusy; raises Overtaken where a newer file counts, because the older one would undo it.
    """
    if is_overtaken(run):
        raise Overtaken(run.pk)
    known = {"file": run.file, "file_name": run.file_name, "size_bytes": run.size_bytes, "sha256": run.sha256}
    # What its sender has told of the file beside it.
    told_beside = {name: run.facts[name] for name in ("said_unknown",) if name in run.facts}
    again = request_run(
        run.feed,
        by=by,
        trigger="again",
        taken_at=run.taken_at,
        partial=run.partial,
        facts=told_beside,
        **known,
    )
    if again is None:
        raise FeedIsBusy(run.feed_id)
    return again
