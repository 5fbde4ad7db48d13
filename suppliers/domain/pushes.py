"""Levels that a program sent: kept as rows first, then taken along by the feed's next import, the latest word last."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import polars as pl
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Q

from stocke.core.actors import Actor
from stocke.core.models import ApiToken
from suppliers.domain.fetching import feed_storage
from suppliers.domain.runs import request_run
from suppliers.models import Feed, Push, Run, RunStatus, Transport
from suppliers.readers import ColumnMap
from suppliers.transports import Fetched, not_fetched

# Evaluated only by type checkers: at run time Django's class takes no parameter.
type Body = File[bytes]

COLUMNS = ("sku", "name", "gtin", "quantity", "price", "currency", "lead_days")
# The columns are ours, so nobody has to confirm them, and a point is a point.
COLUMN_MAP = ColumnMap(
    fields={"key": 0, "name": 1, "gtin": 2, "quantity": 3, "price": 4, "currency": 5, "lead": 6},
    header=COLUMNS,
    header_row=1,
    decimal=".",
    quantity_decimal=".",
    constant_counts=True,
)
ONCE_PER_KEY = "push_once_per_key"
# Imports whose pushes are over: they count, or a person has decided that they do not.
OVER = [RunStatus.APPLIED, RunStatus.UNCHANGED, RunStatus.REJECTED, RunStatus.UNDONE]
MOST_AT_ONCE = 2000
SENDER = Actor.job("push")


class KeyTaken(Exception):
    """Something else was sent under this key before."""


@dataclass(frozen=True)
class Received:
    """`is_new` is False where the same was sent under the same key before."""

    push: Push
    is_new: bool


def receive(
    feed: Feed, file: Body, *, rows: int, digest: str, complete: bool, key: str, token: ApiToken
) -> Received:
    """Keep what was sent, and ask for an import. Raises KeyTaken, with nothing kept.

    `file` are the levels as rows of COLUMNS. What is kept counts with the next import, whatever dies meanwhile.
    """
    if key and (earlier := sent_before(feed, key, digest)):
        return Received(earlier, is_new=False)
    name = feed_storage().save(f"{feed.pk}/push/{uuid4().hex}.csv", file)
    try:
        with transaction.atomic():
            push = Push.objects.create(
                feed=feed, file=name, rows=rows, digest=digest, complete=complete, key=key, token=token
            )
    except IntegrityError as error:
        feed_storage().delete(name)
        if ONCE_PER_KEY not in str(error):
            raise
        earlier = sent_before(feed, key, digest)
        if earlier is None:
            raise
        return Received(earlier, is_new=False)
    request_run(feed, by=SENDER, trigger="push")
    return Received(push, is_new=True)


def sent_before(feed: Feed, key: str, digest: str) -> Push | None:
    earlier = Push.objects.filter(feed=feed, key=key).first()
    if earlier and earlier.digest != digest:
        raise KeyTaken(key)
    return earlier


def feeds_with_waiting_pushes() -> list[Feed]:
    """Feeds whose pushes no import has taken yet, and none is at work that could."""
    waiting = Push.objects.filter(open=True, run=None, feed__active=True).values("feed")
    open_runs = Run.objects.filter(status__in=[RunStatus.QUEUED, RunStatus.RUNNING]).values("feed")
    return list(Feed.objects.filter(pk__in=waiting, transport=Transport.PUSH).exclude(pk__in=open_runs))


def ask_for_the_rest(feed: Feed) -> Run | None:
    """An import of what was sent while one was at work, at once; the clock would ask a little later."""
    if feed.transport != Transport.PUSH or not Push.objects.filter(feed=feed, open=True, run=None).exists():
        return None
    return request_run(feed, by=SENDER, trigger="push")


def has_open_pushes(feed: Feed) -> bool:
    return Push.objects.filter(feed=feed, open=True).exclude(run__status__in=OVER).exists()


def gather(run: Run, folder: Path) -> Fetched:
    """Everything that was sent and does not count yet, as one file. Raises NotFetched where there is nothing."""
    pushes = take(run)
    if not pushes:
        raise not_fetched("nothing_pushed")
    path = folder / "fetched"
    merged(pushes).write_csv(path, include_bom=True, quote_style="always")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Fetched(path, "push.csv", path.stat().st_size, digest, stated_at(pushes))


@transaction.atomic
def take(run: Run) -> list[Push]:
    """Give the run all open pushes of its feed, oldest first; of those before a complete one nothing is left to say.

    Also those of earlier imports that failed or were held: a newer import says what they said, and more.
    """
    locked = (
        Push.objects.select_for_update(of=("self",)).filter(feed_id=run.feed_id, open=True).order_by("pk")
    )
    found = list(locked.select_related("run")[:MOST_AT_ONCE])
    is_over = Q(pk__in=[push.pk for push in found if push.run and push.run.status in OVER])
    Push.objects.filter(is_over).update(open=False)
    taken = [push for push in found if push.run is None or push.run.status not in OVER]
    Push.objects.filter(pk__in=[push.pk for push in taken]).update(run=run)
    run.partial = not any(push.complete for push in taken)
    run.save(update_fields=["partial"])
    begin = max((place for place, push in enumerate(taken) if push.complete), default=0)
    return taken[begin:]


def merged(pushes: Sequence[Push]) -> pl.DataFrame:
    """One row per SKU: what was said of it last."""
    tables = []
    for push in pushes:
        with feed_storage().open(push.file) as file:
            tables.append(pl.read_csv(file.read(), infer_schema=False))
    return pl.concat(tables).unique(subset="sku", keep="last", maintain_order=True)


def stated_at(pushes: Sequence[Push]) -> datetime:
    """The earliest: a promise that was accepted between two of them must not be taken for contained in both."""
    return min(push.received_at for push in pushes)


def forget_pushes(before: datetime, *, limit: int = 500) -> int:
    """Delete what was sent before that time and is over; how many there were."""
    old = list(Push.objects.filter(received_at__lt=before, open=False).order_by("pk")[:limit])
    for push in old:
        feed_storage().delete(push.file)
    Push.objects.filter(pk__in=[push.pk for push in old]).delete()
    return len(old)
