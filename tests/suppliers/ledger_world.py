"""The world that would be: what a supplier's offers are when only some statements were ever made. Pure, and simple."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

type Row = tuple[int | None, int | None, str]
"""What a file says of an SKU: quantity (none: a word nobody understands), price and name, where it says them."""


@dataclass(frozen=True)
class FileSaid:
    """One import: the feed, what its file names, and whether the feed forgets what it misses."""

    number: int
    feed: str
    rows: Mapping[str, Row]
    forgets: bool


@dataclass(frozen=True)
class PersonSaid:
    """One single statement; None: "I do not know"."""

    sku: str
    quantity: int | None


@dataclass(frozen=True)
class Known:
    """What is known of one offer. `by` is the feed that vouches for its quantity, where there is one."""

    quantity: int | None = None
    by: str | None = None
    price: int | None = None
    name: str = ""
    is_found: bool = False


type Statement = FileSaid | PersonSaid
type World = dict[str, Known]


def world_of(statements: Iterable[Statement], products: Collection[str]) -> World:
    """Every statement after the other, each with its whole effect."""
    world: World = {}
    for said in statements:
        world = heard_file(world, said, products) if isinstance(said, FileSaid) else heard_person(world, said)
    return world


def heard_file(world: World, said: FileSaid, products: Collection[str]) -> World:
    named = {
        sku: named_in(world.get(sku, Known()), row, said.feed, found=sku in products)
        for sku, row in said.rows.items()
    }
    missed = {
        sku: replace(known, quantity=None if said.forgets else known.quantity, by=None)
        for sku, known in world.items()
        if known.by == said.feed and sku not in said.rows
    }
    return {**world, **missed, **named}


def named_in(known: Known, row: Row, feed: str, *, found: bool) -> Known:
    quantity, price, name = row
    return Known(
        quantity=quantity,
        by=feed,
        price=known.price if price is None else price,
        name=name or known.name,
        is_found=known.is_found or found,
    )


def heard_person(world: World, said: PersonSaid) -> World:
    """He speaks of an offer that is there, even where the import that brought it no longer counts."""
    return {**world, said.sku: replace(world.get(said.sku, Known()), quantity=said.quantity, by=None)}


@dataclass
class Ledger:
    """The statements in their order, and which imports do not count."""

    statements: list[Statement] = field(default_factory=list)
    undone: set[int] = field(default_factory=set)

    def world(self, products: Collection[str]) -> World:
        remaining = (
            said
            for said in self.statements
            if not (isinstance(said, FileSaid) and said.number in self.undone)
        )
        return world_of(remaining, products)
