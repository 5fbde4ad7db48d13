"""A worker killed between the yes of a supplier's server and our mark: asked once, and a person decides."""

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import django_rq
import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.jobs.transmissions import send_due, sweep_sending
from orders.models import PurchaseOrder, Transmission
from stocke.core.jobs import enqueue
from tests.factories.ordering import SupplierWithRules, asked_of
from tests.fakes.web import FakeWeb, running_web
from tests.kills.workers import work_off, worker_paused_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Generator[FakeWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    monkeypatch.setenv("STOCKE_ALLOWED_PRIVATE_HOSTS", "localhost")
    with running_web() as started:
        yield started


def test_a_worker_killed_between_his_servers_yes_and_the_mark_asks_nobody_twice(
    web: FakeWeb, tmp_path: Path
) -> None:
    access = {"url": web.put("/orders", b"", status=201), "auth": "none"}
    supplier = SupplierWithRules(rules={"way": "api", "access": access})
    asked_of(supplier, confirmed_at=timezone.now() - timedelta(hours=1))
    django_rq.get_connection("mail").flushdb()
    enqueue("mail", send_due)

    with worker_paused_at("mail", "orders.domain.handing_over:settle", "before", tmp_path / "accepted"):
        assert len(web.bodies) == 1

    Transmission.objects.update(claimed_at=timezone.now() - timedelta(minutes=11))
    django_rq.get_connection("mail").flushdb()
    enqueue("mail", sweep_sending)
    enqueue("mail", send_due)
    work_off("mail")
    assert (Transmission.objects.get().status, PurchaseOrder.objects.get().status) == ("unsure", "prepared")
    assert len(web.bodies) == 1
