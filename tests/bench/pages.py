"""Every page of the staff in a large house, beside the same page in a small one: its time and its queries.

BENCH_ROWS=1000,1000000 are the offers and orders of the two houses. Each page is drawn several times in turn, and
the quickest counts.
"""

import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from re import findall
from urllib.parse import unquote

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from tests.architecture.test_access_walk import STAFF
from tests.bench.crowds import crowd
from tests.bench.figure import Figure
from tests.factories.people import client_of, person
from tests.journeys.house import work
from tests.journeys.small_world import found_house

PREFIX = "page"
SMALL, LARGE = (int(rows) for rows in os.environ.get("BENCH_ROWS", "1000,1000000").split(","))
TIMES, BAR = 7, 1.5
# What people type, in lists and in the field at the top of each page. An order's list is asked for the shop's number,
# which is one order's in every house: of the beginning of ours, a large house has a fuller page.
SEARCHES = {
    "core:search by number": "/search/?q=CR77",
    "core:search by word": "/search/?q=falaise",
    "core:search for nothing": "/search/?q=introuvable",
    "orders:orders by number": "/orders/?q=X-77",
    "orders:orders by name": "/orders/?q=camille",
    "suppliers:product_list by word": "/products/?q=falaise",
    "suppliers:product_list by SKU": "/products/?q=CRD-00000077",
    "customers:customers by name": "/customers/?q=foule",
    "orders:stockout_list by number": "/stockouts/all/?q=SCR77",
}


@dataclass(frozen=True)
class Drawn:
    """One page, drawn once: milliseconds at best, and its queries."""

    milliseconds: float
    queries: int


def run() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="stocke-bench-") as folder, own_folders(Path(folder)):
        reader = person(language="fr")
        client = client_of(reader)
        examples = found_house(reader, Path(folder) / "mails")
        work()
        crowd(SMALL)
        every = {**pages(client, examples), **SEARCHES}
        every |= sorted_otherwise(client, every)
        small = drawn(client, every)
        crowd(LARGE, after=SMALL)
        yield from figures(small, drawn(client, every))


def own_folders(folder: Path) -> override_settings:
    backend = "django.core.files.storage.FileSystemStorage"
    storage = {"BACKEND": backend, "OPTIONS": {"location": folder / "kept", "base_url": None}}
    storages = {**settings.STORAGES, "feeds": storage}
    mailers = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    return override_settings(
        MAILBOX_DIR=str(folder / "mails"), MAILERS=mailers, ALLOWED_HOSTS=["*"], STORAGES=storages
    )


def figures(small: Mapping[str, Drawn], large: Mapping[str, Drawn]) -> Iterator[Figure]:
    """A page that asks other queries in a large house has a line about them; all others have one together."""
    for name, page in large.items():
        before = small[name]
        label = f"page_{name.replace(':', '_').replace(' ', '_')}"
        yield Figure(label, page.milliseconds, "ms", before.milliseconds, BAR)
        if page.queries != before.queries:
            yield Figure(f"{label}_queries", page.queries, "queries", before.queries, 1)
    asked = (sum(page.queries for page in house.values()) for house in (large, small))
    yield Figure("pages_all_queries", next(asked), "queries", next(asked), 1)


def pages(client: Client, examples: Mapping[str, str]) -> dict[str, str]:
    """The address of every page of the staff, by the name of its view."""
    found = {}
    for address in STAFF:
        url = examples.get(address.name, address.url)
        answer = client.get(url)
        is_html = answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming
        if answer.status_code == 200 and is_html:
            found[address.name] = url
    return found


def sorted_otherwise(client: Client, every: Mapping[str, str]) -> dict[str, str]:
    """Each list once more for each of its columns that one can sort by."""
    return {
        f"{name} by {column}": f"{url}?sort={column}"
        for name, url in every.items()
        if "?" not in url
        for column in sorted(sortings(client.get(url).content.decode()))
    }


def sortings(page: str) -> set[str]:
    return {unquote(found) for found in findall(r"[?&;]sort=([\w%-]+)", page)}


def drawn(client: Client, every: Mapping[str, str]) -> dict[str, Drawn]:
    """Each page at its best of several rounds, so that nobody else's work falls upon one page alone."""
    # The second time: figures of the navigation are kept for a while.
    queries = {name: min(queries_of(client, url) for _ in range(2)) for name, url in every.items()}
    rounds = [{name: milliseconds_of(client, url) for name, url in every.items()} for _ in range(TIMES)]
    return {name: Drawn(min(times[name] for times in rounds), queries[name]) for name in every}


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    return len(asked)


def milliseconds_of(client: Client, url: str) -> float:
    began = time.perf_counter()
    answer = client.get(url)
    seconds = time.perf_counter() - began
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answers {answer.status_code}")
    return 1_000 * seconds
