"""The demonstration's own shop: a foreign site with our badge, which hears our messages."""

import json
import time
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from orders.domain.availability_interfaces import save_interface
from orders.models import AvailabilityInterface
from stocke.channels.connectors.standard_webhooks import headers, key_of
from stocke.channels.models import Channel, Listing
from stocke.core.actors import Actor
from stocke.core.domain.credentials import reveal
from stocke.demo.world.shop import follow_address, open_shop
from stocke.demo.world.voices import access_to
from suppliers.domain.feeds import GivenSecrets
from tests.factories.products import ProductFactory
from tests.factories.suppliers import SupplierFactory

pytestmark = pytest.mark.django_db
PLACE = "/demo/shop/"


@pytest.fixture
def shop(settings: Settings) -> Channel:
    settings.DEMO_SHOP_URL, settings.PUBLIC_URL = "http://127.0.0.2:8000", "http://127.0.0.1:8000"
    settings.MAILBOX_DIR = "somewhere"
    ProductFactory(sku="ME-1", name="Vase Dune, lin")
    return open_shop()


def test_it_is_connected_and_its_pages_may_ask(shop: Channel) -> None:
    assert (shop.slug, shop.url) == ("boutique", "http://127.0.0.2:8000/demo/shop/")
    assert shop.window.origins == ["http://127.0.0.2:8000"]
    listing = Listing.objects.get()
    assert (listing.sku, listing.product.image_url if listing.product else "") == (
        "ME-1",
        "http://127.0.0.1:8000/demo/pictures/ME-1.svg",
    )


def test_it_takes_what_we_signed_and_nothing_else(shop: Channel, client: Client) -> None:
    body = json.dumps({"type": "stock.changed", "data": {"levels": []}}).encode()
    key = key_of(reveal(shop.credential)["signing"])
    signed = headers(key, "stock_1", int(time.time()), body)

    taken = client.post(PLACE, body, content_type="application/json", headers=signed)
    forged = client.post(PLACE, body + b" ", content_type="application/json", headers=signed)

    assert (taken.status_code, forged.status_code) == (204, 401)


def test_it_moves_with_the_demonstration_to_another_port(shop: Channel, settings: Settings) -> None:
    supplier = SupplierFactory(code="specimen")
    save_interface(supplier, access_to(supplier.code), GivenSecrets(), by=Actor.job("test"))
    settings.DEMO_SHOP_URL, settings.PUBLIC_URL = "http://127.0.0.2:8001", "http://127.0.0.1:8001"

    follow_address()

    asked_at = AvailabilityInterface.objects.get().access["url"]
    assert asked_at == "http://127.0.0.2:8001/demo/stockrooms/specimen/"
    shop = Channel.objects.select_related("window").get()
    assert (shop.url, shop.window.origins) == (
        "http://127.0.0.2:8001/demo/shop/",
        ["http://127.0.0.2:8001"],
    )
    picture = Listing.objects.get().product
    assert picture is not None
    assert picture.image_url == "http://127.0.0.1:8001/demo/pictures/ME-1.svg"


def test_a_picture_is_drawn_for_a_product_and_for_nothing_else(shop: Channel, client: Client) -> None:
    drawn, none = client.get("/demo/pictures/ME-1.svg"), client.get("/demo/pictures/ME-2.svg")

    assert (drawn.status_code, drawn["Content-Type"], none.status_code) == (200, "image/svg+xml", 404)
    assert drawn.content.startswith(b"<svg")


def test_elsewhere_there_is_no_such_shop(client: Client, settings: Settings) -> None:
    settings.MAILBOX_DIR = ""

    assert client.get(PLACE).status_code == 404


def test_the_program_of_a_supplier_tells_the_same_to_the_same_question(shop: Channel, client: Client) -> None:
    question = {"request": "0b1c", "lines": [{"line": 7, "sku": "MS1", "quantity": 3}]}

    def ask(code: str, body: object) -> Any:
        return client.post(f"/demo/stockrooms/{code}/", body, content_type="application/json")

    first, again = ask("specimen", question).json(), ask("specimen", question).json()
    told = [(line["line"], type(line["available"])) for line in first["lines"]]
    assert (first, told) == (again, [(7, bool)])
    assert [ask("nobody", question).status_code, ask("specimen", [1]).status_code] == [404, 400]
