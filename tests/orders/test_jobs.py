"""Jobs of orders: what events start and what the clock sweeps."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import django_rq
import pytest
from django.utils import timezone

from orders.domain.intake import take_in
from orders.domain.purchasing import order_purchases
from orders.domain.verification import verify_orders
from orders.events import LineRefused
from orders.jobs import purchasing, verification
from orders.jobs.purchasing import purchase, sweep_unasked
from orders.jobs.verification import sweep_received, verify_received
from orders.models import Order, PurchaseOrder
from stocke.core.actors import Actor
from stocke.wiring import CLOCK, REACTIONS
from tests.factories.incoming import incoming
from tests.factories.orders import OrderFactory
from tests.factories.products import ProductFactory
from tests.factories.purchases import ConfirmedOrderFactory
from tests.factories.suppliers import OfferFactory

pytestmark = pytest.mark.django_db


def waiting_order(seconds_old: int = 0) -> Order:
    order = OrderFactory(lines=[{"product": OfferFactory().product}])
    Order.objects.filter(pk=order.pk).update(received_at=timezone.now() - timedelta(seconds=seconds_old))
    return order


def statuses() -> list[str]:
    return list(Order.objects.order_by("pk").values_list("status", flat=True))


def test_taking_an_order_in_queues_its_verification_once_it_is_committed(
    django_capture_on_commit_callbacks: Any,
) -> None:
    ProductFactory(sku="A-1")
    queue = django_rq.get_queue("orders")
    queue.delete()

    with django_capture_on_commit_callbacks(execute=True):
        order = take_in(incoming("A-1"), by=Actor.channel("demo")).order

    [job] = queue.jobs
    assert (job.func_name, job.args) == ("orders.jobs.verification.verify_received", (order.pk,))
    queue.delete()


def test_one_job_verifies_the_orders_that_wait_with_it() -> None:
    orders = [waiting_order() for _ in range(3)]

    assert verify_received(orders[2].pk) == 3
    assert statuses() == ["confirmed"] * 3


def test_the_sweep_verifies_what_waits_for_half_a_minute() -> None:
    waiting_order(seconds_old=31), waiting_order(seconds_old=5)

    assert sweep_received() == 1
    assert statuses() == ["confirmed", "received"]


def test_an_order_that_cannot_be_verified_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad, also_good = (waiting_order(seconds_old=60) for _ in range(3))

    def fails_with_the_bad_one(order_ids: Collection[int], *, by: Actor) -> int:
        if bad.pk in order_ids:
            raise RuntimeError("poison")
        return verify_orders(order_ids, by=by)

    monkeypatch.setattr(verification, "verify_orders", fails_with_the_bad_one)
    monkeypatch.setattr("orders.domain.verification.verify_orders", fails_with_the_bad_one)

    assert sweep_received() == 2
    assert statuses() == ["confirmed", "received", "confirmed"]
    assert {good.status, also_good.status} == {"received"}


def test_the_sweep_asks_suppliers_of_confirmed_lines() -> None:
    ConfirmedOrderFactory(OfferFactory())
    OrderFactory(lines=[{"status": "safe"}])

    assert [sweep_unasked(), sweep_unasked()] == [1, 0]
    assert PurchaseOrder.objects.count() == 1


def test_a_purchase_that_fails_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = ConfirmedOrderFactory(OfferFactory()), ConfirmedOrderFactory(OfferFactory())

    def fails_for_the_bad_one(order_id: int, **given: Any) -> list[PurchaseOrder]:
        if order_id == bad.pk:
            raise RuntimeError("poison")
        return order_purchases(order_id, **given)

    monkeypatch.setattr(purchasing, "order_purchases", fails_for_the_bad_one)

    assert sweep_unasked() == 1
    assert PurchaseOrder.objects.get().order == good


def test_a_job_that_comes_twice_is_harmless() -> None:
    order = ConfirmedOrderFactory(OfferFactory())

    assert [purchase(order.pk), purchase(order.pk)] == [1, 0]


def test_every_event_of_orders_has_a_reaction_and_every_sweep_a_tick() -> None:
    jobs = {tick.job for tick in CLOCK}

    assert {"orders.jobs.verification.sweep_received", "orders.jobs.purchasing.sweep_unasked"} <= jobs
    assert {"orders.jobs.reservations.sweep_contained", "orders.jobs.reservations.prove_counters"} <= jobs
    assert REACTIONS[LineRefused]
