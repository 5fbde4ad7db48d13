"""The pages of channels: lists of any length, acts that change what they say, refusals that change nothing."""

from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from stocke.channels.domain.claims import Claim
from stocke.channels.domain.connecting import NameTaken
from stocke.channels.domain.doors import door_of, hook_secrets
from stocke.channels.models import CategoryRules, Channel, Listing, ShopOrder
from stocke.core.models import HistoryEntry
from stocke.localservices.ports import free_port
from stocke.products.models import Product
from tests.channels.conftest import KEYS
from tests.core.listpage_checks import assert_same_queries
from tests.factories.channels import (
    HOOK_SECRET,
    ChannelFactory,
    DeliveryFactory,
    ListingFactory,
    ShopOrderFactory,
)
from tests.factories.people import client_as
from tests.factories.products import CategoryFactory, ProductFactory
from tests.fakes.woocommerce import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    return client_as("operations")


def test_the_lists_cost_the_same_however_long_they_are(operator: Client) -> None:
    assert_same_queries(operator, "/channels/", ChannelFactory)
    channel = ChannelFactory()
    assert_same_queries(operator, f"/channels/{channel.pk}/listings/", lambda: ListingFactory(channel, 3))
    assert_same_queries(operator, f"/channels/{channel.pk}/messages/", lambda: DeliveryFactory(channel))
    assert_same_queries(operator, f"/channels/{channel.pk}/orders/", lambda: ShopOrderFactory(channel))


def test_the_command_connects_a_shop_with_keys_from_the_environment(shop: Shop, settings: Any) -> None:
    settings.CHANNEL_KEYS = KEYS
    said = StringIO()

    call_command("connect_channel", "woocommerce", url=shop.url, slug="boutique", stdout=said)

    channel = Channel.objects.get()
    assert (channel.slug, channel.name, channel.url) == ("boutique", "Demo shop", shop.url)
    assert dict(door_of(channel, Claim(channel.pk, uuid4())).secrets) == KEYS
    assert "cs_test" not in said.getvalue()


def test_the_command_says_what_is_wrong_and_keeps_nothing(shop: Shop, settings: Any) -> None:
    settings.CHANNEL_KEYS = {**KEYS, "secret": "wrong"}

    with pytest.raises(CommandError, match="does not know this key"):
        call_command("connect_channel", "woocommerce", url=shop.url)

    assert Channel.objects.count() == 0


def test_the_command_names_the_keys_that_are_not_set_and_asks_nothing(shop: Shop, settings: Any) -> None:
    settings.CHANNEL_KEYS = {"key": KEYS["key"]}

    with pytest.raises(CommandError, match="Not set: STOCKE_CHANNEL_SECRET"):
        call_command("connect_channel", "woocommerce", url=shop.url)

    assert (shop.calls, Channel.objects.count()) == ([], 0)


def test_whoever_connects_a_shop_reads_what_is_wrong_at_its_door_and_that_it_was_there_already(
    operator: Client, shop: Shop
) -> None:
    nobody = f"http://localhost:{free_port()}"

    silent = operator.post("/channels/new/?kind=woocommerce", {"url": nobody, **KEYS}).content.decode()
    operator.post("/channels/new/?kind=woocommerce", {"url": shop.url, "name": "Boutique", **KEYS})
    again = operator.post(
        "/channels/new/?kind=woocommerce", {"url": f"{shop.url}/", **KEYS}, follow=True
    ).content.decode()

    assert "Nobody answers at this address." in silent
    assert "Boutique was connected already" in again
    assert Channel.objects.count() == 1


def test_the_same_shop_again_gets_other_keys_and_keeps_its_hooks(shop: Shop, settings: Any) -> None:
    settings.CHANNEL_KEYS = KEYS
    call_command("connect_channel", "woocommerce", url=shop.url)
    before = hook_secrets(Channel.objects.get())

    call_command("connect_channel", "woocommerce", url=f"{shop.url}/")

    assert hook_secrets(Channel.objects.get()) == before
    assert HistoryEntry.objects.filter(kind="channel.keys_changed").count() == 1


