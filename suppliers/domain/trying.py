"""Looking at a file before anything counts: how it would be read, and what it would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from suppliers.domain.applying import Read, limits_of, staged
from suppliers.domain.fetching import feed_storage
from suppliers.domain.judging import Header, Verdict, judge
from suppliers.domain.mappings import matching_of
from suppliers.domain.writing import find_products
from suppliers.models import Feed, Run
from suppliers.readers import ColumnMap, Limits, Reading, read

# A page reads at most so much of a file; the import reads all of it, with progress.
LOOKED_AT = 20_000_000
PAGE_SECONDS = 20.0
TEXT_FORMATS = {"csv", "tsv"}
SHOWN = 20
FIRST_CHANGES = """
SELECT key, name, change, kind_before, quantity_before, kind, quantity, coalesce(raw, '') AS raw, reserved, product_id,
       present
FROM feed_delta WHERE change NOT IN ('same', 'other') ORDER BY reserved DESC, line NULLS FIRST, key LIMIT %s
"""
MATCHED = """
SELECT count(*) FILTER (WHERE product_id IS NOT NULL), count(*) FILTER (WHERE product_id IS NULL)
FROM feed_delta WHERE present
"""


@dataclass(frozen=True)
class Trial:
    """What an import would do today. Nothing was written."""

    counts: Mapping[str, int]
    verdict: Verdict
    matched: int
    unmatched: int
    changes: list[dict[str, Any]]


def local_copy(run: Run, folder: Path) -> tuple[Path, bool]:
    """The kept file of a run as far as a page looks at it, and whether that is all of it."""
    path, size = folder / "file", run.size_bytes or 0
    with feed_storage().open(run.file) as kept, path.open("wb") as copy:
        is_text = run.facts.get("format") in TEXT_FORMATS and not run.facts.get("packing")
        if size <= LOOKED_AT or not is_text:
            for chunk in iter(lambda: kept.read(1_000_000), b""):
                copy.write(chunk)
            return path, True
        head = kept.read(LOOKED_AT)
        copy.write(head[: head.rfind(b"\n") + 1] or head)
    return path, False


def page_limits() -> Limits:
    return Limits(max_bytes=settings.FEED_MAX_BYTES, max_rows=settings.FEED_MAX_ROWS, seconds=PAGE_SECONDS)


def look(path: Path, column_map: ColumnMap) -> Reading:
    """The file under this map. Raises NotAFeed."""
    return read(path, column_map=column_map, limits=page_limits())


def try_out(feed: Feed, reading: Reading) -> Trial:
    """The whole difference to what we know, in a transaction that is rolled back."""
    with transaction.atomic():
        comparison = staged(feed, Read(reading.rows))
        find_products(matching_of(feed.mapping))
        verdict = judge(comparison.figures, Header(), limits_of(feed))
        with connection.cursor() as cursor:
            cursor.execute(MATCHED)
            matched, unmatched = cursor.fetchone()
            cursor.execute(FIRST_CHANGES, [SHOWN])
            names = [column.name for column in cursor.description]
            changes = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        transaction.set_rollback(True)
    return Trial(comparison.counts, verdict, matched, unmatched, changes)
