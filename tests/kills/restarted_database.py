"""Imports during which PostgreSQL is restarted, on a server of their own that nobody else feels.

    python -m tests.kills.restarted_database FOLDER

One process, as a worker is one: it goes on after each restart. Prints what became of each import as JSON.
"""

import importlib
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stocke.localservices import postgres
from stocke.localservices.accounts import lent_account
from stocke.localservices.temporary import temporary_root

PLACES = [
    ("suppliers.domain.importing:archive", "after"),
    ("suppliers.domain.applying:write", "after"),
    ("suppliers.domain.importing:judge_and_apply", "after"),
]
QUEUES_OF_NOBODY = "/15"


class Server:
    """A PostgreSQL that is ended and started anew in the same place."""

    def __init__(self, root: Path) -> None:
        self._home, self._account = root, lent_account(root / "postgres")
        self.url, self._child = self._start()
        port = urlsplit(self.url).port or 0

        def same_port(*wanted: int) -> int:
            return port

        postgres.free_port = same_port  # type: ignore[attr-defined]  # its own name for it, replaced

    def _start(self) -> tuple[str, Any]:
        return postgres.start_postgres(self._home, password="word", account=self._account, fast=True)

    def restart(self) -> None:
        self.stop()
        _url, self._child = self._start()

    def stop(self) -> None:
        self._child.process.send_signal(signal.SIGINT)
        self._child.process.wait(timeout=60)


@contextmanager
def once_at(place: str, when: str, act: Callable[[], None]) -> Iterator[None]:
    """`act` before or after the function of this place is called for the first time."""
    module_name, _, name = place.partition(":")
    module = importlib.import_module(module_name)
    original, acts = getattr(module, name), [act]

    def watched(*args: Any, **kwargs: Any) -> Any:
        if when == "before" and acts:
            acts.pop()()
        found = original(*args, **kwargs)
        if when == "after" and acts:
            acts.pop()()
        return found

    setattr(module, name, watched)
    try:
        yield
    finally:
        setattr(module, name, original)
    assert not acts, f"the import never came to {place}"


def told(place: str, when: str, server: Server) -> dict[str, Any]:
    """An import with a restart in it: what was raised and kept then, and what a next attempt comes to."""
    from django.core.files.base import ContentFile
    from django.db import close_old_connections

    from stocke.core.actors import Actor
    from suppliers.domain.feeds import receive_file
    from suppliers.jobs.feeds import run_feed
    from suppliers.models import Observation, OfferStock
    from tests.factories.feeds import FeedFactory, csv

    feed, clock = FeedFactory(), Actor.job("clock")

    def quantities() -> dict[str, int | None]:
        stock = OfferStock.objects.filter(offer__supplier=feed.supplier)
        return dict(stock.order_by("offer__supplier_sku").values_list("offer__supplier_sku", "quantity"))

    run_feed(receive_file(feed, ContentFile(csv([("A", "4"), ("B", "5")]), "first.csv"), by=clock).pk)
    run = receive_file(feed, ContentFile(csv([("A", "3"), ("B", "5"), ("C", "8")]), "second.csv"), by=clock)
    raised = ""
    with once_at(place, when, server.restart):
        try:
            run_feed(run.pk)
        except Exception as error:
            raised = type(error).__name__
    # As between two jobs, or two requests.
    close_old_connections()
    run.refresh_from_db()
    then = {"raised": raised, "status": str(run.status), "attempts": run.attempts, "stock": quantities()}
    run_feed(run.pk)
    run.refresh_from_db()
    said = Observation.objects.filter(run_id=run.pk).count()
    return {"then": then, "in the end": {"status": str(run.status), "stock": quantities(), "said": said}}


def main(folder: str) -> None:
    with temporary_root() as root:
        server = Server(root)
        try:
            os.environ["DATABASE_URL"] = server.url
            os.environ["REDIS_URL"] = (
                urlsplit(os.environ["REDIS_URL"])._replace(path=QUEUES_OF_NOBODY).geturl()
            )
            os.environ["STOCKE_MEDIA_ROOT"] = folder
            import django

            django.setup()
            import django_rq
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            json.dump([told(place, when, server) for place, when in PLACES], sys.stdout)
            django_rq.get_connection("feeds").flushdb()
        finally:
            server.stop()


if __name__ == "__main__":
    main(sys.argv[1])
