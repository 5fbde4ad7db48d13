"""The world that would be: what a supplier's offers are when only some statements were ever made. Pure, and simple."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

type Row = tuple[int | None, int | None, str]
"""What a file says of an SKU: quantity (none: a word nobody understands), price and name, where it says them."""


@dataclass(frozen=True)
class FileSaid:
    """One import: the feed, what its file names, and whether the feed forgets what it misses.

    A SKU is zero in the `zero_after`th file in a row without it. Applied `safely`, a file goes on with nothing, and
    what it `withheld` was not said. A `partial` one misses nothing.
    """

    number: int
    feed: str
    rows: Mapping[str, Row]
    forgets: bool
    zero_after: int | None = None
    safely: bool = False
    withheld: Collection[str] = ()
    partial: bool = False

    def misses(self, sku: str) -> bool:
        return not self.partial and sku not in self.rows and sku not in self.withheld


@dataclass(frozen=True)
class PersonSaid:
    """One single statement; None: "I do not know"."""

    sku: str
    quantity: int | None


@dataclass(frozen=True)
class Known:
    """What is known of one offer. `by` is the feed that vouches for its quantity, where there is one; `missing` the
    feed in whose last files it was missing, and in how many, where that is counted."""

    quantity: int | None = None
    by: str | None = None
    price: int | None = None
    name: str = ""
    is_found: bool = False
    missing: tuple[str, int] | None = None


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
        if sku not in said.withheld
    }
    missed = {
        sku: missed_in(known, said)
        for sku, known in world.items()
        if said.feed in (known.by, known.missing and known.missing[0]) and said.misses(sku)
    }
    return {**world, **missed, **named}


def missed_in(known: Known, said: FileSaid) -> Known:
    if not said.forgets:
        return replace(known, by=None)
    forgotten = replace(known, quantity=None, by=None)
    if said.zero_after is None:
        return forgotten
    before = known.missing[1] if known.missing else 0
    files = before if before and said.safely else before + 1
    if files >= said.zero_after and not said.safely:
        return replace(forgotten, quantity=0, missing=None)
    return replace(forgotten, missing=(said.feed, files))


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
    return {
        **world,
        said.sku: replace(world.get(said.sku, Known()), quantity=said.quantity, by=None, missing=None),
    }


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
