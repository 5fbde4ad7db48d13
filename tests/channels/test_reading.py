"""Reading the orders of shops: one that nobody understands stops nothing, and no crowd of changes hides one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orders.models import Order
from stocke.channels.connectors import CONNECTORS
from stocke.channels.connectors.errors import NotAnOrder
from stocke.channels.connectors.shape import Door, RemoteOrder
from stocke.channels.connectors.woocommerce.orders import understood, units_of
from stocke.channels.models import Channel, ShopOrder
from stocke.core.sealing import Secrets
from tests.channels.conftest import KEYS, House, mug
from tests.fakes import bigcommerce, shopify
from tests.fakes.woocommerce import Row, Shop

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def seen_orders() -> list[tuple[str, str, list[Any]]]:
    rows = ShopOrder.objects.order_by("pk")
    return [(row.remote_id, row.state, row.problems) for row in rows]


def read(
    kind: str, url: str, secrets: dict[str, str], facts: dict[str, Any] | None = None
) -> list[RemoteOrder]:
    door = Door(url, Secrets(secrets), facts or {})
    return [order for page in CONNECTORS[kind].orders_since(door, NOON) for order in page.orders]


def at(second: int) -> str:
    return (NOON + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S")


def test_an_order_that_nobody_understands_is_shown_and_keeps_no_other_from_coming_in(house: House) -> None:
    row, _offer = mug(house, ours=7)
    house.tend()
    odd = house.shop.sell((row, 1))
    odd["line_items"][0]["quantity"] = "two"
    good = house.shop.sell((row, 1))

    channel = house.tend()
    house.settle()

    assert seen_orders() == [
        (str(odd["id"]), "apart", [{"code": "unreadable"}]),
        (str(good["id"]), "taken", []),
    ]
    assert (channel.problem, Order.objects.get().external_id) == ("", str(good["id"]))

    odd["line_items"][0]["quantity"] = 1
    house.shop.change(odd)
    house.tend()
    house.settle()

    assert [state for _id, state, _problems in seen_orders()] == ["taken", "taken"]


def test_an_order_with_half_a_sign_is_set_aside_and_keeps_no_other_from_coming_in(house: House) -> None:
    row, _offer = mug(house, ours=7)
    house.tend()
    odd = house.shop.sell((row, 1), customer_note="thanks \ud83d")
    good = house.shop.sell((row, 1))

    channel = house.tend()
    house.settle()

    assert seen_orders() == [
        (str(odd["id"]), "apart", [{"code": "unreadable"}]),
        (str(good["id"]), "taken", []),
    ]
    assert channel.problem == ""


def test_an_order_in_hand_that_becomes_unreadable_stays_as_it_was_and_says_so(house: House) -> None:
    row, _offer = mug(house, ours=7)
    house.tend()
    order = house.shop.sell((row, 2))
    house.tend()
    house.settle()
    house.shop.change(order, line_items=[{"id": 1}])

    house.tend()
    house.settle()

    assert seen_orders() == [(str(order["id"]), "taken", [{"code": "unreadable"}])]
    assert Order.objects.get().lines.get().quantity == 2


def test_a_word_that_no_database_keeps_stops_no_other_order(house: House) -> None:
    row, _offer = mug(house, ours=7)
    house.tend()
    house.shop.sell((row, 1), customer_note="ring\0twice")
    house.shop.sell((row, 1), customer_note="ring", status="a-state-with-a-name-longer-than-forty-characters")

    channel = house.tend()

    assert channel.problem == ""
    assert [problems for _id, _state, problems in seen_orders()] == [
        [{"code": "unreadable"}],
        [{"code": "unknown_state"}],
    ]


def test_an_order_that_bears_a_date_to_come_hides_none_before_it(house: House) -> None:
    row, _offer = mug(house, ours=7)
    house.tend()
    house.shop.sell((row, 1))["date_modified_gmt"] = "2099-01-01T00:00:00"
    house.tend()

    house.shop.sell((row, 1))
    house.tend()

    assert ShopOrder.objects.count() == 2


@pytest.mark.parametrize("moved", [False, True], ids=["at rest", "while one changes"])
def test_a_crowd_of_one_second_is_read_whole(shop: Shop, moved: bool) -> None:
    product = shop.add_product("MUG-1", 1000)
    orders = [shop.sell((product, 1), date_modified_gmt=at(5)) for _ in range(230)]
    asked: list[int] = []

    def move_one() -> None:
        asked.append(1)
        if moved and len(asked) == 4:
            orders[0]["date_modified_gmt"] = at(60)

    shop.before_list = move_one

    found = {order.remote_id for order in read("woocommerce", shop.url, KEYS)}

    assert found == {str(order["id"]) for order in orders}


def test_a_crowd_in_a_bigcommerce_store_is_read_whole(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with bigcommerce.running_store() as store:
        product = store.add("MUG-1", 1000)
        for _ in range(120):
            store.sell(product, 1, status_id=2)["date_modified"] = "Mon, 04 May 2026 12:00:05 +0000"

        found = {order.remote_id for order in read("bigcommerce", store.url, {"token": bigcommerce.TOKEN})}

        assert found == {str(number) for number in store.orders}


def test_an_unreadable_order_of_a_bigcommerce_store_is_read_as_such(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with bigcommerce.running_store() as store:
        odd, good = (store.sell(store.add(sku, 9), 1) for sku in ("MUG-1", "CUP-1"))
        odd["products"][0]["total_inc_tax"] = "a lot"

        found = read("bigcommerce", store.url, {"token": bigcommerce.TOKEN})

        assert [(order.remote_id, order.is_unreadable) for order in found] == [
            (str(odd["id"]), True),
            (str(good["id"]), False),
        ]


def test_a_shopify_order_that_shows_late_or_cannot_be_read_stops_and_misses_nothing(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with shopify.running_shopify() as shop:
        rows = [shop.sell(shop.add(f"A-{number}", 9), 1) for number in range(12)]
        for row in rows:
            row["updatedAt"] = at(5) + "Z"
        rows[0]["updatedAt"] = at(-3) + "Z"
        rows[1]["lineItems"]["nodes"][0]["quantity"] = None

        found = read("shopify", shop.url, {"token": shopify.TOKEN})

        assert [order.remote_id for order in found] == [row["legacyResourceId"] for row in rows]
        assert [order.remote_id for order in found if order.is_unreadable] == [rows[1]["legacyResourceId"]]


def paid(order: RemoteOrder) -> int:
    return order.shipping_cents + sum(line.quantity * line.unit_price_cents for line in order.lines)


def line(number: int, units: int, total: str, tax: str) -> Row:
    return {"id": number, "product_id": number, "quantity": units, "total": total, "total_tax": tax}


@pytest.mark.parametrize(
    ("fees", "total"),
    [([], 5490), (["-3.00"], 5190), (["-10.00"], 4490), (["-60.00"], 0), (["2.00", "-1.00"], 5590)],
)
def test_what_a_fee_below_zero_lets_off_is_not_charged(fees: list[str], total: int) -> None:
    row = {
        "id": 1,
        "status": "processing",
        "currency": "EUR",
        "shipping_total": "4.90",
        "line_items": [line(1, 3, "25.00", "5.00"), line(2, 1, "20.00", "0.00")],
        "fee_lines": [{"total": fee, "total_tax": "0"} for fee in fees],
    }

    assert paid(understood(row, {})) == total


def test_parts_of_a_unit_pass_for_no_whole_ones() -> None:
    """Plugins that sell by weight or length have them."""
    bought = {**line(1, 1, "25.00", "5.00"), "quantity": 1.5}
    row = {"id": 1, "status": "processing", "currency": "EUR", "line_items": [bought]}
    meta = [{"key": "_refunded_item_id", "value": "1"}]

    with pytest.raises(NotAnOrder):
        understood(row, {})
    with pytest.raises(ValueError, match=r"-0.5"):
        units_of([{"id": 2, "line_items": [{"quantity": -0.5, "meta_data": meta}]}])


def test_money_that_is_not_counted_in_hundredths_is_refused_and_shown(house: House) -> None:
    row, _offer = mug(house, ours=7)
    house.tend()
    house.shop.sell((row, 1), currency="JPY")

    house.tend()
    house.settle()

    ((_id, state, (problem,)),) = seen_orders()
    assert (state, problem["code"], problem["field"]) == ("refused", "currency_unit", "currency")
    assert Order.objects.count() == 0
    assert Channel.objects.get().problem == ""
