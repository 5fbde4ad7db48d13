"""Channels and listings, without a shop behind them: `ChannelFactory(cap=5)`."""

from itertools import count
from typing import Any
from uuid import uuid4

from django.utils import timezone

from stocke.channels.domain.rules import Chain, chain_steps
from stocke.channels.models import Channel, Delivery, Listing, ShopOrder, ShopWindow, Telling, Told
from stocke.core.domain.credentials import keep_secrets
from stocke.products.models import Level, Product
from tests.factories.products import ProductFactory

numbers = count(1)
HOOK_SECRET = "a-secret-for-hooks"


def ChannelFactory(**given: Any) -> Channel:
    number = next(numbers)
    defaults: dict[str, Any] = {
        "slug": f"shop-{number}",
        "name": f"Boutique {number}",
        "kind": "woocommerce",
        "url": f"https://shop{number}.example",
        "listings_wanted": False,
        "listings_read_at": timezone.now(),
        "hooks_tended_at": timezone.now(),
    }
    if "credential" not in given:
        secrets = {"key": "ck_test", "secret": "cs_test", "hook": HOOK_SECRET}
        defaults["credential"] = keep_secrets(None, secrets)
    return Channel.objects.create(**{**defaults, **given})


def ListingFactory(channel: Channel, sellable: int = 0, **given: Any) -> Listing:
    """A listing of a product with that level."""
    number = next(numbers)
    product: Product = given.pop("product", None) or ProductFactory()
    light = given.pop("light", "in_stock" if sellable else "out")
    Level.objects.update_or_create(product=product, defaults={"sellable": sellable, "light": light})
    defaults = {"remote_id": str(number), "sku": product.sku, "name": product.name, "matched_by": "sku"}
    return Listing.objects.create(channel=channel, product=product, **{**defaults, **given})


def ShopOrderFactory(channel: Channel, **given: Any) -> ShopOrder:
    """A paid order that stands apart."""
    number = next(numbers)
    defaults = {
        "remote_id": str(number),
        "number": str(number),
        "changed_at": timezone.now(),
        "remote_status": "processing",
        "standing": "paid",
        "state": "apart",
    }
    return ShopOrder.objects.create(channel=channel, **{**defaults, **given})


def DeliveryFactory(channel: Channel, **given: Any) -> Delivery:
    number = next(numbers)
    defaults = {
        "topic": "order.created",
        "resource": "order",
        "resource_id": str(number),
        "version": str(number),
    }
    return Delivery.objects.create(channel=channel, **{**defaults, **given})


def told_once(listing: Listing) -> Telling:
    """A round in which this listing went from nothing to what it was told."""
    telling = Telling.objects.create(
        channel=listing.channel, wanted=1, told=1, calls=1, ended_at=timezone.now()
    )
    told = listing.told or 0
    Told.objects.create(
        telling=telling, listing=listing, after=told, steps=chain_steps(Chain(told)), outcome="told"
    )
    return telling


def ShopWindowFactory(channel: Channel | None = None, **given: Any) -> ShopWindow:
    """The open window of a channel, whose scripts on https://shop.example may ask."""
    defaults = {"key": f"stw_{next(numbers)}-{uuid4().hex[:12]}", "origins": ["https://shop.example"]}
    return ShopWindow.objects.create(channel=channel or ChannelFactory(), **{**defaults, **given})
