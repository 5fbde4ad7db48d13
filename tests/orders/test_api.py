"""Orders by JSON."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orders.models import Order
from stocke.core.models import ApiToken, HistoryEntry
from tests.factories.orders import OrderFactory
from tests.factories.products import ProductFactory
from tests.factories.tokens import token_headers

pytestmark = pytest.mark.django_db
URL = "/api/v1/orders"


@pytest.fixture(autouse=True)
def products() -> None:
    ProductFactory(sku="A-1", name="Lampe Alba")
    ProductFactory(sku="B-2")


def order(**given: Any) -> dict[str, Any]:
    return {
        "external_id": "E-1",
        "placed_at": "2026-11-20T10:30:00+01:00",
        "currency": "EUR",
        "customer": {"email": "camille@customer.example", "first_name": "Camille"},
        "lines": [{"sku": "A-1", "quantity": 2, "unit_price_cents": 6900}],
        **given,
    }


def post(client: Client, body: Any, headers: dict[str, str] | None = None) -> tuple[int, Any]:
    text = body if isinstance(body, str) else json.dumps(body)
    answer = client.post(URL, text, content_type="application/json", headers=headers or token_headers())
    return answer.status_code, answer.json()


def get(client: Client, url: str, headers: dict[str, str]) -> Any:
    return client.get(url, headers=headers)


def errors(body: Any) -> list[tuple[int | None, str, str]]:
    return [(error["row"], error["field"], error["code"]) for error in body["errors"]]


def test_an_order_is_handed_over_in_the_name_of_the_tokens_channel(client: Client) -> None:
    status, answer = post(client, order(ship_to={"city": "Lille"}), token_headers(channel="boutique"))

    stored = Order.objects.get()
    assert (status, answer) == (
        201,
        {"outcome": "created", "number": stored.number, "external_id": "E-1", "status": "received"},
    )
    assert (stored.channel, stored.total_cents, stored.ship_to) == ("boutique", 13800, {"city": "Lille"})
    assert HistoryEntry.objects.get(kind="order.received").actor_label == "boutique"


def test_the_customers_class_comes_with_his_order(client: Client) -> None:
    sent = order()
    sent["customer"]["customer_class"] = "pro"

    status, _answer = post(client, sent)

    assert (status, Order.objects.get().customer.customer_class) == (201, "pro")


def test_the_same_order_again_changes_nothing_and_a_changed_one_amends(client: Client) -> None:
    headers = token_headers()
    post(client, order(), headers)

    again = post(client, order(), headers)
    changed = post(client, order(note="ring twice"), headers)

    assert [(status, answer["outcome"]) for status, answer in (again, changed)] == [
        (200, "same"),
        (200, "amended"),
    ]
    assert Order.objects.get().note == "ring twice"


def test_everything_wrong_is_named_at_once_and_nothing_is_kept(client: Client) -> None:
    lines = [
        {"sku": "A-1", "quantity": 1, "unit_price_cents": 100},
        {"sku": "X-9", "quantity": 1, "unit_price_cents": 100},
        {"sku": "B-2", "quantity": -4, "unit_price_cents": 100},
    ]

    status, answer = post(client, order(lines=lines, currency="euros"))

    assert (status, errors(answer)) == (
        422,
        [(None, "currency", "malformed"), (2, "sku", "unknown_sku"), (3, "quantity", "not_positive")],
    )
    assert answer["errors"][1]["value"] == "X-9"
    assert "X-9" in answer["errors"][1]["message"]
    assert Order.objects.count() == 0


def test_values_of_the_wrong_shape_are_named_together_with_unknown_skus(client: Client) -> None:
    lines = [
        {"sku": "A-1", "quantity": "two", "unit_price_cents": 100},
        {"sku": "X-9", "unit_price_cents": 1.5},
    ]

    status, answer = post(client, {"lines": lines, "customer": {}})

    assert status == 422
    assert errors(answer) == [
        (None, "external_id", "missing"),
        (None, "placed_at", "missing"),
        (None, "customer.email", "missing"),
        (1, "quantity", "malformed"),
        (2, "quantity", "missing"),
        (2, "unit_price_cents", "malformed"),
        (2, "sku", "unknown_sku"),
    ]
    assert Order.objects.count() == 0


@pytest.mark.parametrize("body", ["", "{", "[]", '"order"', "null", '{"lines": 4}', "[" * 100_000])
def test_what_is_no_order_is_refused_politely(client: Client, body: str) -> None:
    status, answer = post(client, body)

    assert status in {400, 422}
    assert answer["errors"]
    assert Order.objects.count() == 0


def test_text_that_cannot_be_kept_is_refused(client: Client) -> None:
    status, answer = post(client, order(note="\ud800", ship_to={"city": "a\x00"}, external_id="\x00"))

    assert (status, errors(answer)) == (
        422,
        [
            (None, "external_id", "malformed"),
            (None, "note", "malformed"),
            (None, "ship_to.city", "malformed"),
        ],
    )


def test_a_contradiction_to_what_was_done_is_a_conflict(client: Client) -> None:
    headers = token_headers()
    post(client, order(), headers)
    stored = Order.objects.get()
    stored.lines.update(status="ordered")

    status, answer = post(
        client, order(lines=[{"sku": "B-2", "quantity": 1, "unit_price_cents": 1}]), headers
    )

    assert (status, errors(answer)) == (409, [(None, "lines", "line_ordered")])
    assert list(stored.lines.values_list("ordered_sku", flat=True)) == ["A-1"]


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}]
)
def test_without_a_token_nothing_opens(client: Client, headers: dict[str, str]) -> None:
    answer = client.post(URL, json.dumps(order()), content_type="application/json", headers=headers)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json()["errors"][0]["code"] == "unauthorized"
    assert Order.objects.count() == 0


def test_a_revoked_token_opens_nothing(client: Client) -> None:
    headers = token_headers()
    ApiToken.objects.update(revoked_at=timezone.now())

    assert post(client, order(), headers)[0] == 401


def test_a_token_does_only_what_its_scopes_say(client: Client) -> None:
    reader, writer = token_headers(scopes=("orders.read",)), token_headers(scopes=("orders.write",))

    refused = post(client, order(), reader)

    assert (refused[0], refused[1]["errors"][0]["code"]) == (403, "forbidden")
    assert "orders.write" in refused[1]["errors"][0]["message"]
    assert get(client, URL, writer).status_code == 403
    assert Order.objects.count() == 0


def test_the_use_of_a_token_is_noted_by_day(client: Client) -> None:
    post(client, order())

    assert ApiToken.objects.get().last_used_on == timezone.localdate()


def test_a_body_beyond_the_limit_is_not_read(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    status, answer = post(client, order(note="x" * 2000))

    assert (status, answer["errors"][0]["code"]) == (413, "too_large")


def test_one_order_is_shown_with_its_lines(client: Client) -> None:
    headers = token_headers()
    post(client, order(), headers)
    number = Order.objects.get().number

    answer = get(client, f"{URL}/{number}", headers).json()

    assert answer == {
        "number": number,
        "external_id": "E-1",
        "status": "received",
        "placed_at": "2026-11-20T09:30:00Z",
        "promised_on": None,
        "currency": "EUR",
        "total_cents": 13800,
        "shipping_cents": 0,
        "lines": [
            {
                "position": 1,
                "line_id": "",
                "sku": "A-1",
                "sent_sku": "A-1",
                "name": "Lampe Alba",
                "quantity": 2,
                "unit_price_cents": 6900,
                "status": "new",
                "promised_on": None,
            }
        ],
    }


@pytest.mark.parametrize("number", ["nonsense", "%00", "1%2F2"])
def test_an_unknown_order_is_not_found(client: Client, number: str) -> None:
    answer = get(client, f"{URL}/{number}", token_headers())

    assert answer.status_code == 404


def test_another_channels_order_is_not_found(client: Client) -> None:
    foreign = OrderFactory(channel="market")

    answer = get(client, f"{URL}/{foreign.number}", token_headers(channel="demo"))

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "not_found")


def test_orders_are_walked_through_page_by_page(client: Client) -> None:
    headers = token_headers()
    orders = [OrderFactory() for _ in range(5)]
    OrderFactory(channel="market")

    pages, after = [], 0
    while True:
        answer = get(client, f"{URL}?limit=2&after={after}", headers).json()
        pages.append([one["number"] for one in answer["orders"]])
        if answer["next_after"] is None:
            break
        after = answer["next_after"]

    numbers = [one.number for one in orders]
    assert pages == [numbers[:2], numbers[2:4], numbers[4:]]


def test_an_order_is_found_by_the_shops_own_number(client: Client) -> None:
    wanted = OrderFactory(external_id="W-7")
    OrderFactory()

    answer = get(client, f"{URL}?external_id=W-7", token_headers()).json()

    assert [one["number"] for one in answer["orders"]] == [wanted.number]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "after=-1", "after=x", "after=99999999999999999999", "external_id=%00"]
)
def test_a_page_out_of_bounds_is_refused(client: Client, query: str) -> None:
    assert get(client, f"{URL}?{query}", token_headers()).status_code == 422


def test_the_description_and_its_page_need_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/docs?lang=en").content.decode()
    described = client.get("/api/openapi.json").json()

    assert "https://" not in page
    assert set(described["paths"]) >= {"/api/v1/orders", "/api/v1/orders/{number}"}


def test_the_page_around_the_description_is_in_its_readers_language(client: Client) -> None:
    pages = [client.get(f"/api/docs?lang={language}").content.decode() for language in ("en", "fr")]

    said = [re.findall(r"<h3>(.*?)</h3>|<summary>(.*?) [\d(]", page) for page in pages]
    words = [{"".join(pair) for pair in found} for found in said]
    assert words == [
        {"In the address", "The least it takes", "Everything it takes", "Answer"},
        {"Dans l’adresse", "Le strict nécessaire", "Tout ce qu’elle accepte", "Réponse"},
    ]
    assert all('lang="en">Hand over an order</h2>' in page for page in pages)
