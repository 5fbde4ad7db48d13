"""Building a feed's file: claimed, streamed to disk batch by batch, and put in the place of the last one at once.

Whatever breaks off on the way leaves the last file and its entries as they were.
"""

import gzip
import hashlib
import logging
import tempfile
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from stocke.channels.adfeeds.domain.claims import BuildClaim, ClaimLost, claim_build
from stocke.channels.adfeeds.domain.entries import Spool, is_new, write_entries
from stocke.channels.adfeeds.domain.statements import Clock, Statement, batches, clock_now
from stocke.channels.adfeeds.domain.writing import script_of
from stocke.channels.adfeeds.models import AdFeed

logger = logging.getLogger(__name__)
BATCH = 5_000
# A quick pass: a feed of a million rows is fetched once an hour and built every half.
EFFORT = 3


@dataclass
class Written:
    """A whole file on our disk, and what is in it."""

    sha256: str = ""
    size: int = 0
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)


def ad_storage() -> Storage:
    return storages["adfeeds"]


def build(feed_id: int) -> bool:
    """Build the feed's file; False where somebody else does. Errors are noted with the feed, and raised."""
    claim = claim_build(feed_id)
    if claim is None:
        return False
    try:
        build_claimed(AdFeed.objects.select_related("channel").get(pk=feed_id), claim)
    except ClaimLost:
        logger.warning("The ad feed %s is built by somebody else, or was switched off", feed_id)
        return False
    except Exception as error:
        note_failed(claim, error)
        raise
    return True


def build_claimed(feed: AdFeed, claim: BuildClaim) -> None:
    clock = clock_now()
    with tempfile.TemporaryDirectory(prefix="stocke-ads-") as folder:
        path, spool = Path(folder) / "feed.gz", Spool(Path(folder) / "entries.csv")
        try:
            written = write_file(feed, claim, clock, path, spool)
        finally:
            spool.close()
        if written.sha256 == feed.sha256 and feed.file:
            settle(feed, claim, clock, written, spool, name=feed.file, packed=feed.packed_bytes)
        else:
            name = keep(feed, path)
            try:
                settle(feed, claim, clock, written, spool, name=name, packed=path.stat().st_size)
            except BaseException:
                forget(name)
                raise


def write_file(feed: AdFeed, claim: BuildClaim, clock: Clock, path: Path, spool: Spool) -> Written:
    """Every row, packed, in bounded memory."""
    script, written, digest = script_of(feed), Written(), hashlib.sha256()
    with path.open("wb") as raw, gzip.GzipFile("", "wb", EFFORT, raw, mtime=0) as packed:
        add(script.opening, packed, digest, written)
        for batch in batches(feed, clock, size=BATCH):
            note(batch, written, spool)
            sent = [script.row(one.item) for one in batch if one.is_sent]
            written.rows += len(sent)
            add("".join(sent), packed, digest, written)
            claim.renew(written.rows)
        add(script.closing, packed, digest, written)
    written.sha256 = digest.hexdigest()
    return written


def note(batch: Iterable[Statement], written: Written, spool: Spool) -> None:
    for statement in batch:
        count(statement, written.counts)
        if is_new(statement):
            spool.add(statement)


def add(text: str, packed: gzip.GzipFile, digest: "hashlib._Hash", written: Written) -> None:
    content = text.encode()
    packed.write(content)
    digest.update(content)
    written.size += len(content)


def count(statement: Statement, counts: Counter[str]) -> None:
    """By word and pause for what is sent, by problem for all."""
    if statement.is_sent:
        counts[statement.decision.word] += 1
        if statement.decision.pause:
            counts[statement.decision.pause] += 1
    elif not statement.is_retired:
        counts["held"] += 1
    counts.update(f"problem:{code}" for code in statement.problems)


def keep(feed: AdFeed, path: Path) -> str:
    with path.open("rb") as file:
        return str(ad_storage().save(f"{feed.pk}/{uuid4().hex}.gz", File(file)))


def forget(name: str) -> None:
    """What nobody reads any more; a storage that does not let go of it keeps a file too many, no more."""
    with suppress(OSError):
        ad_storage().delete(name)


@transaction.atomic
def settle(
    feed: AdFeed, claim: BuildClaim, clock: Clock, written: Written, spool: Spool, *, name: str, packed: int
) -> None:
    """Put the new file in the place of the last one, and remember what it says. Raises ClaimLost."""
    is_other = name != feed.file
    facts: dict[str, Any] = {
        "file": name,
        "sha256": written.sha256,
        "size_bytes": written.size,
        "packed_bytes": packed,
        "rows": written.rows,
        "counts": dict(written.counts),
        "built_from": clock.now,
        "checked_at": clock.now,
        "problem": "",
        "failed_at": None,
        "claim": None,
        "claimed_until": None,
    }
    if is_other:
        facts |= {"last_file": F("file"), "built_at": clock.now}
    held = AdFeed.objects.filter(pk=feed.pk, claim=claim.key, active=True)
    if not held.update(**facts):
        raise ClaimLost(feed.pk)
    AdFeed.objects.filter(pk=feed.pk, wanted_at__lte=clock.now).update(wanted_at=None)
    write_entries(feed.pk, spool, at=clock.now)
    if is_other and feed.last_file:
        transaction.on_commit(lambda: forget(feed.last_file))


def note_failed(claim: BuildClaim, error: Exception) -> None:
    """The last file stays; the clock tries again."""
    held = AdFeed.objects.filter(pk=claim.feed_id, claim=claim.key)
    held.update(
        problem=f"{type(error).__name__}: {error}"[:200],
        failed_at=timezone.now(),
        claim=None,
        claimed_until=None,
    )
