"""How a web server lets us in, and what it told us of the file it gave us last."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import httpx

from stocke.core.outbound.errors import AddressRefused


@dataclass(frozen=True)
class WebAccess:
    """Headers and parameters that open a door. They go to the server that was named and to no other."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    query: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def basic(cls, user: str, password: str) -> Self:
        word = base64.b64encode(f"{user}:{password}".encode()).decode()
        return cls({"Authorization": f"Basic {word}"})

    @classmethod
    def bearer(cls, token: str) -> Self:
        return cls({"Authorization": f"Bearer {token}"})


@dataclass(frozen=True)
class Validators:
    """The server's own marks of a file we have: with them it may answer that nothing changed."""

    etag: str = ""
    modified: str = ""

    def __bool__(self) -> bool:
        return bool(self.etag or self.modified)

    @property
    def headers(self) -> dict[str, str]:
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        # A mark that no header can carry is one that its server cannot be shown.
        return {name: value for name, value in asked.items() if value and is_sendable(value)}


def is_sendable(word: str) -> bool:
    """Whether a header can carry this word: older servers know no letters but ours."""
    return word.isascii() and word.isprintable()


def check_access(host: str, access: WebAccess) -> None:
    """Raises AddressRefused where a header cannot carry the word that it should; nothing was sent then."""
    if not all(map(is_sendable, access.headers.values())):
        raise AddressRefused("login", host=host)


def is_same_door(first: httpx.URL, other: httpx.URL) -> bool:
    """Whether what opens `first` may be shown to `other`: the same server, or the same by TLS instead of without."""
    if (first.scheme, first.host, first.port) == (other.scheme, other.host, other.port):
        return True
    is_upgrade = (first.scheme, other.scheme) == ("http", "https")
    return is_upgrade and first.host == other.host and first.port is None and other.port is None
