"""What of a feed's last file an import may take for granted, and who says that it may not.

While a snapshot is trusted, this holds: every offer whose code it has states what the file of its import said, except
those that are distrusted. So only the lines that differ need to be compared with offers. It is trusted while its
import is the last that changed anything of the feed and is understood as it was then; else the whole file is read,
which costs time and nothing else. So does a file that is lost, or that another host kept for itself.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from suppliers.domain.fetching import feed_storage, keep
from suppliers.domain.kept_rows import LOST, KeptRows, write_rows
from suppliers.models import Distrust, Feed, Run, RunStatus, Snapshot
from suppliers.readers import REMEMBERED_SCHEMA, Recollection, Remembered

# Where more offers are in doubt, comparing all of them is as quick.
MOST_DOUBTED = 20_000
# By these columns today's lines are told from those that are remembered; the others are read when all are put together.
ASKED_FIRST = ("line", "mark", "text", "key")
# Imports that ended so have changed nothing.
HARMLESS = [
    *(RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.HELD, RunStatus.REJECTED),
    *(RunStatus.SUPERSEDED, RunStatus.UNCHANGED, RunStatus.FAILED, RunStatus.PROPOSED),
]
DISTRUST_OFFERS = """
INSERT INTO suppliers_distrust (feed_id, offer_id, since)
SELECT feed.id, offer.id, now()
FROM suppliers_offer offer JOIN suppliers_feed feed ON feed.supplier_id = offer.supplier_id
WHERE offer.id = ANY(%s)
"""
# What this import takes over, the supplier's other feeds no longer state: their next imports take it back.
DISTRUST_ALL = """
INSERT INTO suppliers_distrust (feed_id, since)
SELECT snapshot.feed_id, now() FROM suppliers_snapshot snapshot WHERE NOT EXISTS (
    SELECT 1 FROM suppliers_distrust distrust WHERE distrust.feed_id = snapshot.feed_id AND distrust.offer_id IS NULL
)
"""
DISTRUST_TAKEN_OVER = """
INSERT INTO suppliers_distrust (feed_id, offer_id, since)
SELECT snapshot.feed_id, delta.offer_id, now()
FROM feed_delta delta, suppliers_snapshot snapshot JOIN suppliers_feed feed ON feed.id = snapshot.feed_id
WHERE delta.present AND NOT delta.known AND delta.offer_id IS NOT NULL
  AND feed.supplier_id = %s AND feed.id <> %s
"""
DOUBTED = """
SELECT distrust.id, distrust.offer_id, offer.supplier_sku
FROM suppliers_distrust distrust LEFT JOIN suppliers_offer offer ON offer.id = distrust.offer_id
WHERE distrust.feed_id = %s LIMIT %s
"""


@dataclass(frozen=True)
class Standing:
    """What trust in a snapshot rests on: it must be the same when an import is written as when its file was read."""

    run_id: int
    file: str
    read_as: str
    distrusts: frozenset[int]


@dataclass(frozen=True)
class Recalled:
    """The feed's last file, once loaded, the `facts` of its import, and the codes whose offers have changed since."""

    last: Recollection
    facts: Mapping[str, Any]
    doubted: tuple[str, ...]
    standing: Standing
    flag_counts_as: int


# Where the lines of a file are kept; "" when they are not. It waits until they are.
type Kept = Callable[[], str]


def nowhere() -> str:
    """Nothing was kept."""
    return ""


def distrust(feed: Feed) -> None:
    """Let the feed's next import compare its whole file with all offers, whatever its snapshot says.

    Call it in the transaction that changes what the feed's offers state by another way than an import of the whole
    file: an undo, a mass change. It writes one row, waits for nobody and cannot deadlock. An import that has
    compared already is not disturbed; the one after it obeys. Where few offers are meant, `distrust_offers`.
    """
    Distrust.objects.create(feed=feed)


def distrust_offers(offer_ids: Iterable[int]) -> None:
    """The same for these offers only: the next import of each feed of their suppliers looks them up.

    An offer that the file says nothing new about is then compared as if its line had changed, and one that is
    missing from the file as if it had just gone. Any number of calls, also for the same offers, is harmless.
    """
    with connection.cursor() as cursor:
        cursor.execute(DISTRUST_OFFERS, [list(offer_ids)])


def distrust_all() -> None:
    """The same for every feed: whatever went astray is found by its next file, which is compared in whole."""
    with connection.cursor() as cursor:
        cursor.execute(DISTRUST_ALL)


