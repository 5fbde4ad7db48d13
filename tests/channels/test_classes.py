"""The class of customers as shops tell it: by each platform's own word, the merchant's table, and never in the way."""

from collections.abc import Callable, Generator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from orders.jobs.channels import sweep_read
from stocke.channels.domain.claims import claim
from stocke.channels.domain.classes import change_class, class_for, note_untold
from stocke.channels.domain.looking import look
from stocke.channels.domain.tending import tend
from stocke.channels.models import Channel, ClassRule, ShopOrder, ShopOrderState
from stocke.channels.tables.problems import warnings_of
from stocke.core.models import HistoryEntry, User
from tests.channels.conftest import BY, stocked
from tests.channels.kinds import KINDS, connected
from tests.fakes.bigcommerce import Store
from tests.fakes.shopify import ShopifyShop
from tests.fakes.woocommerce import Row, Shop

pytestmark = pytest.mark.django_db
DENIED = {"errors": [{"message": "Access denied.", "extensions": {"code": "ACCESS_DENIED"}}], "data": None}


def tag(shop: ShopifyShop, order: Row) -> None:
    order["customer"] = {"tags": ["newsletter", "Wholesale"]}


def give_role(shop: Shop, order: Row) -> None:
    order["customer_id"] = 5
    shop.customers = [{"id": 5, "role": "wholesale"}, {"id": 6, "role": "customer"}]


def write_meta(shop: Shop, order: Row) -> None:
    order["customer_id"] = 5
    shop.customers = [{"id": 5, "role": "customer", "meta_data": [{"key": "tier", "value": "wholesale"}]}]


def put_into_group(store: Store, order: Row) -> None:
    order["customer_id"] = 5
    store.groups = [{"id": 2, "name": "Retail"}, {"id": 3, "name": "Wholesale"}]
    store.customers = [{"id": 5, "customer_group_id": 3}]


def nobody(shop: Any, order: Row) -> None:
    """A guest."""


SAID: list[tuple[str, str, Callable[[Any, Row], None], str]] = [
    ("shopify", "wholesale", tag, "pro"),
    ("shopify", "wholesale", nobody, ""),
    ("woocommerce", "wholesale", give_role, "pro"),
    ("woocommerce", "tier=wholesale", write_meta, "pro"),
    ("woocommerce", "wholesale", nobody, ""),
    ("bigcommerce", "wholesale", put_into_group, "pro"),
    ("bigcommerce", "wholesale", nobody, ""),
]


@pytest.fixture
def opened(settings: Any) -> Generator[Callable[[str], tuple[Any, Channel]]]:
    """A shop of this kind, connected, and a mug on both sides."""
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    running = []

    def start(kind: str) -> tuple[Any, Channel]:
        running.append(KINDS[kind].running())
        shop = running[-1].__enter__()
        stocked("MUG-1", 7)
        return shop, connected(kind, shop)

    yield start
    for one in running:
        one.__exit__(None, None, None)


def sell(kind: str, shop: Any, say: Callable[[Any, Row], None]) -> None:
    say(shop, KINDS[kind].sell(shop, KINDS[kind].add(shop, "MUG-1")))


@pytest.mark.parametrize(("kind", "said", "say", "expected"), SAID)
def test_each_platform_tells_the_class_by_its_own_word(
    opened: Any, kind: str, said: str, say: Callable[[Any, Row], None], expected: str
) -> None:
    shop, channel = opened(kind)
    change_class(channel, said, "pro", by=BY)
    sell(kind, shop, say)

    assert tend(channel.pk)
    sweep_read()

    assert Customer.objects.get().customer_class == expected
    channel.refresh_from_db()
    assert warnings_of(channel.facts) == []