def test_a_shop_on_a_private_address_that_nobody_has_named_is_refused(shop: Shop, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_HOSTS, settings.CHANNEL_KEYS = [], KEYS

    with pytest.raises(CommandError, match="We do not go to this address"):
        call_command("connect_channel", "woocommerce", url=shop.url)

    assert shop.calls == []


def test_a_short_name_that_somebody_took_at_the_same_moment_is_said_and_nothing_is_kept(
    operator: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(*arguments: Any, **settings: Any) -> Channel:
        raise NameTaken("boutique")

    monkeypatch.setattr("stocke.channels.views.channels.connect", too_late)

    answer = operator.post("/channels/new/?kind=woocommerce", {"url": shop.url, **KEYS})

    assert (answer.status_code, Channel.objects.count()) == (422, 0)
    assert "Another channel has this short name" in answer.content.decode()


def test_a_new_secret_for_hooks_counts_beside_the_old_one(operator: Client) -> None:
    channel = ChannelFactory()

    operator.post(f"/channels/{channel.pk}/act/secret/")

    newest, before = hook_secrets(Channel.objects.get())
    assert before == HOOK_SECRET
    assert newest != HOOK_SECRET


def test_rules_of_a_category_come_and_go(operator: Client) -> None:
    channel, category = ChannelFactory(), CategoryFactory()
    url = f"/channels/{channel.pk}/categories/"

    operator.post(url, {"category": category.pk, "cap": 3})
    assert list(CategoryRules.objects.values_list("category", "cap")) == [(category.pk, 3)]
    operator.post(url, {"category": category.pk})

    assert CategoryRules.objects.count() == 0


def test_a_listing_is_matched_by_hand_and_a_sku_that_nobody_has_changes_nothing(operator: Client) -> None:
    channel = ChannelFactory()
    listing = Listing.objects.create(channel=channel, remote_id="5", sku="X")
    ProductFactory(sku="MUG-1")
    url = f"/channels/listings/{listing.pk}/match/"

    assert operator.post(url, {"sku": "NONE"}).status_code == 422
    assert not Listing.objects.filter(product__isnull=False).exists()
    operator.post(url, {"sku": "mug-1"})

    matched = Listing.objects.values_list("product__sku", "matched_by").get()
    assert matched == ("MUG-1", "person")


def test_a_variation_gets_its_own_stock_when_a_person_says_so(operator: Client) -> None:
    channel = ChannelFactory()
    shared = ListingFactory(channel, 3, problem="parent_stock", keeping="parent")
    plain = ListingFactory(channel, 3)

    operator.post(f"/channels/{channel.pk}/listings/own/", {"ids": [shared.pk, plain.pk]})

    rows = dict(Listing.objects.values_list("pk", "own_stock"))
    assert rows == {shared.pk: True, plain.pk: False}


def test_products_are_made_of_listings_that_have_none_and_matched_at_once(operator: Client) -> None:
    channel = ChannelFactory(facts={"currency": "CHF"})
    ours = ListingFactory(channel, 3)

    def listed(number: int, sku: str, **given: Any) -> Listing:
        return Listing.objects.create(channel=channel, remote_id=f"new-{number}", sku=sku, **given)

    lamp = listed(1, "LAMP-1", name="Lamp", gtin="3760000000017")
    twin, variation = listed(2, "lamp-1"), listed(3, "TEE-S", problem="parent_stock", keeping="parent")
    left = [listed(4, ""), listed(5, "X" * 81), listed(6, "TEE", problem="has_variations")]
    ids = [row.pk for row in (ours, lamp, twin, variation, *left)]
    url = f"/channels/{channel.pk}/listings/make/"

    refused = client_as("viewer").post(url, {"ids": ids}).status_code
    before = Product.objects.count()
    operator.post(url, {"ids": ids})
    operator.post(url, {"ids": ids})

    assert (refused, before) == (403, 1)
    made = Product.objects.exclude(sku=ours.sku).order_by("sku")
    assert list(made.values_list("sku", "name", "gtin", "price_cents", "currency")) == [
        ("LAMP-1", "Lamp", "3760000000017", 0, "CHF"),
        ("TEE-S", "TEE-S", "", 0, "CHF"),
    ]
    matched = dict(Listing.objects.exclude(product=None).values_list("pk", "product__sku"))
    assert matched == {
        ours.pk: ours.sku, lamp.pk: "LAMP-1", twin.pk: "LAMP-1", variation.pk: "TEE-S"
    }  # fmt: skip
    assert [row.data for row in HistoryEntry.objects.filter(kind="listing.products_made")] == [
        {"listings": 2}
    ]


def test_orders_that_stood_apart_are_taken_in_together(operator: Client) -> None:
    channel = ChannelFactory()
    content = {"lines": [{"sku": "A-1"}], "listings": ["5"]}
    wanted, cancelled = (
        ShopOrderFactory(channel, content=content),
        ShopOrderFactory(channel, standing="cancelled"),
    )

    operator.post(f"/channels/{channel.pk}/orders/take/", {"ids": [wanted.pk, cancelled.pk]})

    assert dict(ShopOrder.objects.values_list("pk", "state")) == {wanted.pk: "open", cancelled.pk: "apart"}


def test_who_may_only_look_changes_nothing() -> None:
    channel = ChannelFactory()

    answer = client_as("viewer").post(f"/channels/{channel.pk}/act/off/")

    assert answer.status_code == 403
    assert Channel.objects.get().active