def recall(run: Run, *, flag_counts_as: int, beside: Executor) -> Recalled | None:
    """What the run may take for granted; None where it must read the whole file. Its lines are loaded `beside`."""
    found = standing_of(run, flag_counts_as=flag_counts_as)
    if found is None:
        return None
    standing, doubted = found
    lines = beside.submit(remembered_in, standing)
    facts = Run.objects.values_list("facts", flat=True).get(pk=standing.run_id)
    return Recalled(handed_over(lines), facts, doubted, standing, flag_counts_as)


def handed_over(coming: Future[Remembered | None]) -> Recollection:
    """What is coming, for the first who asks: he alone holds it, and others are told that it is lost.

    As many lines as a file has: they are not to be held by all who passed them on while another file is read.
    """
    waiting = [coming]
    return lambda: waiting.pop().result() if waiting else None


def remembered_in(standing: Standing) -> Remembered | None:
    """The lines of a snapshot; None where they are lost."""
    try:
        lines = KeptRows(standing.file, ahead=ASKED_FIRST)
    except LOST:
        return None
    return Remembered(standing.read_as, lines) if dict(lines.schema) == REMEMBERED_SCHEMA else None


def standing_of(run: Run, *, flag_counts_as: int) -> tuple[Standing, tuple[str, ...]] | None:
    """How the snapshot of the run's feed stands at this moment, with the doubted codes; None when it is not trusted."""
    last = Run.objects.filter(feed_id=run.feed_id).exclude(status__in=HARMLESS).order_by("-id").first()
    if last is None or last.status != RunStatus.APPLIED:
        return None
    snapshot = Snapshot.objects.filter(
        feed_id=run.feed_id, run_id=last.pk, mapping_id=run.mapping_id, flag_counts_as=flag_counts_as
    ).first()
    with connection.cursor() as cursor:
        cursor.execute(DOUBTED, [run.feed_id, MOST_DOUBTED + 1])
        distrusts = cursor.fetchall()
    is_whole = len(distrusts) > MOST_DOUBTED or any(offer_id is None for _id, offer_id, _code in distrusts)
    if snapshot is None or is_whole:
        return None
    ids = frozenset(pk for pk, _offer_id, _code in distrusts)
    codes = tuple(sorted({code for _id, _offer_id, code in distrusts if code is not None}))
    return Standing(last.pk, snapshot.file, snapshot.read_as, ids), codes


def keep_lines(run: Run, remembered: Remembered) -> str:
    """Store the lines of a file that may come to count; their name. They count when `trust` says so."""
    with tempfile.TemporaryDirectory(prefix="stocke-snapshot-") as folder:
        path = Path(folder) / "lines.parquet"
        write_rows(remembered.kept, path)
        return keep(path, f"{folder_of(run.feed_id)}/{run.pk}-{run.attempts}.parquet")


def forget_lines(file: str) -> None:
    """Lines that did not come to count, or that newer ones replace."""
    if file:
        feed_storage().delete(file)


def take_distrust(feed_id: int) -> bool:
    """Whether anything of the feed was distrusted; from here on it is not.

    For an import of the whole file, before it compares: what commits later is there for the next one.
    """
    deleted, _ = Distrust.objects.filter(feed_id=feed_id).delete()
    return deleted > 0


def distrust_taken_over(feed: Feed) -> None:
    """Tell the supplier's other feeds which of their offers the staged rows take over."""
    with connection.cursor() as cursor:
        cursor.execute(DISTRUST_TAKEN_OVER, [feed.supplier_id, feed.pk])


def lift_distrust(standing: Standing) -> None:
    """What an import has looked up is no longer in doubt."""
    Distrust.objects.filter(pk__in=standing.distrusts).delete()


def trust(run: Run, file: str, read_as: str, *, flag_counts_as: int) -> None:
    """From this transaction's commit on, the next import may take these lines for granted."""
    before = Snapshot.objects.filter(feed_id=run.feed_id).values_list("file", flat=True).first()
    said = {"run_id": run.pk, "mapping_id": run.mapping_id, "flag_counts_as": flag_counts_as}
    Snapshot.objects.update_or_create(
        feed_id=run.feed_id, defaults={**said, "read_as": read_as, "file": file}
    )
    if before:
        transaction.on_commit(partial(forget_lines, before), robust=True)


def forget_stray_lines() -> int:
    """Delete lines that a killed worker left behind, of imports older than the one that counts; how many files."""
    strays = [
        f"{folder_of(snapshot.feed_id)}/{name}"
        for snapshot in Snapshot.objects.order_by("feed_id").iterator()
        for name in feed_storage().listdir(folder_of(snapshot.feed_id))[1]
        if int(name.partition("-")[0]) < snapshot.run_id
    ]
    for name in strays:
        forget_lines(name)
    return len(strays)


def folder_of(feed_id: int) -> str:
    return f"{feed_id}/snapshots"
