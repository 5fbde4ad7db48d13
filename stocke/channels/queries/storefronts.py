"""What public pages must know of the shops that are connected."""

from django.db.models import Q

from stocke.channels.models import Channel, ChannelKind, ShopWindow
from stocke.core.storefronts import Storefront


def find(name: str) -> Storefront | None:
    """The shop of this short name, or of this public key of its window."""
    named = Q(slug=name) | Q(window__key=name)
    channel = Channel.objects.select_related("window").filter(named).first()
    return None if channel is None else storefront_of(channel)


def storefront_of(channel: Channel) -> Storefront:
    """A program's address is no page for people; scripts may ask from the sites that the window is open to."""
    window: ShopWindow | None = getattr(channel, "window", None)
    origins = tuple(window.origins) if window and window.is_open else ()
    is_shop = channel.kind != ChannelKind.GENERIC and channel.url.startswith(("https://", "http://"))
    return Storefront(channel.slug, channel.name, channel.url if is_shop else "", channel.active, origins)


def closed() -> list[str]:
    """The short names of shops that were disconnected."""
    return list(Channel.objects.filter(active=False).values_list("slug", flat=True))
