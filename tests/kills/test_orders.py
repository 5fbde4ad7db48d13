"""A worker killed in the middle of sourcing or purchasing, and a queue that lost its memory."""

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import django_rq
import pytest
from django.utils import timezone

from orders.domain.allocations import prove_counters
from orders.domain.intake import take_in
from orders.jobs.purchasing import sweep_unasked
from orders.jobs.verification import sweep_received
from orders.models import Allocation, Order, PurchaseOrder, PurchaseOrderLine
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from suppliers.models import OfferStock
from tests.factories.incoming import incoming
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory
from tests.kills.workers import work_off, worker_paused_at

pytestmark = pytest.mark.django_db(transaction=True)
SHOP = Actor.channel("demo")
IN_SOURCING = [
    ("orders.domain.verification:_promise", "before"),
    ("orders.domain.verification:_promise", "after"),
    ("orders.domain.verification:_settle", "after"),
]
IN_PURCHASING = [
    ("orders.domain.purchasing:ask", "before"),
    ("orders.domain.purchasing:ask", "after"),
    ("orders.domain.purchasing:tell_customer", "after"),
]


@pytest.fixture(autouse=True)
def order() -> Generator[Order]:
    """An order of two products that their suppliers have, taken in and queued."""
    django_rq.get_queue("orders").delete()
    for sku in ("A-1", "B-2"):
        OfferFactory(product=ProductFactory(sku=sku), quantity=5)
    yield take_in(incoming("A-1", "B-2"), by=SHOP).order
    django_rq.get_queue("orders").delete()


def everything_once() -> bool:
    """One promise, one question and one letter for each thing; nothing lost, nothing doubled."""
    return (
        list(Order.objects.values_list("status", flat=True)) == ["confirmed"]
        and list(OfferStock.objects.values_list("reserved", flat=True)) == [1, 1]
        and Allocation.objects.count()
        == PurchaseOrderLine.objects.count()
        == PurchaseOrder.objects.count()
        == 2
        and Message.objects.filter(kind="order_confirmed").count() == 1
        and Message.objects.filter(kind="purchase_order").count() == 2
        and HistoryEntry.objects.filter(kind="order.confirmed").count() == 1
        and prove_counters() == []
    )


def sweep() -> None:
    """What the clock does when the events are lost."""
    Order.objects.update(received_at=timezone.now() - timedelta(minutes=1))
    sweep_received()
    sweep_unasked()


@pytest.mark.parametrize(("place", "when"), IN_SOURCING)
def test_a_worker_killed_in_sourcing_leaves_nothing_half_done(place: str, when: str, tmp_path: Path) -> None:
    with worker_paused_at("orders", place, when, tmp_path / "reached"):
        assert Allocation.objects.count() == 0
        assert set(OfferStock.objects.values_list("reserved", flat=True)) == {0}

    sweep()

    assert everything_once()


@pytest.mark.parametrize(("place", "when"), IN_PURCHASING)
def test_a_worker_killed_in_purchasing_asks_nobody_twice(place: str, when: str, tmp_path: Path) -> None:
    with worker_paused_at("orders", place, when, tmp_path / "reached"):
        assert (PurchaseOrder.objects.count(), Message.objects.count()) == (0, 0)
        assert Order.objects.get().status == "confirmed"

    sweep()

    assert everything_once()


def test_a_wiped_queue_loses_no_order() -> None:
    django_rq.get_connection("orders").flushdb()

    sweep()

    assert everything_once()


def test_sweeps_and_jobs_together_do_everything_once() -> None:
    sweep()
    work_off("orders")
    sweep()

    assert everything_once()
