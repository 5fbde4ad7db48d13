"""Keys that are revoked, apps that are uninstalled, versions that are withdrawn, and clocks that are apart."""

import json
import time
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orders.models import Order
from stocke.channels.connectors.standard_webhooks import headers as standard_headers
from stocke.channels.domain.connecting import change_keys, knock
from stocke.channels.models import Channel, Delivery, Listing, ShopOrder
from stocke.core.models import HistoryEntry
from tests.channels.conftest import BY, House, restate, stocked
from tests.channels.kinds import KINDS, connected
from tests.channels.test_bigcommerce_at_work import deliver as deliver_standard
from tests.channels.test_shopify_at_work import deliver as deliver_shopify
from tests.fakes import bigcommerce, shopify

GOODBYE = {"scope": "store/app/uninstalled", "store_id": "1", "data": {}, "hash": "abc", "created_at": 1}


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, settings: Any, db: None) -> Generator[House]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with KINDS[request.param].running() as shop:
        yield House(shop, connected(request.param, shop))


@pytest.fixture(params=["shopify", "bigcommerce"])
def app_house(request: pytest.FixtureRequest, settings: Any, db: None) -> Generator[House]:
    """Where we are an app that can be uninstalled, and a platform's clock dates the orders."""
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with KINDS[request.param].running() as shop:
        yield House(shop, connected(request.param, shop))


def say_goodbye(house: House) -> int:
    if house.channel.kind == "bigcommerce":
        return deliver_standard(GOODBYE)
    topic = {"X-Shopify-Topic": "app/uninstalled"}
    return deliver_shopify(b'{"id": 548380009, "domain": "demo.example"}', shopify.CLIENT_SECRET, **topic)


def kinds_of(channel: Channel) -> list[str]:
    rows = HistoryEntry.objects.filter(thread=f"channel:{channel.pk}").order_by("pk")
    return [row.kind.removeprefix("channel.") for row in rows if row.kind.startswith("channel.")]


def test_a_revoked_key_is_said_stops_no_other_shop_and_a_new_one_takes_up_where_it_broke_off(
    house: House,
) -> None:
    kind = KINDS[house.channel.kind]
    row, offer = kind.add(house.shop, "MUG-1"), stocked("MUG-1", 7)
    house.tend()
    kind.rekey(house.shop, kind.newer)
    kind.sell(house.shop, row)
    restate(offer, 9)

    assert house.tend().problem == "credentials"
    with KINDS["woocommerce"].running() as other:
        KINDS["woocommerce"].add(other, "MUG-1")
        assert House(other, connected("woocommerce", other, "other")).tend().problem == ""
        assert Listing.objects.get(channel__slug="other").told == 9

    change_keys(house.channel, kind.newer, knock(house.channel.kind, house.shop.url, kind.newer), by=BY)
    assert house.tend().problem == ""
    house.settle()
    house.tend()

    assert (Order.objects.count(), Listing.objects.get(channel=house.channel).told) == (1, 8)
    assert kinds_of(house.channel) == ["connected", "ailing", "keys_changed", "well"]


def test_an_app_that_was_uninstalled_says_so_and_is_well_again_once_it_is_connected_anew(
    app_house: House,
) -> None:
    kind = KINDS[app_house.channel.kind]
    app_house.tend()
    kind.rekey(app_house.shop, kind.newer)

    assert say_goodbye(app_house) == 200
    assert app_house.tend().problem == "uninstalled"
    assert app_house.tend().problem == "uninstalled"

    found = knock(app_house.channel.kind, app_house.shop.url, kind.newer)
    change_keys(app_house.channel, kind.newer, found, by=BY)
    assert app_house.tend().problem == ""
    assert Delivery.objects.get(resource="app").state == "ignored"


def test_a_goodbye_that_somebody_plays_again_ends_nothing(app_house: House) -> None:
    app_house.tend()

    assert say_goodbye(app_house) == 200
    assert app_house.tend().problem == ""

    assert Delivery.objects.get(resource="app").state == "ignored"


