"""A full disk, wherever an import writes: a plain sentence, nothing changed, and another attempt that is planned.

The system itself refuses to make any file longer, from a certain step on. PostgreSQL and Valkey have processes of
their own and go on.
"""

import json
import resource
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from importlib import import_module
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from stocke.core.actors import Actor
from suppliers.domain.feeds import receive_file
from suppliers.jobs.feeds import run_feed
from suppliers.models import Feed, Observation, OfferStock, Run
from tests.factories.feeds import FeedFactory, csv

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
# More than anything else writes meanwhile, and less than each of the files below.
LONGEST_FILE = 128 * 1024
LINES = 20_000
TOLD = "This machine could not write the file: its disk may be full. Tell the operator."


@contextmanager
def full_disk() -> Iterator[None]:
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LONGEST_FILE, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


@pytest.fixture
def full_at(monkeypatch: pytest.MonkeyPatch) -> Generator[Callable[[str], None]]:
    """Let the disk be full while this function is at work."""
    with monkeypatch.context() as patches:

        def fill(place: str) -> None:
            module, name = place.rsplit(".", 1)
            act = getattr(import_module(module), name)

            @wraps(act)
            def without_room(*given: Any, **named: Any) -> Any:
                with full_disk():
                    return act(*given, **named)

            patches.setattr(place, without_room)

        yield fill


def code(number: int) -> str:
    """Codes that no compression makes short."""
    return f"{number * 2654435761 % 2**32:08x}{number * 40503 % 65521:04x}"


def long_csv(quantity: int) -> bytes:
    return csv((code(number), str(quantity + number % 7)) for number in range(LINES))


def long_json(quantity: int) -> bytes:
    items = [
        {"sku": code(number), "name": "N", "qty": quantity + number % 7, "price": 9.9}
        for number in range(LINES)
    ]
    return json.dumps(items).encode()


def uploaded(feed: Feed, content: bytes, *, decision: str = "apply") -> Run:
    run = receive_file(feed, ContentFile(content, "stock"), by=CLOCK)
    if decision:
        Run.objects.filter(pk=run.pk).update(facts={"decision": decision})
    run_feed(run.pk)
    run.refresh_from_db()
    return run


def standing() -> tuple[list[tuple[Any, ...]], int]:
    rows = OfferStock.objects.order_by("pk").values_list("pk", "kind", "quantity", "run_id")
    return list(rows), Observation.objects.count()


@pytest.mark.parametrize(
    ("place", "content"),
    [
        ("suppliers.domain.importing.fetched_or_gathered", long_csv),
        ("suppliers.domain.importing.read_file", long_csv),
        ("suppliers.domain.importing.read_file", long_json),
        ("suppliers.domain.importing.keep_lines", long_csv),
    ],
    ids=["file", "rows", "rows of a tree", "lines to compare with"],
)
def test_an_import_that_finds_no_room_says_so_changes_nothing_and_is_tried_again(
    full_at: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    content: Callable[[int], bytes],
) -> None:
    monkeypatch.setattr("suppliers.readers.shelves._HELD", 0)
    monkeypatch.setattr("suppliers.readers.spools._MOST_BYTES", 1)
    feed = FeedFactory(mapped=False)
    uploaded(feed, content(4))
    before, asked_at = standing(), timezone.now()
    full_at(place)

    run = uploaded(feed, content(3))

    feed.refresh_from_db()
    problem = run.facts["problem"]
    assert (run.status, problem["code"], problem["text"]["en"], problem["retry"]) == (
        "failed",
        "disk",
        TOLD,
        True,
    )
    assert (run.figures, run.verdict, standing()) == ({}, {}, before)
    assert feed.next_run_at is not None
    assert timedelta(minutes=5) <= feed.next_run_at - asked_at < timedelta(minutes=10)
