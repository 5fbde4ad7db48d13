"""The one shape of all connectors: values that they give and take, and the calls that they offer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from stocke.core.sealing import Secrets


def nobody_asks() -> None:
    """Whoever only knocks needs nobody's leave."""


@dataclass(frozen=True)
class Door:
    """How to get to one shop: the address that a person typed, what opens it, and what was found out about it.

    `before_each` is called ahead of every word to the shop, and raises where nothing more is to be said.
    """

    url: str
    secrets: Secrets
    facts: Mapping[str, Any] = field(default_factory=dict)
    before_each: Callable[[], None] = nobody_asks


@dataclass(frozen=True)
class Found:
    """What knocking at a shop found: facts to be kept, and permissions that we need and do not have."""

    facts: dict[str, Any]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class RemoteLine:
    """One line of an order as the shop has it, refunded units already taken off."""

    remote_id: str
    listing: str
    sku: str
    name: str
    quantity: int
    unit_price_cents: int


@dataclass(frozen=True)
class RemoteOrder:
    """An order as the shop has it. `standing` is a value of models.Standing.

    `buyer` is the shop's own id of its customer, where it needs one to tell more of him; empty for a guest.
    Of one that was deleted for good only that is known, and the time is ours. Of an unreadable one, which is none by
    what we understand, only its id is sure.
    """

    remote_id: str
    standing: str
    status: str
    changed_at: datetime
    number: str = ""
    placed_at: datetime | None = None
    paid_at: datetime | None = None
    currency: str = ""
    customer: Mapping[str, str] = field(default_factory=dict)
    ship_to: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[RemoteLine, ...] = ()
    shipping_cents: int = 0
    note: str = ""
    is_gone: bool = False
    is_unreadable: bool = False
    buyer: str = ""


# When an order was changed that does not say so.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def unreadable(remote_id: str, changed_at: datetime | None) -> RemoteOrder:
    """An order that we do not understand: it is shown to a person, and keeps no other from being read."""
    return RemoteOrder(remote_id, "unknown", "unreadable", changed_at or NEVER, is_unreadable=True)


@dataclass(frozen=True)
class OrderPage:
    """Orders changed since a moment, oldest change first; `until` is the moment up to which nothing is missing."""

    orders: tuple[RemoteOrder, ...]
    until: datetime


@dataclass(frozen=True)
class Notice:
    """A genuine message of a hook. Without `resource_id` it only says that something has changed."""

    topic: str
    resource: str
    resource_id: str
    version: str
    delivery_id: str = ""


@dataclass(frozen=True)
class Greeting:
    """A message that tests the line and wants a 200: nothing is made of it, whoever sent it."""


@dataclass(frozen=True)
class Tended:
    """The state of a shop's hooks after we looked: what we found wrong and did about it, by topic.

    `facts` are what its answers have said of it meanwhile.
    """

    hooks: dict[str, str]
    made: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RemoteListing:
    """Something that can be bought in the shop. `keeping` is a value of models.Keeping."""

    remote_id: str
    parent: str
    sku: str
    gtin: str
    name: str
    keeping: str
    backorders: bool
    quantity: int | None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """The number that a listing shall have. `before` is what it was told last, None where that is in doubt."""

    remote_id: str
    parent: str
    quantity: int
    before: int | None = None
    sku: str = ""
    light: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """What the shop said of one listing: it has the number, or why not (`problem`, a code, with its own words)."""

    remote_id: str
    quantity: int | None = None
    problem: str = ""
    words: str = ""


@dataclass(frozen=True)
class Batch:
    """Listings that one call can tell."""

    wanted: tuple[Wanted, ...]
    parent: str = ""


@dataclass(frozen=True)
class ParcelReport:
    """Units that have left, by the shop's own line ids. `completes`: nothing more is to come."""

    key: str
    order: str
    lines: Mapping[str, int]
    carrier: str
    number: str
    url: str
    completes: bool = False


@dataclass(frozen=True)
class RefundReport:
    """Money that was given back outside the shop, to be on its record too."""

    key: str
    order: str
    amount_cents: int
    currency: str
    lines: Mapping[str, int] = field(default_factory=dict)


class Connector(Protocol):
    """What every kind of shop can do. Each call raises a ShopError; none writes to our database.

    `signs_with` is the one of its secrets that signs its messages; empty where we give it one of our own making.
    `looks_at` is how many orders may be asked for by their ids within a minute beside all else. `remembers`: an order
    that was placed longer ago is not shown to us, which does not mean that it was deleted; None: all are shown.

    `groups_of` is what the shop says of the buyers of these orders, by order: tags, roles or groups, as it calls them.

    `report_*` are called with `tried` when an earlier attempt may have been carried out: then they look first.
    """

    kind: str
    secret_names: tuple[str, ...]
    signs_with: str
    reads_orders: bool
    reads_listings: bool
    looks_at: int
    remembers: timedelta | None

    def probe(self, door: Door) -> Found: ...
    def orders_since(self, door: Door, since: datetime) -> Iterator[OrderPage]: ...
    def orders_named(self, door: Door, remote_ids: Sequence[str]) -> list[RemoteOrder]: ...
    def groups_of(self, door: Door, orders: Sequence[RemoteOrder]) -> dict[str, tuple[str, ...]]: ...
    def recognise(
        self, secrets: Sequence[str], headers: Mapping[str, str], body: bytes
    ) -> Notice | Greeting: ...
    def tend_hooks(self, door: Door, target: str, secret: str, known: Mapping[str, str]) -> Tended: ...
    def listings(self, door: Door) -> Iterator[Sequence[RemoteListing]]: ...
    def batches(self, wanted: Sequence[Wanted]) -> list[Batch]: ...
    def tell(self, door: Door, batch: Batch, key: str) -> list[Said]: ...
    def report_parcel(self, door: Door, parcel: ParcelReport, *, tried: bool) -> str: ...
    def report_refund(self, door: Door, refund: RefundReport, *, tried: bool) -> str: ...
    def report_cancellation(self, door: Door, order: str, *, tried: bool) -> str: ...
