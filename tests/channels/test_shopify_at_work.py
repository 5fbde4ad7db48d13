"""A Shopify shop from connecting to the last parcel, over real HTTP."""

import gzip
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import graphql
import pytest
from django.test import Client

from orders.domain.shipping import Parcel, announce
from orders.models import Order, OrderStatus
from stocke.channels.connectors.shopify import documents
from stocke.channels.connectors.shopify.hooks import signature
from stocke.channels.domain.connecting import change_keys, connect, knock
from stocke.channels.domain.reporting import owe
from stocke.channels.models import Channel, Delivery, Listing, Report
from tests.channels.conftest import BY, House, restate, stocked
from tests.fakes.shopify import CLIENT_SECRET, TOKEN, ShopifyShop, problem_at_run_time, running_shopify

KEYS = {"token": TOKEN, "client_secret": CLIENT_SECRET}
SCHEMAS = sorted(
    (Path(__file__).resolve().parents[2].parent / "shared/contracts/shopify").glob("admin_*.json.gz")
)


@pytest.fixture
def shop(settings: Any) -> Generator[ShopifyShop]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_shopify() as started:
        yield started


@pytest.fixture
def house(shop: ShopifyShop, db: None) -> House:
    found = knock("shopify", shop.url, KEYS)
    channel = connect("shopify", shop.url, KEYS, found, by=BY, slug="boutique")
    return House(shop, channel)  # type: ignore[arg-type]  # only what both kinds of shop have is used


def deliver(body: bytes, secret: str, **changed: str) -> int:
    headers = {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Hmac-Sha256": signature(secret, body),
        **changed,
    }
    return (
        Client().post("/hooks/boutique/", body, content_type="application/json", headers=headers).status_code
    )


@pytest.mark.skipif(not SCHEMAS, reason="no schemas of Shopify beside the checkout")
@pytest.mark.parametrize("path", SCHEMAS, ids=[path.name for path in SCHEMAS])
def test_every_operation_fits_every_schema(path: Path) -> None:
    schema = graphql.build_client_schema(json.loads(gzip.decompress(path.read_bytes()))["data"])

    wrong = {
        name: [error.message for error in graphql.validate(schema, graphql.parse(document))]
        for name, document in documents.ALL.items()
    }

    assert {name: errors for name, errors in wrong.items() if errors} == {}


def test_what_the_schema_does_not_say_is_demanded_all_the_same() -> None:
    bare = documents.TELL.replace(" @idempotent(key: $key)", "")
    named = {"input": {"quantities": [{"inventoryItemId": "1", "quantity": 1}]}}

    assert problem_at_run_time(bare, {}) is not None
    assert problem_at_run_time(documents.TELL, named) is not None


def test_a_connected_shop_is_told_what_we_have_and_only_what_differs(shop: ShopifyShop, house: House) -> None:
    row, same = shop.add("MUG-1", 2), shop.add("CUP-1", 4)
    stocked("MUG-1", 7)
    stocked("CUP-1", 4)

    channel = house.tend()

    assert (channel.problem, row["quantity"], same["quantity"]) == ("", 7, 4)
    assert shop.calls.count("Tell") == 1
    house.tend()
    assert shop.calls.count("Tell") == 1


def test_whether_an_item_may_be_bought_at_zero_is_known_and_stays_as_it_is(
    shop: ShopifyShop, house: House
) -> None:
    goods = [shop.add("MUG-1", 7, policy="CONTINUE"), shop.add("CUP-1", 7)]
    for row in goods:
        restate(stocked(row["sku"], 7), 0)

    house.tend()

    assert [row["quantity"] for row in goods] == [0, 0]
    assert [row.get("policy") for row in goods] == ["CONTINUE", None]
    assert dict(Listing.objects.values_list("sku", "backorders")) == {"MUG-1": True, "CUP-1": False}


def test_a_sale_while_we_speak_is_not_wiped(shop: ShopifyShop, house: House) -> None:
    row, other = shop.add("MUG-1", 2), shop.add("CUP-1", 1)
    stocked("MUG-1", 7)
    stocked("CUP-1", 3)

    def sell_meanwhile(name: str) -> None:
        if name == "Tell" and row["quantity"] == 2:
            shop.sell(row, 1)

    shop.before = sell_meanwhile
    house.tend()
    assert (row["quantity"], other["quantity"]) == (1, 3)
    assert Listing.objects.get(sku="MUG-1").problem == "moved"

    house.tend()
    house.settle()
    house.tend()

    assert row["quantity"] == 6
    assert Order.objects.count() == 1


