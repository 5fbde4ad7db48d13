"""Every answer and message recorded from running shops is understood. Skipped where there are no recordings."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from stocke.channels.connectors.errors import Gone, NotAllowed, Refused, ShopError
from stocke.channels.connectors.shape import Greeting, Notice, Wanted
from stocke.channels.connectors.woocommerce.hooks import is_greeting, notice, recognise, signature
from stocke.channels.connectors.woocommerce.orders import understood as order_of
from stocke.channels.connectors.woocommerce.stock import listing_of, said_of
from stocke.channels.connectors.woocommerce.transport import understood
from stocke.core.outbound import Exchanged

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "contracts" / "woocommerce"
RECORDINGS = sorted(FOLDER.glob("recorded-exchanges_*.tgz"))
DELIVERIES = "webhook_deliveries"

pytestmark = pytest.mark.skipif(not RECORDINGS, reason="no recordings of WooCommerce beside the checkout")


def recorded(archive: Path) -> dict[str, Any]:
    with tarfile.open(archive) as tar:
        files = {member.name: tar.extractfile(member) for member in tar.getmembers() if member.isfile()}
        return {Path(name).stem: json.load(file) for name, file in files.items() if file}


def answer(exchange: dict[str, Any]) -> Exchanged:
    response = exchange["response"]
    headers = {name.lower(): value for name, value in response["headers"].items()}
    return Exchanged(response["status"], headers, json.dumps(response["body"]).encode())


def outcome(exchange: dict[str, Any]) -> str:
    try:
        understood(answer(exchange))
    except ShopError as error:
        return error.code
    return "yes"


@pytest.fixture(params=RECORDINGS, ids=[path.stem for path in RECORDINGS])
def recordings(request: pytest.FixtureRequest) -> dict[str, Any]:
    return recorded(request.param)


def test_every_answer_means_what_its_status_says(recordings: dict[str, Any]) -> None:
    meanings = {"yes": range(200, 300), "credentials": [401], "permission": [401, 403], "gone": [404]}
    wrong = {
        name: (status, meaning)
        for name, exchange in recordings.items()
        if name != DELIVERIES
        for status, meaning in [(exchange["response"]["status"], outcome(exchange))]
        if status not in meanings.get(meaning, range(400, 500))
    }

    assert wrong == {}


def test_refusals_are_told_apart(recordings: dict[str, Any]) -> None:
    found = {}
    for name in ("401_bad_key", "401_readonly_write", "order_404", "products_batch_101", "put_qty_fraction"):
        try:
            understood(answer(recordings[name]))
        except ShopError as error:
            found[name] = type(error)

    assert found == {
        "401_bad_key": NotAllowed,
        "401_readonly_write": NotAllowed,
        "order_404": Gone,
        "products_batch_101": Refused,
        "put_qty_fraction": Refused,
    }


def test_every_order_is_read(recordings: dict[str, Any]) -> None:
    rows = [
        exchange["response"]["body"]
        for name, exchange in recordings.items()
        if name.startswith("order_")
        and "line_items" in exchange["response"]["body"]
        and name != "order_refund"
    ]
    orders = [order_of(row, {}) for row in rows]

    assert len(orders) >= 6
    assert {order.standing for order in orders} <= {"paid", "unpaid", "cancelled", "complete"}
    order = order_of(recordings["order_get"]["response"]["body"], {"1": 1})
    assert [(line.sku, line.listing, line.quantity, line.unit_price_cents) for line in order.lines] == [
        ("MUG-1", "10", 1, 1250),
        ("TEE-S", "12", 1, 2000),
    ]
    assert (order.shipping_cents, order.customer["language"], order.ship_to["city"]) == (490, "en", "Berlin")


def test_failures_inside_a_yes_are_found(recordings: dict[str, Any]) -> None:
    exchange = recordings["products_batch_update_with_bad_id"]
    wanted = [
        Wanted(str(one["id"]), "", one["stock_quantity"]) for one in exchange["request"]["body"]["update"]
    ]

    said = said_of(wanted, exchange["response"]["body"]["update"])

    assert [(one.remote_id, one.problem) for one in said] == [("10", ""), ("999999", "gone")]


def test_a_variation_among_products_fails_alone(recordings: dict[str, Any]) -> None:
    exchange = recordings["products_batch_variation_id"]
    wanted = [
        Wanted(str(one["id"]), "", one["stock_quantity"]) for one in exchange["request"]["body"]["update"]
    ]

    assert {one.problem for one in said_of(wanted, exchange["response"]["body"]["update"])} >= {"gone"}


def test_every_product_is_a_listing(recordings: dict[str, Any]) -> None:
    found = [listing_of(row) for row in recordings["products_by_sku"]["response"]["body"]]

    assert sorted((one.sku, one.keeping, one.parent) for one in found) == [
        ("MUG-1", "own", ""),
        ("TEE-S", "own", "11"),
    ]


def test_every_message_is_genuine_or_a_greeting(recordings: dict[str, Any]) -> None:
    """The bodies were recorded as data, so they are signed anew here; that the shop's own signatures are good was
    observed when they were recorded."""
    kinds: dict[str, int] = {"greeting": 0, "notice": 0, "vague": 0}
    for message in recordings[DELIVERIES]:
        headers = {name.lower(): value for name, value in message["headers"].items()}
        if isinstance(message["body"], str):
            assert is_greeting(headers, message["body"].encode())
            assert isinstance(recognise(["secret"], headers, message["body"].encode()), Greeting)
            kinds["greeting"] += 1
            continue
        body = json.dumps(message["body"]).encode()
        headers["x-wc-webhook-signature"] = signature("secret", body)
        told = recognise(["newer", "secret"], headers, body)
        assert isinstance(told, Notice)
        assert told == notice(headers, body)
        kinds["notice" if told.resource_id else "vague"] += 1

    assert kinds["greeting"] and kinds["notice"], kinds
