"""What a supplier sends or says while a process of ours dies: it counts once or not yet, and never by half."""

import json
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlencode

import django_rq
import pytest
from django.conf import settings
from django.test import Client

from orders.domain.stock_links import address_of, open_link
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from suppliers.domain.feeds import create_feed
from suppliers.domain.push_keys import issue_key
from suppliers.domain.schedules import dispatch_due
from suppliers.jobs.feeds import sweep_runs
from suppliers.models import Observation, OfferStock, Push, Run
from tests.factories.suppliers import SupplierFactory
from tests.kills.test_feeds import time_passes
from tests.kills.workers import Request, kill_web_at, work_off, worker_paused_at
from tests.orders.test_stock_page import filled, offer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media")]
CLOCK = Actor.job("clock")
TOKEN = "x" * 32
PUSHES = "/api/v1/stock/pushes"
SENT = json.dumps({"levels": [{"sku": "A", "quantity": 3}, {"sku": "C", "quantity": 8}]}).encode()


@pytest.fixture(autouse=True)
def queue() -> Generator[None]:
    django_rq.get_queue("feeds").delete()
    yield
    django_rq.get_queue("feeds").delete()


@pytest.fixture
def headers() -> dict[str, str]:
    """Those of a program that may push, and marks what it sends."""
    feed = create_feed(SupplierFactory(), by=CLOCK, name="ERP", transport="push")
    secret = issue_key(feed, name="ERP", by=CLOCK)[1]
    named = {"Content-Type": "application/json", "Idempotency-Key": "today-1"}
    return {"Authorization": f"Bearer {secret}", **named}


def send(headers: dict[str, str]) -> str:
    kind = headers["Content-Type"]
    named = {name: value for name, value in headers.items() if name != "Content-Type"}
    answer = Client(headers=named).post(PUSHES, SENT, content_type=kind)
    return str(answer.json()["outcome"])


def stock() -> dict[str, int | None]:
    return dict(OfferStock.objects.values_list("offer__supplier_sku", "quantity"))


@pytest.mark.parametrize(
    ("place", "when", "kept", "said_again"),
    [
        ("suppliers.domain.pushes:sent_before", "after", 0, "stored"),
        ("suppliers.domain.pushes:request_run", "before", 1, "same"),
    ],
    ids=["before it is kept", "before an import is asked for"],
)
def test_a_web_process_that_dies_over_a_push_kept_all_of_it_or_nothing(
    headers: dict[str, str], tmp_path: Path, place: str, when: str, kept: int, said_again: str
) -> None:
    kill_web_at(place, when, tmp_path / "reached", Request(PUSHES, SENT, headers))

    assert (Push.objects.count(), Run.objects.count(), stock()) == (kept, 0, {})

    # His program got no answer, and sends the same again.
    assert send(headers) == said_again
    dispatch_due()
    work_off("feeds")
    assert (Push.objects.count(), stock()) == (1, {"A": 3, "C": 8})
    assert list(Run.objects.values_list("status", flat=True)) == ["applied"]


@pytest.mark.parametrize(
    ("place", "when"),
    [("suppliers.domain.importing:gather", "after"), ("suppliers.domain.partial:write", "after")],
)
def test_a_worker_that_dies_over_a_push_leaves_it_to_the_next(
    headers: dict[str, str], tmp_path: Path, place: str, when: str
) -> None:
    send(headers)

    with worker_paused_at("feeds", place, when, tmp_path / "reached"):
        during = stock()
    time_passes()
    sweep_runs()
    work_off("feeds")

    assert (during, stock()) == ({}, {"A": 3, "C": 8})
    assert list(Run.objects.values_list("status", "attempts")) == [("applied", 2)]
    assert Observation.objects.count() == 2


def test_a_web_process_that_dies_over_what_a_supplier_says_on_his_page_took_none_of_it(
    tmp_path: Path,
) -> None:
    supplier = SupplierFactory()
    offer(supplier, "A", 12)
    offer(supplier, "B", 7)
    path = address_of(open_link(supplier, by=CLOCK)).removeprefix(settings.PUBLIC_URL)
    said = filled(supplier, {"A": 9, "B": "none"})
    form = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Host": "testserver",
        "Cookie": f"{settings.CSRF_COOKIE_NAME}={TOKEN}",
    }
    body = urlencode({**said, "csrfmiddlewaretoken": TOKEN}).encode()
    before = HistoryEntry.objects.count()

    kill_web_at(
        "orders.domain.statements:observe_many", "after", tmp_path / "reached", Request(path, body, form)
    )

    assert (stock(), Observation.objects.count()) == ({"A": 12, "B": 7}, 0)
    assert HistoryEntry.objects.count() == before
    # He sends the page again, as a browser offers to do.
    assert Client().post(path, said).status_code == 303
    assert stock() == {"A": 9, "B": 0}