def test_a_version_that_was_withdrawn_is_named_and_told_apart_from_a_wrong_address(house: House) -> None:
    house.tend()
    house.shop.is_withdrawn = True

    problem = house.tend().problem

    expected = {"woocommerce": "no_interface", "shopify": "withdrawn", "bigcommerce": "withdrawn"}
    assert problem == expected[house.channel.kind]


def test_a_shop_that_answers_by_another_version_works_and_its_page_warns(
    settings: Any, client: Client, admin_user: Any
) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with shopify.running_shopify() as shop:
        channel = connected("shopify", shop)
        shop.speaks = "2026-10"

        assert House(shop, channel).tend().problem == ""  # type: ignore[arg-type]  # only what all kinds have is used

    client.force_login(admin_user)
    page = client.get(f"/channels/{channel.pk}/").content.decode()
    assert "la version de son interface que nous parlons (2026-07)" in page


@pytest.mark.parametrize("ahead", [-3600, 3600])
def test_orders_placed_by_a_clock_that_is_an_hour_off_come_in_and_hide_none(
    app_house: House, ahead: int
) -> None:
    kind = KINDS[app_house.channel.kind]
    row = kind.add(app_house.shop, "MUG-1")
    stocked("MUG-1", 7)
    app_house.shop.clock_ahead = ahead
    app_house.shop.clock = datetime.now(UTC) + timedelta(seconds=ahead)
    Channel.objects.all().delete()
    app_house.channel = connected(app_house.channel.kind, app_house.shop)
    app_house.tend()
    kind.sell(app_house.shop, row)
    app_house.tend()
    kind.sell(app_house.shop, row)

    channel = app_house.tend()
    app_house.settle()

    assert Order.objects.count() == 2
    assert abs(channel.facts["seconds_ahead"] - ahead) < 60


def test_an_order_that_bears_a_date_to_come_hides_none_before_it(app_house: House) -> None:
    kind = KINDS[app_house.channel.kind]
    row = kind.add(app_house.shop, "MUG-1")
    app_house.tend()
    odd = kind.sell(app_house.shop, row)
    name = "updatedAt" if app_house.channel.kind == "shopify" else "date_modified"
    odd[name] = "2099-01-01T00:00:00Z" if name == "updatedAt" else "Thu, 01 Jan 2099 00:00:00 +0000"
    app_house.tend()

    kind.sell(app_house.shop, row)
    app_house.tend()

    assert ShopOrder.objects.count() == 2
    assert app_house.channel.orders_cursor is not None
    assert app_house.channel.orders_cursor < timezone.now() + timedelta(minutes=1)


def test_messages_count_while_the_clocks_are_a_quarter_of_an_hour_apart(settings: Any, db: None) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with bigcommerce.running_store() as store:
        connected("bigcommerce", store)
    body = json.dumps(
        {"scope": "store/order/created", "data": {"type": "order", "id": 7}, "hash": "a"}
    ).encode()

    def status(seconds: int) -> int:
        key = bigcommerce.CLIENT_SECRET.encode()
        signed = standard_headers(key, "msg_1", int(time.time()) + seconds, body)
        kind = signed.pop("Content-Type")
        return Client().post("/hooks/boutique/", body, content_type=kind, headers=signed).status_code

    assert [status(seconds) for seconds in (-900, 900, -3600, 3600)] == [200, 200, 401, 401]
    assert Delivery.objects.get().times == 2


def test_a_message_of_shopify_counts_for_a_day_by_whichever_clock(settings: Any, db: None) -> None:
    """A retry bears the time of the first try, four hours before; a clock that is ahead bears one to come."""
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with shopify.running_shopify() as shop:
        connected("shopify", shop)

    def status(number: int, hours: int) -> int:
        at = datetime.now(UTC) + timedelta(hours=hours)
        told = {"X-Shopify-Triggered-At": at.isoformat()}
        return deliver_shopify(b'{"id": %d}' % number, shopify.CLIENT_SECRET, **told)

    assert [status(number, hours) for number, hours in ((1, -4), (2, 1), (3, -25))] == [200, 200, 401]
