"""Opening what a shop's pages may show, changing it, and another key; what is refused changes nothing."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from stocke.channels.domain.windows import NoOrigin, origin_of
from stocke.channels.models import Channel, ShopWindow
from stocke.core.models import HistoryEntry
from tests.factories.channels import ChannelFactory, ListingFactory, ShopWindowFactory
from tests.factories.people import client_as

pytestmark = pytest.mark.django_db
FIELDS: dict[str, Any] = {
    "is_open": "on",
    "origins": "https://shop.example",
    "most_units": 10,
    "offers_wishes": "on",
    "per_address": 120,
    "per_key": 6_000,
}


@pytest.fixture
def operator() -> Client:
    return client_as("operations")


def facts(window: ShopWindow) -> dict[str, Any]:
    return dict(ShopWindow.objects.filter(pk=window.pk).values().get())


def test_it_opens_once_for_the_shops_own_site_and_shows_no_units(operator: Client) -> None:
    channel = ChannelFactory(url="https://Shop.Example:443/fr/")
    assert "stw_" not in operator.get(f"/channels/{channel.pk}/window/").content.decode()

    operator.post(f"/channels/{channel.pk}/window/open/")
    key = ShopWindow.objects.get().key
    operator.post(f"/channels/{channel.pk}/window/open/")

    window = ShopWindow.objects.get()
    assert (window.channel, window.key, window.origins) == (channel, key, ["https://shop.example"])
    assert (window.is_open, window.shows_units) == (True, False)
    assert [entry.kind for entry in HistoryEntry.objects.filter(kind__startswith="window")] == [
        "window.opened"
    ]


def test_the_page_holds_what_to_copy_for_a_product_of_the_shop(operator: Client, settings: Any) -> None:
    settings.PUBLIC_URL = "https://stock.example"
    window = ShopWindowFactory()
    ListingFactory(window.channel, 3, sku='A"&1')

    page = unescape(operator.get(f"/channels/{window.pk}/window/").content.decode())

    key = window.key
    assert (
        f'<script async src="https://stock.example/badge.js" data-channel="{key}" data-sku="A&quot;&amp;1"></script>'
        in page
    )
    image = f"https://stock.example/badge.svg?channel={key}&amp;sku=A%22%261&amp;lang=en"
    seen = f'<img src="{image}&amp;wish=1" alt="Availability, and an alert when it is back" height="26">'
    assert f'<a href="https://stock.example/wish/{key}/A%22&amp;1?lang=en">{seen}</a>' in page

    ShopWindow.objects.update(offers_wishes=False)
    page = unescape(operator.get(f"/channels/{window.pk}/window/").content.decode())
    assert f'<img src="{image}" alt="Availability" height="26">' in page
    assert "/wish/" not in page


def test_what_is_saved_counts_and_is_on_record(operator: Client) -> None:
    window = ShopWindowFactory()
    wish = {
        **FIELDS,
        "shows_units": "on",
        "origins": "https://a.example/page\n http://B.example:8080 \nhttps://a.example",
    }

    answer = operator.post(f"/channels/{window.pk}/window/", wish)

    assert answer.status_code == 303
    window.refresh_from_db()
    assert (window.shows_units, window.origins) == (True, ["https://a.example", "http://b.example:8080"])
    entry = HistoryEntry.objects.get(kind="window.changed")
    assert entry.after == {"origins": window.origins, "shows_units": True}


def test_saving_the_same_again_writes_nothing(operator: Client) -> None:
    window = ShopWindowFactory()

    operator.post(f"/channels/{window.pk}/window/", FIELDS)

    assert HistoryEntry.objects.filter(kind="window.changed").count() == 0


@pytest.mark.parametrize(
    "written", ["shop.example", "javascript:alert(1)", "https://", "https://a@b.example", "*"]
)
def test_what_is_no_site_is_refused_and_nothing_is_saved(operator: Client, written: str) -> None:
    window = ShopWindowFactory()
    before = facts(window)

    answer = operator.post(f"/channels/{window.pk}/window/", {**FIELDS, "origins": written, "per_key": 1})

    assert answer.status_code == 422
    assert facts(window) == before


def test_a_new_key_closes_the_old_one_at_once(operator: Client) -> None:
    window = ShopWindowFactory()
    old = window.key

    operator.post(f"/channels/{window.pk}/window/key/")

    window.refresh_from_db()
    statuses = [
        Client().get("/api/availability", {"channel": key, "sku": "A"}).status_code
        for key in (old, window.key)
    ]
    assert statuses == [404, 200]


@pytest.mark.parametrize("act", ["key", "nonsense"])
def test_acts_on_a_window_that_is_none_are_not_found(operator: Client, act: str) -> None:
    channel = ChannelFactory()

    assert operator.post(f"/channels/{channel.pk}/window/{act}/").status_code == 404
    assert ShopWindow.objects.count() == 0


def test_a_channel_that_goes_takes_its_window_along() -> None:
    ShopWindowFactory()

    Channel.objects.all().delete()

    assert ShopWindow.objects.count() == 0


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://SHOP.example/a?b#c", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("https://café.example", "https://xn--caf-dma.example"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_a_site_is_kept_as_browsers_name_it(written: str, origin: str) -> None:
    assert origin_of(written) == origin


@pytest.mark.parametrize(
    "written", ["", "//shop.example", "https://a:b", "https://[::1", "ftp://shop.example"]
)
def test_what_browsers_name_otherwise_is_no_site(written: str) -> None:
    with pytest.raises(NoOrigin):
        origin_of(written)
