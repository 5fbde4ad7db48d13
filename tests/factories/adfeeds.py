"""Ad feeds: `AdFeedFactory(channel, target="meta")`."""

from itertools import count
from typing import Any

from django.utils import timezone

from stocke.channels.adfeeds.models import AdFeed
from stocke.channels.models import Channel
from stocke.products.models import Level, Product
from tests.factories.channels import ChannelFactory, ListingFactory
from tests.factories.products import ProductFactory

numbers = count(1)
GTIN = "4006381333931"


def AdFeedFactory(channel: Channel | None = None, **given: Any) -> AdFeed:
    defaults = {
        "name": f"Annonces {next(numbers)}",
        "target": "google",
        "link_template": "https://shop.example/p/{sku}",
    }
    return AdFeed.objects.create(channel=channel or ChannelFactory(), **{**defaults, **given})


def AdvertisedFactory(channel: Channel, sellable: int = 0, **given: Any) -> Product:
    """A product with nothing to mend, listed on the channel, of which so many were stated just now."""
    level = {key: given.pop(key) for key in ("light", "as_of", "told_at") if key in given}
    backorders = given.pop("backorders", False)
    facts = {"gtin": GTIN, "image_url": "https://shop.example/a.jpg", **given}
    product = ProductFactory(**facts)
    listing = {"light": level["light"]} if "light" in level else {}
    ListingFactory(channel, sellable, product=product, backorders=backorders, **listing)
    moments = {"as_of": timezone.now(), "told_at": timezone.now(), **level}
    Level.objects.filter(product=product).update(**moments)
    return product
