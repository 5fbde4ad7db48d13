"""Undo and retention of a large import, beside the import itself.

BENCH_LINES=1000000 is the size, one in each run: after an undo this process cannot be forked for another import.
What was imported is undone, then the undo is, and at last their month is dropped.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from orders.jobs.undoing import undo_import
from suppliers.domain.partitions import ensure_partitions
from suppliers.domain.retention import forget_statements
from suppliers.domain.undoing import request_undo
from suppliers.models import Run, RunStatus
from tests.bench.articles import all_by, make_products, write_feed
from tests.bench.feeds import bench_folders
from tests.bench.figure import Figure
from tests.bench.imports import BENCH, import_file, make_feed, settle_down

PREFIX = "undo"
LINES = int(os.environ.get("BENCH_LINES", "1000000").partition(",")[0])


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="stocke-bench-") as folder, bench_folders(Path(folder)):
        yield from figures_of(LINES, Path(folder))


def figures_of(lines: int, folder: Path) -> Iterator[Figure]:
    """Every line of the second file differs from the first: all of it is put back, and put back again."""
    ensure_partitions(timezone.now())
    make_products(lines)
    feed, path, name = make_feed(folder, f"of {lines}"), folder / "day.csv", f"undo_{lines // 1000}k"
    write_feed(path, lines)
    import_file(feed, path, RunStatus.APPLIED)
    write_feed(path, lines, changed=all_by(9))
    imported = import_file(feed, path, RunStatus.APPLIED).seconds
    settle_down()
    run = Run.objects.filter(feed=feed).latest("pk")
    for figure in ("of_100_percent", "of_that_undo"):
        seconds, run = undone(run)
        yield Figure(f"{name}_{figure}", seconds, "s", imported)
    yield Figure(f"{name}_month_dropped", seconds_of(drop_the_month), "s", imported)


def drop_the_month() -> None:
    """As if two months had passed. Raises RuntimeError where nothing was old enough."""
    if not forget_statements(timezone.now() + timedelta(days=62), months=1, by=BENCH):
        raise RuntimeError("no month was dropped")


def undone(run: Run) -> tuple[float, Run]:
    """How long it took to undo it, and the run that did. Raises RuntimeError where it was not applied."""
    undo = request_undo(run, by=BENCH, why="bench", ask=False)
    seconds = seconds_of(lambda: undo_import(undo.pk))
    undo.refresh_from_db()
    if undo.status != RunStatus.APPLIED:
        raise RuntimeError(f"the undo is {undo.status}: {undo.error}")
    return seconds, undo


def seconds_of(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
