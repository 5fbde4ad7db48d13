"""The left column: what each context registers, in an order that the house fixes once."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from stocke.core.web.status import Words

GROUPS: Mapping[str, Words] = MappingProxyType(
    {"": "", "work": _("Work"), "records": _("Records"), "insight": _("Insight")}
)
ORDER = (
    "today",
    "verification",
    "cases",
    "purchasing",
    "returns",
    "messages",
    "orders",
    "products",
    "suppliers",
    "feeds",
    "customers",
    "wishes",
    "channels",
    "insights",
    "settings",
    "mailbox",
)
# The letter after G, the same on every keyboard layout.
LETTERS = {
    "today": "a",
    "verification": "v",
    "cases": "r",
    "messages": "m",
    "orders": "c",
    "products": "p",
    "feeds": "f",
}
TABS = ("today", "verification", "cases", "messages")
COUNTER_SECONDS = 20


@dataclass(frozen=True)
class NavEntry:
    """One entry of the left column. `counter` counts work for a person, never things that exist."""

    key: str
    group: str
    label: Words
    url_name: str
    icon: str
    permission: str
    counter: Callable[[], int] | None = None

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    @property
    def letter(self) -> str:
        return LETTERS.get(self.key, "")

    @property
    def is_tab(self) -> bool:
        return self.key in TABS


ENTRIES: dict[str, NavEntry] = {}


def register(entry: NavEntry) -> None:
    """Add an entry; its key decides where it stands. Registering a key again replaces it."""
    if entry.key not in ORDER or entry.group not in GROUPS:
        raise ValueError(f"{entry.key!r} in {entry.group!r} has no place in the navigation")
    ENTRIES[entry.key] = entry


def entries_for(permissions: Collection[str]) -> list[NavEntry]:
    """The entries this person may use, in the order of the house. The others are absent, not grey."""
    allowed = [entry for entry in ENTRIES.values() if entry.permission in permissions]
    return sorted(allowed, key=lambda entry: ORDER.index(entry.key))


def count(entry: NavEntry, *, fresh: bool = False) -> int:
    """How much waits behind this entry: at most a few seconds old, exact when `fresh`."""
    if entry.counter is None:
        return 0
    key = f"nav-count:{entry.key}"
    known = None if fresh or settings.ENVIRONMENT == "test" else cache.get(key)
    if known is None:
        known = entry.counter()
        cache.set(key, known, COUNTER_SECONDS)
    return int(known)


def current_key(path: str, entries: Collection[NavEntry]) -> str:
    """The entry whose address is the longest beginning of this path."""
    inside = [entry for entry in entries if path.startswith(entry.url)]
    return max(inside, key=lambda entry: len(entry.url)).key if inside else ""
