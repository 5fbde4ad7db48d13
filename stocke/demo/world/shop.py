"""The merchant's own shop, connected: it hears our numbers, shows the badge, and advertises what it sells."""

import base64
import secrets

from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Concat

from orders.models import AvailabilityInterface
from stocke.channels.connectors.shape import Found
from stocke.channels.domain.connecting import create
from stocke.channels.domain.listings import list_products
from stocke.channels.domain.windows import change_window, open_window, origin_of
from stocke.channels.models import Channel, ChannelKind, ShopWindow
from stocke.core.actors import Actor
from stocke.demo.world.past import CHANNEL
from stocke.demo.world.voices import access_to
from stocke.products.models import Product

BY = Actor.job("demo")
# Where there is no shop of ours on this machine.
ELSEWHERE = "https://boutique.maison-exemple.example"


def address() -> str:
    return (settings.DEMO_SHOP_URL or ELSEWHERE) + "/demo/shop/"


def open_shop() -> Channel:
    """It sells everything; its pages may ask us, and tell units."""
    signing = base64.b64encode(secrets.token_bytes(24)).decode()
    channel = create(
        ChannelKind.GENERIC,
        address(),
        {"signing": f"whsec_{signing}"},
        Found({}),
        by=BY,
        slug=CHANNEL,
        name="Boutique Maison Exemple",
    )
    list_products(channel)
    open_window(channel, by=BY)
    change_window(channel, by=BY, shows_units=True, most_units=5)
    hang_pictures(settings.PUBLIC_URL)
    return channel


def hang_pictures(base: str) -> None:
    """Each product's picture is drawn by the demonstration itself."""
    Product.objects.update(image_url=Concat(Value(f"{base}/demo/pictures/"), F("sku"), Value(".svg")))


def follow_address() -> None:
    """The demonstration may begin at another port than the last time: its shop, its pictures and the program of a
    supplier move with it."""
    channel = Channel.objects.filter(slug=CHANNEL, kind=ChannelKind.GENERIC).exclude(url=address()).first()
    if channel is None or not settings.DEMO_SHOP_URL:
        return
    Channel.objects.filter(pk=channel.pk).update(url=address(), not_before=None)
    ShopWindow.objects.filter(channel=channel).update(origins=[origin_of(address())])
    for interface in AvailabilityInterface.objects.filter(access__url__icontains="/demo/stockrooms/"):
        interface.access = access_to(interface.supplier.code)
        interface.save(update_fields=["access"])
    hang_pictures(settings.PUBLIC_URL)
