"""Looking at a file before anything counts: how it would be read, and what it would change."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from suppliers.domain.applying import Read, staged
from suppliers.domain.fetching import NO_LONGER_KEPT, feed_storage
from suppliers.domain.heartbeats import Heartbeat
from suppliers.domain.judging import Usual, judge
from suppliers.domain.matching import Matching, want_unmatched
from suppliers.domain.reading import read_file
from suppliers.domain.trials import settle, settle_failed
from suppliers.domain.verdicts import limits_of, usual_of
from suppliers.domain.writing import find_products
from suppliers.models import FeedMapping, Run, Trial, TrialStatus
from suppliers.queries.runs import usual_runs
from suppliers.queries.words import heard_from
from suppliers.readers import ColumnMap, Limits, NotAFeed, Reading, Vocabulary, read
from suppliers.readers.detection import format_of

# A page reads at most so much of a file; the dry run and the import read all of it.
LOOKED_AT = 20_000_000
PAGE_SECONDS = 10.0
BLOCK = 1 << 20
TEXT_FORMATS, SIGNS = {"csv", "tsv"}, 4_096
CHANGES_KEPT, UNMATCHED_KEPT = 5_000, 20_000
# Of each kind of change the most promised; of what has no product the first in the file.
KEEP_LINES = """
INSERT INTO suppliers_trialline (trial_id, change, offer_id, product_id, supplier_sku, name, gtin, line, kind_before,
                                 quantity_before, kind_after, quantity_after, raw, reserved, cost_cents, currency)
SELECT %(trial)s, change, offer_id, product_id, key, name, gtin, line, coalesce(kind_before, ''), quantity_before,
       CASE WHEN present THEN kind ELSE '' END, CASE WHEN present THEN quantity END, coalesce(raw, ''), reserved,
       cost_cents, currency
FROM (SELECT *, row_number() OVER (PARTITION BY change ORDER BY reserved DESC, line, key) AS place,
             row_number() OVER (PARTITION BY present AND product_id IS NULL ORDER BY line, key) AS unmatched_place
      FROM feed_delta) lines
WHERE (change NOT IN ('same', 'other') AND place <= %(changes)s)
   OR (present AND product_id IS NULL AND unmatched_place <= %(unmatched)s)
ORDER BY line NULLS LAST, key
"""
COUNT_UNMATCHED = "SELECT count(*) FROM feed_delta WHERE present AND product_id IS NULL"


def local_copy(looked: Run | Trial, folder: Path) -> tuple[Path, bool]:
    """The kept file as far as a page looks at it, and whether that is all of it.

    Of a long table in text the first lines are enough; a workbook or an archive is of use only as a whole.
    """
    path, is_long = folder / "file", (looked.size_bytes or 0) > LOOKED_AT
    with feed_storage().open(looked.file) as kept, path.open("wb") as copy:
        head = kept.read(LOOKED_AT)
        copy.write(head[: head.rfind(b"\n") + 1] or head)
        copy.flush()
        if is_long and is_text(path, head):
            return path, False
        copy.seek(0)
        copy.write(head)
        shutil.copyfileobj(kept, copy)
    return path, True


def is_text(path: Path, head: bytes) -> bool:
    """Whether the first lines of a file are a file too; not where a sign takes two bytes and a cut may part them."""
    try:
        return format_of(path, page_limits()) in TEXT_FORMATS and b"\0" not in head[:SIGNS]
    except NotAFeed:
        return False


def page_limits() -> Limits:
    return Limits(max_bytes=settings.FEED_MAX_BYTES, max_rows=settings.FEED_MAX_ROWS, seconds=PAGE_SECONDS)


def look(path: Path, column_map: ColumnMap, vocabulary: Vocabulary) -> Reading | None:
    """The file under this map; None where a page would wait too long for it. Raises NotAFeed."""
    today = timezone.localdate()
    try:
        return read(path, column_map=column_map, vocabulary=vocabulary, limits=page_limits(), today=today)
    except NotAFeed as problem:
        if problem.code != "too_slow":
            raise
        return None


def work_off(trial: Trial) -> None:
    """Read and compare a claimed trial. Tried anew or forgotten meanwhile, it is left to the later attempt."""
    with Heartbeat(trial) as heart:
        try:
            read = understood(trial, heart)
        except NotAFeed as problem:
            settle_failed(trial, problem.message)
        except FileNotFoundError:
            settle_failed(trial, NO_LONGER_KEPT)
        else:
            heart.enter("comparing", total=read.rows.height)
            compare(trial, read)


def understood(trial: Trial, heart: Heartbeat) -> Read:
    """The whole file, read as proposed. Raises NotAFeed, and FileNotFoundError where it is no longer kept."""
    mapping = FeedMapping(column_map=trial.column_map, matching=trial.matching)
    with tempfile.TemporaryDirectory(prefix="stocke-trial-") as folder:
        path, done = Path(folder) / "file", 0
        heart.enter("fetching", total=trial.size_bytes)
        with feed_storage().open(trial.file) as kept, path.open("wb") as copy:
            while block := kept.read(BLOCK):
                done += copy.write(block)
                heart.progress(done, trial.size_bytes)
        heart.enter("reading", total=trial.size_bytes)
        vocabulary = heard_from(trial.feed.supplier_id)
        return read_file(path, mapping, vocabulary, progress=heart.lines_read)


@transaction.atomic
def compare(trial: Trial, read: Read) -> None:
    """The way of an import up to the point where it would write: staged, matched, judged."""
    comparison = staged(trial.feed, read)
    want_unmatched(trial.feed.supplier_id)
    found = find_products(Matching.from_json(trial.matching))
    figures = replace(comparison.figures, file=read.file(), columns=read.header.word)
    verdict = judge(figures, usual_for(trial), limits_of(trial.feed))
    with connection.cursor() as cursor:
        cursor.execute(COUNT_UNMATCHED)
        (unmatched,) = cursor.fetchone()
    trial.counts = {
        **comparison.counts,
        **{f"by_{rule}": count for rule, count in found.items()},
        "unmatched": unmatched,
        "rejected": read.rejected + read.rows.height - comparison.figures.rows,
    }
    trial.verdict, trial.facts = verdict.to_json(), dict(read.facts)
    if settle(trial, TrialStatus.DONE):
        keep_lines(trial)


def usual_for(trial: Trial) -> Usual:
    """What is usual for the feed, as long as its files are read as before."""
    feed = trial.feed
    is_alike = feed.mapping is not None and feed.mapping.column_map == trial.column_map
    return usual_of(usual_runs(feed.pk, feed.mapping_id)) if is_alike else Usual()


def keep_lines(trial: Trial) -> None:
    """The lines of this attempt, instead of those of an earlier one that ended late."""
    trial.lines.all().delete()
    bounds = {"trial": trial.pk, "changes": CHANGES_KEPT, "unmatched": UNMATCHED_KEPT}
    with connection.cursor() as cursor:
        cursor.execute(KEEP_LINES, bounds)
