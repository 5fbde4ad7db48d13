"""One import as a worker makes it: in a process of its own, from the request to the settled run."""

import multiprocessing
import os
import shutil
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

from stocke.core.actors import Actor
from stocke.core.worker import load_jobs
from suppliers.domain.feeds import create_feed
from suppliers.domain.mappings import save_version
from suppliers.domain.runs import request_run
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, Run, RunStatus, Supplier
from tests.bench.peaks import forget_peak, peak
from tests.bench.reading_peak import READ_AS

BENCH = Actor.job("bench")
WRITTEN_TO = (
    *("suppliers_offer", "suppliers_offerstock", "suppliers_observation"),
    *("products_level", "products_publication"),
)


@dataclass(frozen=True)
class Import:
    """How long one took, and how much memory its worker came to hold, in MB."""

    seconds: float
    peak: float


def make_feed(folder: Path, name: str) -> Feed:
    """A supplier who drops his files into a watched folder, and may sell out as he likes."""
    code = f"bench-{time.time_ns()}"
    (folder / "watched" / code).mkdir()
    feed = create_feed(
        Supplier.objects.create(code=code, name=f"Bench {name}"),
        by=BENCH,
        name="bench",
        transport="folder",
        location=code,
        limits={"zeroed": [None, None]},
    )
    save_version(feed, READ_AS.to_json(), by=BENCH)
    return Feed.objects.get(pk=feed.pk)


def drop(feed: Feed, path: Path) -> Path:
    """The file as the supplier left it in his folder a minute ago."""
    dropped = Path(settings.WATCHED_ROOT) / feed.location / path.name
    shutil.copyfile(path, dropped)
    long_ago = time.time() - 60
    os.utime(dropped, (long_ago, long_ago))
    return dropped


def import_file(feed: Feed, path: Path, expected: RunStatus) -> Import:
    """Everything between the request and the settled run. Raises RuntimeError where it ends otherwise."""
    drop(feed, path)
    load_jobs()
    connections.close_all()
    ours, theirs = multiprocessing.Pipe()
    worker = multiprocessing.get_context("fork").Process(target=work, args=(feed.pk, theirs))
    worker.start()
    theirs.close()
    run_id, done = ours.recv()
    worker.join()
    settled = Run.objects.get(pk=run_id)
    if settled.status != expected:
        raise RuntimeError(
            f"the import is {settled.status}, not {expected}: {settled.verdict} {settled.error}"
        )
    return Import(*done)


def work(feed_id: int, answer: Connection) -> None:
    feed = Feed.objects.get(pk=feed_id)
    forget_peak()
    began = time.perf_counter()
    requested = request_run(feed, by=BENCH, trigger="bench")
    if requested is None:
        raise RuntimeError("another import of the bench's feed is open")
    run_feed(requested.pk)
    answer.send((requested.pk, (time.perf_counter() - began, peak())))


def settle_down() -> None:
    """What autovacuum does in the minutes after a large import."""
    with connection.cursor() as cursor:
        for table in WRITTEN_TO:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
