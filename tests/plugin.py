"""Loaded with `-p tests.plugin`: servers, environment and catalogues must stand before settings are read.

Each run has its own empty servers, shared by its workers through the environment and gone afterwards. With
DATABASE_URL or REDIS_URL set, those are used. With `--reuse-db`, the servers' data stays in .local/test.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from stocke.core.catalogues.files import compile_all
from stocke.localservices import Services, ensure, remove

ROOT = Path(__file__).resolve().parent.parent
SERVICES = pytest.StashKey[Services]()
TEMPORARY = pytest.StashKey[Path]()
NO_SERVERS_NEEDED = {"-h", "--help", "--version", "-V", "--markers", "--fixtures"}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> Generator[None]:
    """A wrapper, because it runs before pytest-django's own hook, which reads the settings."""
    os.environ["STOCKE_ENV"] = "test"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stocke.settings")
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
    if keep:
        services = ensure(ROOT / ".local" / "test", fast=True)
        if not services.is_borrowed:
            config.stash[SERVICES] = services
            return
        for name in services.urls:
            del os.environ[name]
    config.stash[TEMPORARY] = temporary = Path(tempfile.mkdtemp(prefix="stocke-test-"))
    temporary.chmod(0o711)
    config.stash[SERVICES] = ensure(temporary, fast=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVICES in config.stash:
        config.stash[SERVICES].stop()
    if TEMPORARY in config.stash:
        remove(config.stash[TEMPORARY])
        shutil.rmtree(config.stash[TEMPORARY], ignore_errors=True)
