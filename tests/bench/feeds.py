"""Feeds from file to levels, beside the server's own COPY of the same file, at growing sizes; then two workers with two
hundred feeds, and the thing that one would take instead.

BENCH_LINES=100000,1000000 leaves out the largest, which takes as long as all the others together.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.test.utils import override_settings

from suppliers.models import RunStatus
from tests.bench import many_feeds, peers
from tests.bench.articles import all_by, make_products, one_in_hundred, write_feed
from tests.bench.copies import copy_limit
from tests.bench.figure import Figure
from tests.bench.imports import import_file, make_feed, settle_down
from tests.bench.peaks import peak_of_reading
from tests.bench.plain import plain_limit

PREFIX = "feed"
SIZES = [int(size) for size in os.environ.get("BENCH_LINES", "100000,1000000,5000000").split(",")]
# Megabytes that a process may come to hold, by the lines of its file.
MEMORY_BARS = {1_000_000: 600, 5_000_000: 1_000}
# In COPYs of the same file; memory in that of its size.
BARS = {"identical": 0.15, "1_percent": 1.5, "100_percent": 10, "import_peak": 1}
TIMES = 3


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="stocke-bench-") as folder, bench_folders(Path(folder)):
        yield from memory(Path(folder))
        for lines in SIZES:
            yield from figures_of(lines, Path(folder))
        yield from many_feeds.figures(Path(folder))
        yield from peers.figures(Path(folder))


def bench_folders(folder: Path) -> override_settings:
    backend = "django.core.files.storage.FileSystemStorage"
    storage = {"BACKEND": backend, "OPTIONS": {"location": folder / "kept", "base_url": None}}
    (folder / "watched").mkdir()
    return override_settings(
        WATCHED_ROOT=folder / "watched", STORAGES={**settings.STORAGES, "feeds": storage}
    )


def figures_of(lines: int, folder: Path) -> Iterator[Figure]:
    """Each file is another day of the same supplier: first, the same bytes, the same meaning, 1 % and all changed.

    The bars are of a million lines; what fewer cost shows how it grows, as an import however small has its price.
    Where a day is played several times, the quickest counts; so does the quickest COPY before and after it, because
    a machine that others use too is not equally quick all the time.
    """
    make_products(lines)
    bars = BARS if lines in MEMORY_BARS else {}
    name, path = f"feed_{lines // 1000}k", folder / "day.csv"
    feed = make_feed(folder, f"of {lines}")
    write_feed(path, lines)
    before = copy_limit(path)
    first = import_file(feed, path, RunStatus.APPLIED)
    settle_down()
    after = copy_limit(path)
    yield Figure(f"{name}_first_load", first.seconds, "s", min(before, after))
    again = [import_file(feed, path, RunStatus.UNCHANGED) for _ in range(TIMES)]
    limit = min(after, copy_limit(path))
    yield Figure(f"{name}_identical", min(one.seconds for one in again), "s", limit, bars.get("identical"))
    write_feed(path, lines, end="\n")
    same = import_file(feed, path, RunStatus.APPLIED)
    yield Figure(f"{name}_same_meaning", same.seconds, "s", limit)
    write_feed(path, lines)
    before = copy_limit(path)
    some = []
    for day in range(1, 1 + TIMES):
        write_feed(path, lines, changed=one_in_hundred(day))
        some.append(import_file(feed, path, RunStatus.APPLIED))
    after = copy_limit(path)
    yield Figure(
        f"{name}_1_percent", min(one.seconds for one in some), "s", min(before, after), bars.get("1_percent")
    )
    write_feed(path, lines, changed=all_by(9))
    every = import_file(feed, path, RunStatus.APPLIED)
    yield Figure(
        f"{name}_100_percent", every.seconds, "s", min(after, copy_limit(path)), bars.get("100_percent")
    )
    settle_down()
    yield Figure(f"{name}_rows_in_plain_sql", plain_limit(feed), "s", min(after, copy_limit(path)))
    settle_down()
    memory_bar = MEMORY_BARS.get(lines, min(MEMORY_BARS.values()))
    yield Figure(f"{name}_import_peak", every.peak, "MB", memory_bar, bars.get("import_peak"))


def memory(folder: Path) -> Iterator[Figure]:
    """Of a process that reads a file as an import does, and does nothing else."""
    for lines, bar in MEMORY_BARS.items():
        write_feed(folder / "day.csv", lines)
        yield Figure(f"feed_{lines // 1000}k_reading_peak", peak_of_reading(folder / "day.csv"), "MB", bar, 1)
