"""What a shop throws away without a word is found by looking, in shops of every kind."""

from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.models import Order, OrderStatus
from stocke.channels.connectors import CONNECTORS
from stocke.channels.domain.looking import LOOK_AGAIN
from stocke.channels.domain.shop_orders import LOOK_EVERY
from stocke.channels.models import Channel, Listing, ShopOrder
from stocke.core.models import HistoryEntry
from tests.channels.conftest import House, restate, stocked
from tests.channels.kinds import KINDS, connected
from tests.channels.test_shopify_at_work import deliver
from tests.fakes import shopify
from tests.fakes.woocommerce import Row

MISSING = [{"code": "missing"}]


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, settings: Any, db: None) -> Generator[House]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with KINDS[request.param].running() as shop:
        yield House(shop, connected(request.param, shop))


def sold(house: House, units: int = 1) -> list[Row]:
    """Orders that we have taken in."""
    kind = KINDS[house.channel.kind]
    row = kind.add(house.shop, "MUG-1")
    stocked("MUG-1", 7)
    house.tend()
    rows = [kind.sell(house.shop, row) for _ in range(units)]
    house.tend()
    house.settle()
    return rows


def look(house: House) -> None:
    ShopOrder.objects.exclude(look_at=None).update(look_at=timezone.now() - timedelta(seconds=1))
    assert house.tend().problem == ""
    house.settle()


def test_an_order_deleted_without_a_word_ends_after_a_second_look(house: House) -> None:
    sold(house, 2)
    kept, lost = ShopOrder.objects.order_by("pk")
    del house.shop.orders[key_there(house, lost)]

    look(house)

    lost.refresh_from_db()
    assert (lost.state, lost.problems) == ("taken", MISSING)
    assert lost.look_at is not None
    assert lost.look_at < timezone.now() + LOOK_AGAIN
    assert not Order.objects.filter(status=OrderStatus.CANCELLED).exists()

    look(house)

    ended = Order.objects.get(status=OrderStatus.CANCELLED)
    assert ended.external_id == lost.remote_id
    entry = HistoryEntry.objects.get(kind="order.ended_by_shop")
    assert (entry.thread, entry.data, entry.actor_label) == (f"order:{ended.pk}", {"how": "gone"}, "boutique")
    lost, kept = ShopOrder.objects.get(pk=lost.pk), ShopOrder.objects.get(pk=kept.pk)
    assert (lost.problems, lost.look_at, kept.problems) == ([], None, [])
    assert kept.look_at is not None
    assert kept.look_at > timezone.now() + LOOK_EVERY / 2


def key_there(house: House, row: ShopOrder) -> Any:
    return f"gid://shopify/Order/{row.remote_id}" if house.channel.kind == "shopify" else int(row.remote_id)


def test_an_order_that_is_there_again_at_the_second_look_goes_on(house: House) -> None:
    sold(house)
    row = ShopOrder.objects.get()
    hidden = house.shop.orders.pop(key_there(house, row))
    look(house)
    house.shop.orders[key_there(house, row)] = hidden

    look(house)

    row.refresh_from_db()
    assert (row.problems, row.standing) == ([], "paid")
    assert not HistoryEntry.objects.filter(kind="order.ended_by_shop").exists()


def test_a_product_deleted_without_a_word_is_reported_once_and_told_no_more(house: House) -> None:
    kind = KINDS[house.channel.kind]
    kept, lost = kind.add(house.shop, "MUG-1"), kind.add(house.shop, "CUP-1")
    offers = [stocked("MUG-1", 5), stocked("CUP-1", 5)]
    house.tend()
    kind.lose(house.shop, lost)
    for offer in offers:
        restate(offer, 4)

    assert house.tend().problem == ""
    Listing.objects.update(not_before=None)
    restate(offers[1], 3)
    house.tend()
    Channel.objects.update(listings_wanted=True)
    house.tend()

    assert HistoryEntry.objects.get(kind="listing.gone").data == {"listings": 1}
    assert Listing.objects.get(sku="CUP-1").problem == "gone"
    assert 4 in (kept.get("stock_quantity"), kept.get("quantity"), kept.get("inventory_level"))


def test_no_more_orders_are_looked_for_at_once_than_the_shop_bears_the_most_overdue_first(
    house: House, monkeypatch: Any
) -> None:
    sold(house, 3)
    rows = list(ShopOrder.objects.order_by("pk"))
    now = timezone.now()
    for minutes, row in zip((2, 3, 1), rows, strict=True):
        ShopOrder.objects.filter(pk=row.pk).update(look_at=now - timedelta(minutes=minutes))
    # Nothing has changed there, so that no order is read for another reason.
    Channel.objects.update(orders_cursor=now + timedelta(days=1))
    monkeypatch.setattr(type(CONNECTORS[house.channel.kind]), "looks_at", 2)

    house.tend()

    late = ShopOrder.objects.filter(look_at__lte=now)
    assert [row.pk for row in late] == [rows[2].pk]


def test_old_orders_and_those_that_are_complete_there_are_no_longer_looked_for(house: House) -> None:
    sold(house)
    ShopOrder.objects.update(placed_at=timezone.now() - timedelta(days=51))
    house.shop.orders.clear()

    look(house)

    row = ShopOrder.objects.get()
    assert (row.look_at, row.problems) == (None, [])


def test_what_a_shop_does_not_show_of_old_orders_is_no_deletion(settings: Any, db: None) -> None:
    """Shopify shows an app the orders of sixty days, unless it was let in to all."""
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with shopify.running_shopify() as shop:
        house = House(shop, connected("shopify", shop))  # type: ignore[arg-type]  # only what all kinds have is used
        sold(house)
        row = ShopOrder.objects.get()
        ShopOrder.objects.update(placed_at=timezone.now() - timedelta(days=61))
        shop.orders.clear()
        body = b'{"id": %s}' % row.remote_id.encode()
        assert deliver(body, shopify.CLIENT_SECRET) == 200
        house.tend()
        house.settle()

    assert Order.objects.exclude(status=OrderStatus.CANCELLED).count() == 1
