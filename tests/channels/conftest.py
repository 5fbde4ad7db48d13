"""A shop at work: a WooCommerce of our own over real HTTP, connected, and what the clock would do with it."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orders.domain.verification import verify_orders
from orders.jobs.channels import sweep_read, sweep_unreported
from orders.queries.desk import received_orders
from stocke.channels.domain.connecting import connect, knock
from stocke.channels.domain.tending import tend
from stocke.channels.models import Channel, Report
from stocke.core.actors import Actor
from suppliers.domain.levels import recompute, recompute_dirty
from suppliers.models import Offer
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory
from tests.fakes.woocommerce import KEY, SECRET, Row, Shop, running_shop

BY = Actor.job("test")
KEYS = {"key": KEY, "secret": SECRET}


@dataclass
class House:
    """A channel and its shop."""

    shop: Shop
    channel: Channel

    def tend(self) -> Channel:
        """As if the time for everything had come."""
        Channel.objects.filter(pk=self.channel.pk).update(
            not_before=None, orders_read_at=None, compared_at=None
        )
        Report.objects.filter(channel=self.channel).update(not_before=timezone.now())
        assert tend(self.channel.pk)
        self.channel.refresh_from_db()
        return self.channel

    def settle(self) -> None:
        """Let orders take in, verify and reserve what was read, and levels follow."""
        sweep_read()
        verify_orders(received_orders(limit=50), by=BY)
        sweep_read()
        recompute_dirty()
        sweep_unreported()

    def deliver(self, topic: str, body: bytes, **changed: str) -> int:
        """A message as the shop sends it; the status of our answer."""
        hook = next(row["id"] for row in self.shop.hooks.values() if row["topic"] == topic)
        headers = {**self.shop.headers(hook, body, topic), **changed}
        return (
            Client()
            .post(f"/hooks/{self.channel.slug}/", body, content_type="application/json", headers=headers)
            .status_code
        )


@pytest.fixture
def shop(settings: Any) -> Generator[Shop]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_shop() as started:
        yield started


@pytest.fixture
def house(shop: Shop, db: None) -> House:
    """Connected, before anything was read."""
    found = knock("woocommerce", shop.url, KEYS)
    channel = connect("woocommerce", shop.url, KEYS, found, by=BY, slug="boutique")
    shop.calls.clear()
    return House(shop, channel)


def stocked(sku: str, quantity: int) -> Offer:
    """A product with that SKU, and a supplier who has so many."""
    product = ProductFactory(sku=sku)
    offer = OfferFactory(product=product, quantity=quantity, cost_cents=500)
    recompute([product.pk], cause="test")
    return offer


def restate(offer: Offer, quantity: int) -> None:
    """The supplier has so many now."""
    offer.stock.quantity = offer.stock.promisable = quantity
    offer.stock.save()
    assert offer.product is not None
    recompute([offer.product.pk], cause="test")


def mug(house: House, *, ours: int, theirs: int = 0) -> tuple[Row, Offer]:
    """The mug on both sides."""
    return house.shop.add_product("MUG-1", theirs), stocked("MUG-1", ours)
