"""Which addresses we may connect to."""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx
from django.conf import settings

from stocke.core.outbound.errors import AddressRefused, Unreachable

NAT64 = IPv6Network("64:ff9b::/96")


def check_url(url: str) -> httpx.URL:
    """The parsed address. Raises AddressRefused unless it is plain http(s) to a named host, without credentials.

    Looks nothing up: whether the host is private is decided by the addresses at the moment of connecting.
    """
    try:
        parsed = httpx.URL(url)
        # A name in other letters that is none is found out only here.
        host = parsed.host
    except (httpx.InvalidURL, UnicodeError):
        raise AddressRefused("host") from None
    if parsed.scheme not in {"http", "https"}:
        raise AddressRefused("scheme", scheme=parsed.scheme)
    if not host:
        raise AddressRefused("host")
    if parsed.userinfo:
        raise AddressRefused("credentials", host=host)
    return parsed


def addresses_of(host: str, port: int) -> list[str]:
    """Every address of `host`, looked up once. Raises AddressRefused if even one of them is private.

    One private address among public ones is how a name is made to point inside, so the rest do not redeem it.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable("unknown_host", host=host) from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if host.lower() not in settings.ALLOWED_PRIVATE_HOSTS:
        refuse_private(host, addresses)
    return addresses


def refuse_private(host: str, addresses: list[str]) -> None:
    for address in addresses:
        if not is_public(ip_address(address.partition("%")[0])):
            raise AddressRefused("private", host=host, address=address)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Reachable from anywhere, itself and whatever IPv4 address it carries inside."""
    inner = inner_address(address)
    return is_open(address if inner is None else inner)


def is_open(address: IPv4Address | IPv6Address) -> bool:
    closed = address.is_multicast or address.is_reserved or getattr(address, "is_site_local", False)
    return address.is_global and not closed


def inner_address(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for: mapped, 6to4, Teredo or NAT64."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1]) or None
