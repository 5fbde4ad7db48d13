"""What a public page must know of the shop that leads to it, whoever keeps the shops."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Storefront:
    """One shop of the merchant. `origins` are the sites whose scripts may ask us; a closed one asks nothing."""

    slug: str
    name: str
    url: str = ""
    is_open: bool = True
    origins: Sequence[str] = ()


type Finder = Callable[[str], Storefront | None]
type Closed = Callable[[], Sequence[str]]

FINDERS: dict[str, Finder] = {}
CLOSED: dict[str, Closed] = {}


def register_storefronts(keeper: str, find: Finder, closed: Closed) -> None:
    """`find` gives the shop of this short name or public key; `closed` names those that were closed."""
    FINDERS[keeper], CLOSED[keeper] = find, closed


def storefront(name: str) -> Storefront | None:
    """The shop of this short name or public key; None where nobody knows it."""
    if not name:
        return None
    return next((found for find in FINDERS.values() if (found := find(name)) is not None), None)


def closed_storefronts() -> list[str]:
    """The short names of all shops that are closed."""
    return [slug for closed in CLOSED.values() for slug in closed()]
