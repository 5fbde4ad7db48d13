"""Two hundred suppliers whose files come at once, for two real workers."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django_rq import get_connection
from rq import Worker

from suppliers.domain.runs import request_run
from suppliers.models import Feed, Run, RunStatus
from tests.bench.articles import make_products, one_in_hundred, write_feed
from tests.bench.copies import copy_limit
from tests.bench.figure import Figure
from tests.bench.imports import BENCH, drop, make_feed, settle_down

FEEDS, LINES, WORKERS = int(os.environ.get("BENCH_FEEDS", "200")), 5_000, 2
PAUSE_SECONDS = 0.1


def figures(folder: Path) -> Iterator[Figure]:
    """All of them for the first time, and on a day when one line in a hundred is another."""
    make_products(FEEDS * LINES)
    feeds = [make_feed(folder, f"number {number}") for number in range(FEEDS)]
    paths = [folder / f"{number}.csv" for number in range(FEEDS)]
    name = f"feeds_{FEEDS}_by_{WORKERS}_workers"
    with working(folder):
        yield Figure(f"{name}_first_load", sync(feeds, write_all(paths, 0)), "s", copy_limit(*paths))
        settle_down()
        yield Figure(f"{name}_1_percent", sync(feeds, write_all(paths, 1)), "s", copy_limit(*paths))


def write_all(paths: Sequence[Path], day: int) -> Sequence[Path]:
    for number, path in enumerate(paths):
        write_feed(path, LINES, first=number * LINES, changed=one_in_hundred(day, number % 100))
    return paths


def sync(feeds: Sequence[Feed], paths: Sequence[Path]) -> float:
    """Seconds from the first request until the last run is applied."""
    for feed, path in zip(feeds, paths, strict=True):
        drop(feed, path)
    last = Run.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    began = time.perf_counter()
    for feed in feeds:
        request_run(feed, by=BENCH, trigger="bench")
    runs = Run.objects.filter(pk__gt=last)
    while runs.filter(status__in=[RunStatus.QUEUED, RunStatus.RUNNING]).exists():
        time.sleep(PAUSE_SECONDS)
    seconds = time.perf_counter() - began
    applied = runs.filter(status=RunStatus.APPLIED).count()
    if applied != len(feeds):
        raise RuntimeError(f"{applied} of {len(feeds)} imports were applied")
    return seconds


@contextmanager
def working(folder: Path) -> Iterator[None]:
    """Real workers, as the operator starts them."""
    environment = {
        **os.environ,
        "STOCKE_WORKER": "1",
        "STOCKE_MEDIA_ROOT": str(folder / "media"),
        "STOCKE_WATCHED_ROOT": str(settings.WATCHED_ROOT),
    }
    command = [sys.executable, "manage.py", "rqworker", "feeds", "--worker-ttl", "30", "-v", "0"]
    workers = [subprocess.Popen(command, env=environment) for _ in range(WORKERS)]
    try:
        while Worker.count(get_connection("feeds")) < WORKERS:
            time.sleep(PAUSE_SECONDS)
        yield
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait()
