"""A BigCommerce store from connecting to the last parcel, over real HTTP."""

import json
import time
from collections.abc import Generator
from typing import Any

import pytest
from django.test import Client

from orders.domain.cancelling_lines import cancel_lines, cancellables
from orders.domain.settlements import mark_done
from orders.domain.shipping import Parcel, announce
from orders.models import Order, OrderStatus, Refund
from orders.queries.orders import orders_in_full
from stocke.channels.connectors.standard_webhooks import headers
from stocke.channels.domain.connecting import connect, knock
from stocke.channels.models import Channel, Delivery, Listing
from tests.channels.conftest import BY, House, stocked
from tests.fakes.bigcommerce import CLIENT_SECRET, TOKEN, Store, running_store

KEYS = {"token": TOKEN, "client_secret": CLIENT_SECRET}


@pytest.fixture
def store(settings: Any) -> Generator[Store]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_store() as started:
        yield started


@pytest.fixture
def house(store: Store, db: None) -> House:
    found = knock("bigcommerce", store.url, KEYS)
    channel = connect("bigcommerce", store.url, KEYS, found, by=BY, slug="boutique")
    return House(store, channel)  # type: ignore[arg-type]  # only what all kinds of shop have is used


@pytest.fixture
def sold(store: Store, house: House) -> Order:
    row = store.add("MUG-1", 7)
    stocked("MUG-1", 7)
    house.tend()
    store.sell(row, 2)
    house.tend()
    house.settle()
    return Order.objects.get()


def deliver(told: dict[str, Any], *, secret: str = CLIENT_SECRET, late: int = 0) -> int:
    body = json.dumps(told).encode()
    signed = headers(secret.encode(), "msg_1", int(time.time()) - late, body)
    kind = signed.pop("Content-Type")
    return Client().post("/hooks/boutique/", body, content_type=kind, headers=signed).status_code


def test_stock_is_set_by_the_id_under_which_the_store_keeps_it(store: Store, house: House) -> None:
    alone, variant = store.add("MUG-1", 2), store.add("TEE-S", 0, tracking="variant")
    stocked("MUG-1", 7)
    stocked("TEE-S", 3)

    channel = house.tend()

    assert (channel.problem, alone["inventory_level"], variant["inventory_level"]) == ("", 7, 3)
    assert store.calls.count("PUT v3/inventory/adjustments/absolute") == 1


def test_one_wrong_item_of_a_call_that_is_refused_whole_is_found_and_the_rest_is_told(
    store: Store, house: House
) -> None:
    rows = [store.add(f"A-{number}", 0) for number in range(5)]
    for row in rows:
        stocked(row["sku"], 4)
    Channel.objects.update(tells_stock=False)
    house.tend()
    rows[3]["tracking"] = "variant"
    Channel.objects.update(tells_stock=True)

    house.tend()

    assert [row["inventory_level"] for row in rows] == [4, 4, 4, 0, 4]
    assert Listing.objects.get(sku="A-3").problem == "refused"


def test_an_order_is_bought_when_it_is_paid_and_not_when_it_is_there(store: Store, house: House) -> None:
    row = store.add("MUG-1", 7)
    stocked("MUG-1", 7)
    house.tend()
    order = store.sell(row, 2, status_id=0)
    house.tend()
    house.settle()
    assert Order.objects.count() == 0

    store.change(order, status_id=11)
    house.tend()
    house.settle()

    taken = Order.objects.get()
    assert (taken.total_cents, taken.ship_to["city"]) == (3490, "Berlin")
    store.change(order, status_id=5)
    house.tend()
    house.settle()
    taken.refresh_from_db()
    assert taken.status == OrderStatus.CANCELLED


def test_messages_are_proved_as_the_standard_says(house: House) -> None:
    told = {"scope": "store/order/created", "data": {"type": "order", "id": 250}, "hash": "abc"}

    assert deliver(told) == 200
    assert deliver(told, secret="other") == 401
    assert deliver(told, late=3600) == 401

    kept = Delivery.objects.get()
    assert (kept.resource, kept.resource_id, kept.version) == ("order", "250", "abc")


def test_a_webhook_that_was_switched_off_is_woken(store: Store, house: House) -> None:
    house.tend()
    first = next(iter(store.hooks.values()))
    first["is_active"] = False
    Channel.objects.update(hooks_tended_at=None)

    house.tend()

    assert first["is_active"]
    assert len(store.hooks) == 6


def test_a_429_is_waited_for_as_long_as_it_says(store: Store, house: House) -> None:
    store.faults.append((429, {"status": 429, "title": "Slow"}, {"X-Rate-Limit-Time-Reset-Ms": "15000"}))

    channel = house.tend()

    assert channel.problem == "busy"
    assert channel.not_before is not None
    assert channel.problem_since is not None
    assert 10 < (channel.not_before - channel.problem_since).total_seconds() < 20


def test_a_parcel_becomes_a_shipment(store: Store, house: House, sold: Order) -> None:
    announce(sold.pk, Parcel({sold.lines.get().pk: 2}, "01234567890123", "dpd"), by=BY)
    house.settle()

    house.tend()

    ((parcel,),) = store.shipments.values()
    assert (parcel["order_address_id"], parcel["tracking_number"]) == (7, "01234567890123")
    assert [item["quantity"] for item in parcel["items"]] == [2]


def test_a_refund_is_noted_without_paying_it_a_second_time(store: Store, house: House, sold: Order) -> None:
    lines = cancellables(orders_in_full().get(pk=sold.pk))
    cancel_lines(sold.pk, {one.line.pk: one.fate for one in lines}, by=BY)
    mark_done(Refund.objects.get().pk, reference="R-1", method="card", bank_days=3, by=BY)
    house.settle()

    house.tend()

    ((refund,),) = store.refunds.values()
    assert refund["payments"] == [{"provider_id": "custom", "amount": 34.9, "offline": True}]
    assert next(iter(store.orders.values()))["status_id"] == 5
