"""Every call to BigCommerce and every answer of the one that we play is judged by its published descriptions.

Skipped where these are not beside the checkout. The tests of the connector are judged without asking for it: what is
proved here is that the judge finds what is wrong, and that no call of ours is left out.
"""

import json
from typing import Any

import pytest

from stocke.channels.connectors.bigcommerce import reports
from stocke.channels.connectors.bigcommerce.transport import call
from stocke.channels.connectors.errors import Refused
from stocke.channels.connectors.shape import Door, ParcelReport, RefundReport
from stocke.core.sealing import Secrets
from tests.fakes.bigcommerce import TOKEN, Store, running_store
from tests.fakes.bigcommerce_described import CAN_JUDGE, wrong_answer, wrong_call

pytestmark = pytest.mark.skipif(
    not CAN_JUDGE, reason="no descriptions of BigCommerce, or nobody to judge by them"
)

JSON = {"accept": "application/json", "content-type": "application/json"}
LEVELS = "v3/inventory/adjustments/absolute"


def level(**given: Any) -> dict[str, Any]:
    return {"items": [{"location_id": 1, "quantity": 3, **given}]}


@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "body", "wrong"),
    [
        ("PUT", LEVELS, {}, JSON, level(variant_id=7), []),
        ("PUT", LEVELS, {}, JSON, level(sku="MUG-1"), []),
        ("GET", "v2/orders", {"limit": "50", "sort": "date_modified:asc"}, JSON, None, []),
        ("GET", "v2/nowhere", {}, JSON, None, ["GET v2/nowhere is described nowhere"]),
        ("PATCH", "v2/orders", {}, {}, None, ["PATCH /orders is not described"]),
        ("GET", "v2/orders", {"since": "now"}, JSON, None, ["?since is not described"]),
        ("GET", "v2/orders", {"min_id": "x"}, JSON, None, ["query min_id: data must be integer"]),
        ("GET", "v2/orders", {}, {}, None, ["header Accept is missing"]),
        ("GET", "v2/orders/seven", {}, JSON, None, ["path order_id: data must be integer"]),
        (
            "GET",
            "v3/catalog/products",
            {"limit": "251"},
            JSON,
            None,
            ["query limit: data must be smaller than or equal to 250"],
        ),
        ("PUT", LEVELS, {}, JSON, None, ["the body is missing"]),
        (
            "PUT",
            LEVELS,
            {},
            {**JSON, "content-type": "text/plain"},
            level(),
            ["a body of text/plain is not described"],
        ),
        ("PUT", LEVELS, {}, JSON, {"reason": "x"}, ["body: data must contain ['items'] properties"]),
        (
            "PUT",
            LEVELS,
            {},
            JSON,
            level(variant_id=7, note="x"),
            ["body.items[0].note is not described"],
        ),
        (
            "POST",
            "v2/orders/7/shipments",
            {},
            JSON,
            {"tracking_number": "7" * 51},
            ["body: data.tracking_number must be shorter than or equal to 50 characters"],
        ),
    ],
)
def test_a_call_is_judged_by_its_path_question_headers_and_body(
    method: str, path: str, query: dict[str, str], headers: dict[str, str], body: Any, wrong: list[str]
) -> None:
    sent = b"" if body is None else json.dumps(body).encode()

    assert wrong_call(method, path, query, headers, sent) == wrong


@pytest.mark.parametrize("one", [{"variant_id": 7, "product_id": 7}, {"variant_id": "7"}, {"quantity": 2.5}])
def test_a_number_that_is_no_number_or_names_two_things_is_no_level(one: dict[str, Any]) -> None:
    assert wrong_call("PUT", LEVELS, {}, JSON, json.dumps(level(**one)).encode()) != []


@pytest.mark.parametrize(
    ("path", "status", "told", "wrong"),
    [
        ("v2/orders/7/products", 200, [{"id": 7, "quantity": 1, "total_inc_tax": "15.0000"}], []),
        ("v2/orders/7/products", 200, [{"id": "7"}], ["answer: data[0].id must be integer"]),
        ("v3/inventory/locations", 200, {"data": [{"id": 1, "colour": 3}]}, ["answer.data[0].colour is not described"]),
        ("v3/hooks", 418, {}, ["a 418 is not described"]),
        ("v2/orders/7/shipments", 204, None, []),
    ],
)  # fmt: skip
def test_an_answer_is_judged_by_its_status_and_its_fields(
    path: str, status: int, told: Any, wrong: list[str]
) -> None:
    assert wrong_answer("GET", path, status, told) == wrong


def door_to(store: Store) -> Door:
    return Door(store.url, Secrets({"token": TOKEN}), {})


def test_a_call_made_wrong_on_purpose_is_refused_and_fails_its_test(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with pytest.raises(AssertionError, match="items"), running_store() as store:
        with pytest.raises(Refused):
            call(door_to(store), "PUT", LEVELS, data={"reason": "nothing"})
        assert len(store.wrong) == 1


def test_a_parcel_with_a_long_number_and_link_is_shortened_to_what_the_store_takes(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_store() as store:
        order = store.sell(store.add("MUG-1", 7), 2)
        line = str(order["products"][0]["id"])
        url = "https://carrier.example/" + "x" * 500
        parcel = ParcelReport("parcel:1", str(order["id"]), {line: 2}, "dpd", "7" * 60, url)

        made = reports.report_parcel(door_to(store), parcel, tried=False)

        assert reports.report_parcel(door_to(store), parcel, tried=True) == made
        ((kept,),) = store.shipments.values()
        assert (kept["tracking_number"], kept["tracking_link"]) == ("7" * 50, "")


def test_a_refund_bears_its_mark_where_the_store_keeps_it_and_is_found_by_it(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_store() as store:
        order = store.sell(store.add("MUG-1", 7), 2)
        refund = RefundReport("refund:1", str(order["id"]), 1250, "EUR")

        made = reports.report_refund(door_to(store), refund, tried=False)

        assert reports.report_refund(door_to(store), refund, tried=True) == made
        ((kept,),) = store.refunds.values()
        assert [item["reason"] for item in kept["items"]] == ["Stock e (refund:1)"]
