"""How often a stranger may ask: counted by the minute in Valkey, for all processes together.

Valkey may be slow, away or wiped at any moment. A wiped one forgets a minute's count. While it is away each process
counts for itself, so that answers still come and nobody asks without any limit; it is tried again after a few seconds.
"""

import time
from collections import Counter
from collections.abc import Sequence
from functools import cache
from ipaddress import IPv6Address, ip_address

import redis
from django.conf import settings
from django.http import HttpRequest

MINUTE = 60
PATIENCE, PAUSE = 0.05, 5.0
# A process that counts for itself forgets everything before it has kept the addresses of a whole network.
MOST_KEPT = 100_000


class Counts:
    """Questions of this minute, by name."""

    def __init__(self, url: str) -> None:
        self.server = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self.own: Counter[str] = Counter()
        self.own_minute, self.away_until = 0, 0.0

    def add(self, names: Sequence[str]) -> list[int]:
        """One more question under each of these names; how many there are, this one included."""
        minute = int(time.time() // MINUTE)
        if time.monotonic() >= self.away_until:
            try:
                return self.add_for_all(minute, names)
            except redis.RedisError:
                self.away_until = time.monotonic() + PAUSE
        return self.add_for_us(minute, names)

    def add_for_all(self, minute: int, names: Sequence[str]) -> list[int]:
        line = self.server.pipeline(transaction=False)
        for name in names:
            line.incr(f"asked:{minute}:{name}")
            line.expire(f"asked:{minute}:{name}", 2 * MINUTE, nx=True)
        return [int(count) for count in line.execute()[::2]]

    def add_for_us(self, minute: int, names: Sequence[str]) -> list[int]:
        if minute != self.own_minute or len(self.own) > MOST_KEPT:
            self.own_minute = minute
            self.own.clear()
        self.own.update(names)
        return [self.own[name] for name in names]


@cache
def counts() -> Counts:
    """Those of this process, on the server of the house."""
    return Counts(settings.REDIS_URL)


def seconds_left() -> int:
    """Until a new minute begins, at least one."""
    return MINUTE - int(time.time() % MINUTE)


def address_of(request: HttpRequest) -> str:
    """Who asks. Of an IPv6 address the network, because one household has billions of them.

    Behind our own proxy it is the last address of X-Forwarded-For: that one the proxy has seen, the others anybody
    may have written.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    try:
        known = ip_address(address)
    except ValueError:
        return "nowhere"
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return known.exploded[:19]
    return str(known)
