"""The pages of ad feeds: making one, looking at what it says, acts that are on the record."""

from typing import Any

import pytest
from django.test import Client

from stocke.channels.adfeeds.domain.building import build
from stocke.channels.adfeeds.models import AdFeed
from stocke.core.models import HistoryEntry
from tests.core.listpage_checks import assert_same_queries, queries_of
from tests.factories.adfeeds import AdFeedFactory, AdvertisedFactory
from tests.factories.channels import ChannelFactory
from tests.factories.people import client_as
from tests.factories.products import ProductFactory

pytestmark = pytest.mark.django_db
NEW = "/channels/ads/new/?target=meta"


@pytest.fixture
def operator() -> Client:
    return client_as("operations")


def filled(channel_id: int, **given: Any) -> dict[str, Any]:
    return {
        "name": "Meta France",
        "format": "rss",
        "channel": channel_id,
        "id_template": "{sku}",
        "link_template": "https://shop.example/p/{sku}",
        "currency": "eur",
        "country": "fr",
        "language": "fr",
        "condition": "new",
        "only_listed": "on",
        "every_minutes": 60,
        "least_price": "12.50",
        **given,
    }


def test_a_feed_is_made_on_a_page(operator: Client) -> None:
    answer = operator.post(NEW, filled(ChannelFactory().pk))

    feed = AdFeed.objects.get()
    assert answer["Location"] == f"/channels/ads/{feed.pk}/"
    assert (feed.target, feed.format, feed.currency, feed.least_price_cents) == ("meta", "rss", "EUR", 1250)
    assert HistoryEntry.objects.filter(thread=f"adfeed:{feed.pk}", kind="adfeed.made").count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"link_template": "https://shop.example/"},
        {"link_template": "ftp://shop.example/{sku}"},
        {"id_template": "{name}-{sku}"},
        {"every_minutes": 1},
        {"format": "csv"},
    ],
)
def test_what_would_make_a_wrong_feed_is_refused(operator: Client, wrong: dict[str, Any]) -> None:
    assert operator.post(NEW, filled(ChannelFactory().pk, **wrong)).status_code == 422
    assert AdFeed.objects.count() == 0


def test_other_settings_are_on_the_record_and_have_the_file_built_anew(operator: Client) -> None:
    feed = AdFeedFactory(target="meta", wanted_at=None, supplier_id=None)
    url = f"/channels/ads/{feed.pk}/edit/"

    operator.post(url, filled(feed.channel_id, every_minutes=15))

    feed.refresh_from_db()
    assert (feed.every_minutes, feed.wanted_at is not None) == (15, True)
    entry = HistoryEntry.objects.get(kind="adfeed.changed")
    assert (entry.before["every_minutes"], entry.after["every_minutes"]) == (30, 15)


def test_the_acts_of_the_page_do_what_they_say(operator: Client) -> None:
    feed = AdFeedFactory()
    for act in ("build", "link", "revoke", "off", "on"):
        assert operator.post(f"/channels/ads/{feed.pk}/act/{act}/").status_code == 303

    feed.refresh_from_db()
    kinds = list(HistoryEntry.objects.order_by("pk").values_list("kind", flat=True))
    assert (feed.link_version, feed.active, feed.old_link_until) == (3, True, None)
    assert kinds == [
        "adfeed.link_changed",
        "adfeed.link_revoked",
        "adfeed.switched_off",
        "adfeed.switched_on",
    ]


def test_a_viewer_changes_nothing() -> None:
    feed = AdFeedFactory()

    assert client_as("viewer").post(f"/channels/ads/{feed.pk}/act/off/").status_code == 403
    assert AdFeed.objects.get().active


def test_the_lists_and_the_pages_cost_the_same_however_long_they_are(operator: Client) -> None:
    assert_same_queries(operator, "/channels/ads/", AdFeedFactory)
    feed = AdFeedFactory(ChannelFactory())

    def row() -> None:
        AdvertisedFactory(feed.channel, 5, gtin="")
        build(feed.pk)

    for name in ("", "rows/", "preview/"):
        assert_same_queries(operator, f"/channels/ads/{feed.pk}/{name}", row)


def test_a_preview_looks_at_so_many_products_only_whether_or_not_any_is_chosen(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stocke.channels.adfeeds.views.feeds.LOOKED_AT_ONCE", 1)
    monkeypatch.setattr("stocke.channels.adfeeds.views.feeds.MOST_LOOKS", 2)
    feed = AdFeedFactory(ChannelFactory(), least_price_cents=10**8)
    url = f"/channels/ads/{feed.pk}/preview/"
    for _ in range(3):
        ProductFactory()
    few = queries_of(operator, url)

    for _ in range(4):
        ProductFactory()

    assert len(queries_of(operator, url)) == len(few)


def test_the_rows_can_be_looked_at_by_what_is_wrong_with_them(operator: Client) -> None:
    feed = AdFeedFactory(ChannelFactory())
    AdvertisedFactory(feed.channel, 5, sku="FINE")
    AdvertisedFactory(feed.channel, 5, sku="NAMELESS", gtin="", brand="")
    AdvertisedFactory(feed.channel, 5, sku="BARE", image_url="")
    build(feed.pk)
    url = f"/channels/ads/{feed.pk}/rows/"

    def shown(query: str) -> set[str]:
        content = operator.get(f"{url}?{query}").content.decode()
        return {sku for sku in ("FINE", "NAMELESS", "BARE") if f">{sku}<" in content}

    assert shown("") == {"FINE", "NAMELESS", "BARE"}
    assert shown("problem=any") == {"NAMELESS", "BARE"}
    assert shown("problem=no_brand") == {"NAMELESS"}
    assert shown("says=held") == {"BARE"}
    assert shown("q=fine") == {"FINE"}


def test_the_page_that_explains_a_product_says_what_ads_say_of_it(operator: Client) -> None:
    feed = AdFeedFactory(ChannelFactory(), name="Google France")
    product = AdvertisedFactory(feed.channel, 5, gtin="")
    without = len(queries_of(operator, f"/products/{product.pk}/"))
    build(feed.pk)

    content = operator.get(f"/products/{product.pk}/").content.decode()

    assert "Google France" in content
    assert "<code>in_stock</code>" in content
    assert len(queries_of(operator, f"/products/{product.pk}/")) == without
