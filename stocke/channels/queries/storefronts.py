"""What public pages must know of the shops that are connected."""

from urllib.parse import urlsplit

from stocke.channels.models import Channel, ChannelKind
from stocke.core.storefronts import Storefront


def find(name: str) -> Storefront | None:
    """The shop of this short name."""
    channel = Channel.objects.filter(slug=name).first()
    return None if channel is None else storefront_of(channel)


def storefront_of(channel: Channel) -> Storefront:
    """A program's address is no page for people."""
    is_shop = channel.kind != ChannelKind.GENERIC and channel.url.startswith(("https://", "http://"))
    parts = urlsplit(channel.url if is_shop else "")
    origins = (f"{parts.scheme}://{parts.netloc}".lower(),) if parts.netloc else ()
    return Storefront(channel.slug, channel.name, channel.url if is_shop else "", channel.active, origins)


def closed() -> list[str]:
    """The short names of shops that were disconnected."""
    return list(Channel.objects.filter(active=False).values_list("slug", flat=True))
