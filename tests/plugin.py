"""Loaded with `-p tests.plugin`: servers, environment and catalogues must stand before settings are read.

Each run has its own empty servers, shared by its workers through the environment and gone afterwards. With
DATABASE_URL or REDIS_URL set, those are used. With `--reuse-db`, the servers' data stays in .local/test.
"""

import gc
import os
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from stocke.core.catalogues.files import compile_all
from stocke.localservices import ensure
from stocke.localservices.temporary import temporary_root

ROOT = Path(__file__).resolve().parent.parent
RESOURCES = pytest.StashKey[ExitStack]()
NO_SERVERS_NEEDED = {"-h", "--help", "--version", "-V", "--markers", "--fixtures"}


# What is loaded and collected stays until the end. Where the collector of garbage looked through it again and again,
# it took every sixth second of a run.
gc.disable()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    collected = yield
    gc.collect()
    gc.freeze()
    gc.enable()
    return collected


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Generator[None]:
    """A wrapper, because it runs before pytest-django's own hook, which reads the settings."""
    os.environ["STOCKE_ENV"] = "test"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stocke.settings")
    # There are more processes than cores already; threads beside them only wait for each other.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker:
        os.environ["REDIS_URL"] = redis_url_of(worker, os.environ["REDIS_URL"])
    elif not NO_SERVERS_NEEDED & set(args):
        compile_all()
        start_services(early_config, keep="--reuse-db" in args)
    return (yield)


def redis_url_of(worker: str, url: str) -> str:
    """The same server with a database number for this worker, so that queues do not mix."""
    return urlsplit(url)._replace(path=f"/{int(worker.removeprefix('gw')) + 1}").geturl()


def start_services(config: pytest.Config, *, keep: bool) -> None:
    resources = config.stash[RESOURCES] = ExitStack()
    if keep:
        services = ensure(ROOT / ".local" / "test", fast=True)
        if not services.is_borrowed:
            resources.enter_context(services)
            return
        for name in services.urls:
            del os.environ[name]
    services = resources.enter_context(ensure(resources.enter_context(temporary_root()), fast=True))
    if url := services.urls.get("DATABASE_URL"):
        os.environ["STOCKE_TEST_SERVER"] = url


def pytest_unconfigure(config: pytest.Config) -> None:
    if RESOURCES in config.stash:
        config.stash[RESOURCES].close()


# Where tests take long, not the alphabet or their number decides when their file is run.
LONGEST = ("test_mutants_of_", "tests/journeys/", "tests/kills/", "tests/architecture/", "tests/races/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where processes share the files, the longest first, so that none waits for the others at the end."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=rank)


def rank(item: pytest.Item) -> int:
    return next((place for place, part in enumerate(LONGEST) if part in item.nodeid), len(LONGEST))
