"""A feed of 1,000,000 lines from file to levels, beside the server's own COPY of the same file."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

from stocke.core.actors import Actor
from suppliers.domain.feeds import create_feed
from suppliers.domain.mappings import save_version
from suppliers.domain.runs import request_run
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, Run, RunStatus, Supplier
from tests.bench.figure import Figure
from tests.bench.reading_peak import READ_AS

PREFIX = "feed_"
LINES = int(os.environ.get("BENCH_LINES", "1000000"))
BENCH = Actor.job("bench")
MEMORY_BAR = 600


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="stocke-bench-") as folder, bench_folders(Path(folder)):
        yield from feed_figures(Path(folder))


def bench_folders(folder: Path) -> override_settings:
    backend = "django.core.files.storage.FileSystemStorage"
    storage = {"BACKEND": backend, "OPTIONS": {"location": folder / "kept", "base_url": None}}
    (folder / "watched" / "north").mkdir(parents=True)
    return override_settings(
        WATCHED_ROOT=folder / "watched", STORAGES={**settings.STORAGES, "feeds": storage}
    )


def feed_figures(folder: Path) -> Iterator[Figure]:
    """Each file is another day of the same supplier: first, the same bytes, the same meaning, 1 % and all changed."""
    make_products()
    feed = make_feed()
    first = write_feed(folder / "first.csv", changed=lambda line: 0)
    limit = copy_limit(first)
    name = f"feed_{LINES // 1000}k"
    yield Figure(f"{name}_first_load", import_file(feed, first, RunStatus.APPLIED), "s", limit)
    yield Figure(f"{name}_identical", import_file(feed, first, RunStatus.UNCHANGED), "s", limit, 0.15)
    same = write_feed(folder / "same.csv", changed=lambda line: 0, end="\n")
    yield Figure(f"{name}_0_percent", import_file(feed, same, RunStatus.APPLIED), "s", limit)
    some = write_feed(folder / "some.csv", changed=lambda line: int(line % 100 == 7))
    yield Figure(f"{name}_1_percent", import_file(feed, some, RunStatus.APPLIED), "s", limit, 1.5)
    every = write_feed(folder / "every.csv", changed=lambda line: 2)
    yield Figure(f"{name}_100_percent", import_file(feed, every, RunStatus.APPLIED), "s", limit, 10)
    yield Figure(f"{name}_memory", memory_of_reading(every), "MB", MEMORY_BAR, 1)


def make_products() -> None:
    """Our own catalogue has every article, so that levels are moved too."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO products_product (sku, name, brand, gtin, price_cents, currency, attributes, fulfilment,
                                          active, created_at, updated_at)
            SELECT 'ART-' || lpad(n::text, 8, '0'), 'Article ' || n, '', '', 4900, 'EUR', '{}', 'dropship', true,
                   now(), now()
            FROM generate_series(1, %s) n ON CONFLICT DO NOTHING
            """,
            [LINES],
        )
        cursor.execute("ANALYZE products_product")


def make_feed() -> Feed:
    supplier = Supplier.objects.create(code=f"bench-{time.time_ns()}", name="Bench")
    feed = create_feed(
        supplier,
        by=BENCH,
        name="bench",
        transport="folder",
        location="north",
        limits={"zeroed": [None, None]},
    )
    save_version(feed, READ_AS.to_json(), by=BENCH)
    return Feed.objects.get(pk=feed.pk)


def write_feed(path: Path, *, changed: Callable[[int], int], end: str = "") -> Path:
    """About 65 bytes a line, like the feeds we measured."""
    with path.open("w") as file:
        file.write(",".join(READ_AS.header) + "\n")
        file.writelines(
            f"ART-{n:08d},Article number {n} of the bench,{2_000_000_000_000 + n},"
            f"{1 + n % 40 + changed(n)},{10 + n % 90}.90,{1 + n % 5}\n"
            for n in range(1, LINES + 1)
        )
        file.write(end)
    return path


def copy_limit(path: Path) -> float:
    """Seconds of the median of three COPYs of the same bytes into an unlogged table."""
    with connection.cursor() as cursor:
        columns = ", ".join(f"{column} text" for column in READ_AS.header)
        cursor.execute(f"CREATE UNLOGGED TABLE bench_copy ({columns})")
        seconds = median(copy_once(cursor, path) for _ in range(3))
        cursor.execute("DROP TABLE bench_copy")
    return seconds


def copy_once(cursor: Any, path: Path) -> float:
    cursor.execute("TRUNCATE bench_copy")
    began = time.perf_counter()
    with path.open("rb") as file, cursor.copy("COPY bench_copy FROM STDIN (FORMAT csv, HEADER)") as copy:
        while block := file.read(1024 * 1024):
            copy.write(block)
    return time.perf_counter() - began


def import_file(feed: Feed, path: Path, expected: RunStatus) -> float:
    """Seconds from the request to the settled run; everything between is what a worker does."""
    dropped = Path(settings.WATCHED_ROOT) / "north" / path.name
    shutil.copyfile(path, dropped)
    long_ago = time.time() - 60
    os.utime(dropped, (long_ago, long_ago))
    began = time.perf_counter()
    requested = request_run(feed, by=BENCH, trigger="bench")
    if requested is None:
        raise RuntimeError("another import of the bench's feed is open")
    run_feed(requested.pk)
    seconds = time.perf_counter() - began
    settled = Run.objects.get(pk=requested.pk)
    if settled.status != expected:
        raise RuntimeError(
            f"the import is {settled.status}, not {expected}: {settled.verdict} {settled.error}"
        )
    return seconds


def memory_of_reading(path: Path) -> float:
    """The peak of a process that does nothing else, in MB."""
    command = [sys.executable, "-m", "tests.bench.reading_peak", str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
