"""What each platform's refusals and failures mean to us, and which messages of theirs are believed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from stocke.channels.connectors.bigcommerce import transport as bigcommerce
from stocke.channels.connectors.errors import ShopError
from stocke.channels.connectors.shopify import transport as shopify
from stocke.channels.connectors.woocommerce import transport as woocommerce
from stocke.channels.models import Delivery, ShopOrder
from stocke.core.outbound import Exchanged
from tests.channels.conftest import House, mug

THROTTLED = {
    "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
    "extensions": {
        "cost": {"requestedQueryCost": 101, "throttleStatus": {"currentlyAvailable": 1, "restoreRate": 50}}
    },
}
TOO_MUCH_BACK = "woocommerce_rest_cannot_create_order_refund"


@pytest.mark.parametrize(
    ("understood", "status", "headers", "told", "code", "wait"),
    [
        (woocommerce.understood, 429, {"retry-after": "7"}, {}, "busy", 7),
        (woocommerce.understood, 429, {}, {}, "busy", 60),
        (woocommerce.understood, 500, {}, "<html>Fatal</html>", "unsure", None),
        (woocommerce.understood, 401, {}, {"code": "woocommerce_rest_cannot_view"}, "credentials", None),
        (woocommerce.understood, 404, {}, {"code": "rest_no_route"}, "no_interface", None),
        (woocommerce.understood, 500, {}, {"code": "woocommerce_rest_no", "data": 404}, "gone", None),
        (woocommerce.understood, 500, {}, {"code": "woocommerce_rest_no", "data": 400}, "refused", None),
        (woocommerce.understood, 500, {}, {"code": "woocommerce_rest_no", "data": 500}, "unsure", None),
        (woocommerce.understood, 500, {}, {"code": TOO_MUCH_BACK, "data": 500}, "refused", None),
        (woocommerce.understood, 500, {}, {"code": "internal_server_error", "data": {}}, "unsure", None),
        (woocommerce.understood, 200, {}, "<html>Maintenance</html>", "down", None),
        (woocommerce.understood, 301, {"location": "https://other.example"}, "", "moved", None),
        (shopify.understood, 200, {}, THROTTLED, "busy", 2),
        (shopify.understood, 429, {}, {}, "busy", 10),
        (
            shopify.understood,
            401,
            {},
            {"errors": "[API] Invalid API key or access token"},
            "credentials",
            None,
        ),
        (shopify.understood, 404, {}, {"errors": "Not Found"}, "no_interface", None),
        (shopify.understood, 402, {}, {}, "frozen", None),
        (shopify.understood, 502, {}, "", "unsure", None),
        (bigcommerce.understood, 429, {"x-rate-limit-time-reset-ms": "15000"}, {}, "busy", 15),
        (bigcommerce.understood, 429, {}, {}, "busy", 30),
        (bigcommerce.understood, 401, {}, {"title": "Unauthorized"}, "credentials", None),
        (bigcommerce.understood, 403, {}, {"title": "Scope"}, "permission", None),
        (bigcommerce.understood, 504, {}, "", "unsure", None),
    ],
)
def test_every_failure_has_its_name_and_its_rest(
    understood: Callable[[Exchanged], Any],
    status: int,
    headers: dict[str, str],
    told: Any,
    code: str,
    wait: float | None,
) -> None:
    body = told.encode() if isinstance(told, str) else json.dumps(told).encode()

    with pytest.raises(ShopError) as caught:
        understood(Exchanged(status, headers, body))

    assert (caught.value.code, caught.value.wait) == (code, wait)


def test_a_message_that_was_cut_or_is_huge_is_refused_and_not_kept(house: House, settings: Any) -> None:
    house.tend()
    body = json.dumps({"id": 7, "padding": "x" * 500}).encode()
    hook = next(iter(house.shop.hooks.values()))
    headers = house.shop.headers(hook["id"], body, hook["topic"])
    kind = "application/json"

    cut = Client().post("/hooks/boutique/", body[:-20], content_type=kind, headers=headers)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 300
    huge = Client().post("/hooks/boutique/", body, content_type=kind, headers=headers)

    assert (cut.status_code, huge.status_code, Delivery.objects.count()) == (401, 413, 0)


def test_older_news_that_comes_late_overwrites_nothing(house: House) -> None:
    row, _offer = mug(house, ours=7)
    house.tend()
    order = house.shop.sell((row, 1))
    early = json.dumps(order).encode()
    house.shop.change(order, status="cancelled")
    late = json.dumps(order).encode()

    for body in (late, early, early):
        house.deliver("order.updated", body)
    house.tend()

    seen = ShopOrder.objects.get()
    assert (seen.standing, Delivery.objects.count()) == ("cancelled", 2)
