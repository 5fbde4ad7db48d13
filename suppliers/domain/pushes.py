"""Levels that a program sent: kept as rows first, then taken along by the feed's next import, the latest word last."""

from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from pathlib import Path
from uuid import uuid4

import polars as pl
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import Min, QuerySet

from stocke.core.actors import Actor
from stocke.core.models import ApiToken
from suppliers.domain.fetching import feed_storage
from suppliers.domain.runs import request_run
from suppliers.models import Feed, Push, Run, RunStatus, Transport
from suppliers.readers import ColumnMap
from suppliers.transports import Fetched, hash_of_file, not_fetched

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
# An empty cell would say nothing at all; a dash says that the quantity is not known.
SAID_UNKNOWN = "-"
FIRST_LINE = 2
SAID = dict.fromkeys([*COLUMNS, "at"], pl.String)
ONCE_PER_KEY = "push_once_per_key"
# Imports whose pushes are over: they count, or a person has decided that they do not.
OVER = [RunStatus.APPLIED, RunStatus.UNCHANGED, RunStatus.REJECTED, RunStatus.UNDONE]
# So many are read into memory at once; so many moments are told apart within one import.
MERGED_AT_ONCE, MOST_MOMENTS = 200, 200
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
    try:
        taken, levels = take_and_merge(run)
    except FileNotFoundError:
        # What an earlier import had merged is no longer kept. By now all pushes are this run's, and read one by one.
        taken, levels = take_and_merge(run)
    path = folder / "fetched"
    levels.select(COLUMNS).write_csv(path, include_bom=True, quote_style="always")
    run.facts = {**run.facts, "said_at": moments_of(levels), "said_unknown": said_unknown(levels)}
    size = path.stat().st_size
    return Fetched(path, "push.csv", size, hash_of_file(path), taken.stated_at)


@dataclass(frozen=True)
class Taken:
    """The pushes of one import, oldest first. `earlier` is an import that has merged those before them already.

    `stated_at` is the earliest moment of all: a promise that was accepted between two of them must not be taken for
    contained in both.
    """

    earlier: Run | None
    pushes: QuerySet[Push]
    stated_at: datetime


def take_and_merge(run: Run) -> tuple[Taken, pl.DataFrame]:
    taken = take(run)
    if taken is None:
        raise not_fetched("nothing_pushed")
    return taken, merged(taken)


@transaction.atomic
def take(run: Run) -> Taken | None:
    """Give the run all open pushes of its feed; of those before a complete one nothing is left to say.

    Also those of earlier imports that failed or were held: a newer import says what they said, and more. What those
    have merged is not read again, so that it costs little however many wait for a person.
    """
    waiting = Push.objects.filter(feed_id=run.feed_id, open=True)
    waiting.filter(run__status__in=OVER).update(open=False)
    newest = waiting.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        return None
    found = waiting.filter(pk__lte=newest)
    begin = found.filter(complete=True).order_by("-pk").values_list("pk", flat=True).first()
    said = found.filter(pk__gte=begin or 0)
    earlier = Run.objects.filter(pushes__in=said).exclude(file="").exclude(pk=run.pk).order_by("-pk").first()
    rest = said.exclude(run=earlier) if earlier else said
    taken = Taken(
        earlier,
        Push.objects.filter(pk__in=list(rest.values_list("pk", flat=True))).order_by("pk"),
        said.aggregate(at=Min("received_at"))["at"],
    )
    found.exclude(run=run).update(run=run)
    run.partial = begin is None
    run.save(update_fields=["partial"])
    return taken


def merged(taken: Taken) -> pl.DataFrame:
    """One row per SKU, with what was said of it last and when."""
    levels = levels_of(taken.earlier) if taken.earlier else pl.DataFrame(schema=SAID)
    for pushes in batched(taken.pushes.iterator(), MERGED_AT_ONCE):
        tables = [levels, *(levels_in(push.file, push.received_at) for push in pushes)]
        levels = pl.concat(tables).unique(subset="sku", keep="last", maintain_order=True)
    return levels


def levels_in(file: str, at: datetime) -> pl.DataFrame:
    with feed_storage().open(file) as kept:
        levels = pl.read_csv(kept.read(), infer_schema=False)
    return levels.select(*COLUMNS, at=pl.lit(at.isoformat()))


def levels_of(run: Run) -> pl.DataFrame:
    """What an import has merged, each row with the moment that the import remembers of it."""
    levels = levels_in(run.file, run.stated_at).with_row_index("line", FIRST_LINE)
    for line, at in run.facts.get("said_at", []):
        levels = levels.with_columns(at=pl.when(pl.col("line") >= line).then(pl.lit(at)).otherwise("at"))
    return levels.drop("line")


def moments_of(levels: pl.DataFrame) -> list[tuple[int, str]]:
    """From which line on the rows were said at which moment; of many moments the first ones count as one."""
    lines = levels.with_row_index("line", FIRST_LINE).filter(pl.col("at") != pl.col("at").shift(1))
    return list(lines.select("line", "at").tail(MOST_MOMENTS).iter_rows())


def said_unknown(levels: pl.DataFrame) -> int:
    """Of how many SKUs the program has said that their quantity is not known: that is understood."""
    return levels.filter(pl.col("quantity") == SAID_UNKNOWN).height


def forget_pushes(before: datetime, *, limit: int = 500) -> int:
    """Delete what was sent before that time and is over; how many there were."""
    old = list(Push.objects.filter(received_at__lt=before, open=False).order_by("pk")[:limit])
    for push in old:
        feed_storage().delete(push.file)
    Push.objects.filter(pk__in=[push.pk for push in old]).delete()
    return len(old)