def test_an_order_that_is_looked_for_brings_the_class_of_its_customer_as_well(opened: Any) -> None:
    shop, channel = opened("shopify")
    change_class(channel, "wholesale", "pro", by=BY)
    sell("shopify", shop, nobody)
    tend(channel.pk)
    sweep_read()
    [order] = shop.orders.values()
    tag(shop, order)
    order["note"] = "Changed without a word"
    ShopOrder.objects.update(look_at=timezone.now())
    held = claim(channel.pk)
    assert held

    look(channel, held)

    row = ShopOrder.objects.get()
    assert (row.state, row.content["customer"]["customer_class"]) == (ShopOrderState.OPEN, "pro")


def test_a_shop_is_not_asked_as_long_as_nobody_has_said_what_its_words_mean(opened: Any) -> None:
    shop, channel = opened("shopify")
    sell("shopify", shop, tag)

    tend(channel.pk)
    sweep_read()

    assert Customer.objects.get().customer_class == ""
    assert "Tags" not in shop.calls


def test_a_shop_that_does_not_let_us_see_its_customers_keeps_no_order_back_and_the_page_says_so(
    opened: Any,
) -> None:
    shop, channel = opened("shopify")
    change_class(channel, "wholesale", "pro", by=BY)
    shop.before = lambda name: shop.faults.append(DENIED) if name == "Tags" else None
    sell("shopify", shop, tag)

    tend(channel.pk)
    sweep_read()

    assert Customer.objects.get().customer_class == ""
    channel.refresh_from_db()
    assert (channel.problem, channel.facts["groups_untold"]) == ("", "permission")
    assert len(warnings_of(channel.facts)) == 1


def test_what_others_wrote_into_the_facts_of_a_channel_meanwhile_stays(opened: Any) -> None:
    _shop, channel = opened("shopify")
    Channel.objects.filter(pk=channel.pk).update(facts={"location": "new"})

    note_untold(channel, "permission")

    channel.refresh_from_db()
    assert channel.facts == {"location": "new", "groups_untold": "permission"}


def test_whoever_takes_the_last_rule_away_is_warned_no_more(opened: Any) -> None:
    shop, channel = opened("shopify")
    note_untold(channel, "permission")
    ClassRule.objects.filter(channel=channel).delete()
    sell("shopify", shop, tag)

    tend(channel.pk)
    sweep_read()

    channel.refresh_from_db()
    assert warnings_of(channel.facts) == []


def test_an_order_that_is_read_again_with_another_class_is_the_same_order(opened: Any) -> None:
    shop, channel = opened("shopify")
    sell("shopify", shop, tag)
    tend(channel.pk)
    sweep_read()
    before = ShopOrder.objects.values_list("digest", "state").get()
    change_class(channel, "wholesale", "pro", by=BY)
    Channel.objects.update(not_before=None, orders_read_at=None)

    tend(channel.pk)

    assert "Tags" in shop.calls
    assert (
        ShopOrder.objects.values_list("digest", "state").get() == before == (before[0], ShopOrderState.TAKEN)
    )


def test_the_first_rule_that_fits_counts_whatever_the_case() -> None:
    rules = {"VIP": "gold", "wholesale": "pro"}

    assert class_for(["Wholesale ", "vip"], rules) == "gold"
    assert class_for(["wholesale"], rules) == "pro"
    assert class_for([], rules) == class_for(["wholesaler"], rules) == ""


def test_a_person_fills_the_table_on_a_page_and_takes_a_line_away(client: Client, opened: Any) -> None:
    _shop, channel = opened("bigcommerce")
    client.force_login(User.objects.create_user("ann@stocke.example", role="administrator"))
    url = reverse("channels:classes", args=[channel.pk])

    client.post(url, {"said": "Wholesale", "customer_class": "pro"})
    client.post(url, {"said": "wholesale", "customer_class": "pro"})
    page = client.get(url).content.decode()
    client.post(url, {"said": "wholesale", "customer_class": ""})

    assert "Wholesale" in page
    assert not ClassRule.objects.exists()
    told = HistoryEntry.objects.filter(kind="channel.class").order_by("pk")
    assert [(one.before["class"], one.after["class"]) for one in told] == [("", "pro"), ("pro", "")]
