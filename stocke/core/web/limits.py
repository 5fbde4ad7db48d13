"""How often a stranger may ask: counted by the minute, for all processes together.

Each process counts for itself, and settles with Valkey what the others do not know yet: a name as soon as a twentieth
of its limit is unsettled, and everything once a second. So most questions cost no way to Valkey. A limit below 40 is
exact; of a larger one, each process beyond the first may let in a twentieth too much.

Valkey may be slow, away or wiped at any moment. A wiped one has forgotten what other processes counted in that minute.
While it is away each process goes on alone, so that answers still come and nobody asks without any limit; it is tried
again after a few seconds, and learns then what it has missed.
"""

import time
from functools import cache
from ipaddress import IPv6Address, ip_address
from itertools import islice
from threading import Lock

import redis
from django.conf import settings
from django.http import HttpRequest

MINUTE = 60
PARTS, SETTLED_EVERY, MOST_AT_ONCE = 20, 1.0, 500
PATIENCE, PAUSE = 0.05, 5.0
# A process forgets everything before it has kept the addresses of a whole network.
MOST_KEPT = 100_000
SETTLE = """
local totals = {}
for place, name in ipairs(KEYS) do
    totals[place] = redis.call('INCRBY', name, ARGV[place + 1])
    redis.call('EXPIRE', name, ARGV[1])
end
return totals
"""


class Counts:
    """Questions of this minute, by name: `known` to Valkey when it was last asked, and `fresh` ones since."""

    def __init__(self, url: str) -> None:
        self.server = redis.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self.script = self.server.register_script(SETTLE)
        self.lock = Lock()
        self.known, self.fresh = dict[str, int](), dict[str, int]()
        self.minute, self.settle_at, self.away_until = 0, 0.0, 0.0

    def add(self, name: str, most: int) -> int:
        """One more question under this name, of which `most` are allowed; how many there are, this one included."""
        with self.lock:
            self.begin(int(time.time() // MINUTE))
            # The newest stands last: it is among those that are settled next.
            self.fresh[name] = self.fresh.pop(name, 0) + 1
            if self.is_due(name, most):
                self.settle()
            return self.asked(name)

    def asked(self, name: str) -> int:
        return self.known.get(name, 0) + self.fresh.get(name, 0)

    def begin(self, minute: int) -> None:
        """Of a minute that is over nobody asks any more."""
        if minute != self.minute or len(self.known) + len(self.fresh) > MOST_KEPT:
            self.minute = minute
            self.known.clear()
            self.fresh.clear()

    def is_due(self, name: str, most: int) -> bool:
        moment = time.monotonic()
        if moment < self.away_until:
            return False
        if moment >= self.settle_at or len(self.fresh) >= MOST_AT_ONCE:
            return True
        return self.asked(name) <= most and self.fresh[name] >= max(1, most // PARTS)

    def settle(self) -> None:
        """One way to Valkey. What it does not take stays fresh."""
        moment = time.monotonic()
        self.settle_at = moment + SETTLED_EVERY
        counts = dict(islice(reversed(self.fresh.items()), MOST_AT_ONCE))
        names = [f"asked:{self.minute}:{name}" for name in counts]
        try:
            totals = self.script(keys=names, args=[2 * MINUTE, *counts.values()])
        except redis.RedisError:
            self.away_until = moment + PAUSE
            return
        for (name, count), total in zip(counts.items(), totals, strict=True):
            # One that was wiped knows less than we do.
            self.known[name] = max(int(total), self.known.get(name, 0) + count)
            del self.fresh[name]


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