def test_orders_come_in_and_their_end_follows(shop: ShopifyShop, house: House) -> None:
    row = shop.add("MUG-1", 7)
    stocked("MUG-1", 7)
    house.tend()
    order = shop.sell(row, 2)
    waiting = shop.sell(row, 1, financial="PENDING")
    house.tend()
    house.settle()

    taken = Order.objects.get()
    assert (taken.external_id, taken.total_cents) == (order["legacyResourceId"], 2990)
    shop.change(order, cancelledAt=shop.now())
    del shop.orders[waiting["id"]]
    house.tend()
    house.settle()

    taken.refresh_from_db()
    assert taken.status == OrderStatus.CANCELLED


def test_a_parcel_becomes_a_fulfilment_once(shop: ShopifyShop, house: House) -> None:
    row = shop.add("MUG-1", 7)
    stocked("MUG-1", 7)
    house.tend()
    shop.sell(row, 2)
    house.tend()
    house.settle()
    order = Order.objects.get()
    announce(order.pk, Parcel({order.lines.get().pk: 2}, "01234567890123", "dpd"), by=BY)
    house.settle()
    house.tend()
    Report.objects.update(state="waiting")

    house.tend()

    (parcel,) = shop.fulfilments
    assert (list(parcel["units"].values()), parcel["tracking"]["number"]) == ([2], "01234567890123")
    assert Report.objects.get().state == "done"


def test_messages_are_proved_by_the_secret_of_the_app_and_for_a_while_by_the_one_before(house: House) -> None:
    assert deliver(b'{"id": 9007199254740994}', CLIENT_SECRET) == 200
    assert deliver(b'{"id": 2}', "somebody") == 401
    old = {"X-Shopify-Triggered-At": "2020-01-01T00:00:00Z"}
    assert deliver(b'{"id": 3}', CLIENT_SECRET, **old) == 401

    found = knock("shopify", house.shop.url, KEYS)
    change_keys(house.channel, {**KEYS, "client_secret": "newer"}, found, by=BY)

    assert (deliver(b'{"id": 4}', "newer"), deliver(b'{"id": 5}', CLIENT_SECRET)) == (200, 200)
    kept = list(Delivery.objects.order_by("pk").values_list("resource", "resource_id"))
    assert kept == [("order", "9007199254740994"), ("order", "4"), ("order", "5")]


def test_a_spent_budget_is_waited_for(shop: ShopifyShop, house: House) -> None:
    status = {"maximumAvailable": 2000, "currentlyAvailable": 0, "restoreRate": 50}
    cost = {"requestedQueryCost": 1000, "throttleStatus": status}
    throttled = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
    shop.faults.append({"errors": [throttled], "extensions": {"cost": cost}})

    channel = house.tend()

    assert channel.problem == "busy"
    assert channel.not_before is not None
    assert channel.problem_since is not None
    assert 15 < (channel.not_before - channel.problem_since).total_seconds() < 25


def test_missing_scopes_are_named(shop: ShopifyShop, db: None) -> None:
    shop.scopes = ("write_orders", "read_products")

    found = knock("shopify", shop.url, KEYS)

    assert "write_inventory" in found.missing
    assert "read_orders" not in found.missing


def test_a_rise_is_told_from_what_is_there(shop: ShopifyShop, house: House) -> None:
    row = shop.add("MUG-1", 2)
    offer = stocked("MUG-1", 7)
    house.tend()
    restate(offer, 9)

    house.tend()

    assert row["quantity"] == 9
    assert Channel.objects.get().problem == ""


def test_a_refund_whose_answer_was_lost_is_on_the_shops_record_once(shop: ShopifyShop, house: House) -> None:
    row = shop.add("MUG-1", 7)
    stocked("MUG-1", 7)
    house.tend()
    there = shop.sell(row, 2)
    house.tend()
    facts = {"amount_cents": 1250, "currency": "EUR"}
    number = there["legacyResourceId"]
    owe("boutique", key="refund:1", kind="refund", remote_order=number, facts=facts)

    house.tend()
    Report.objects.update(state="waiting")
    house.tend()

    ((refund,),) = shop.refunds.values()
    given = {"orderId": there["id"], "amount": "12.50", "gateway": "manual", "kind": "REFUND"}
    assert (refund["transactions"], refund["notify"]) == ([given], False)
    assert (Report.objects.get().state, shop.calls.count("Refund")) == ("done", 1)
