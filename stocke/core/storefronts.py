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


@dataclass(frozen=True)
class OnOffer:
    """A product as one shop has it: so many units by that shop's own rules, None while nobody has told us."""

    product: int
    units: int | None


@dataclass(frozen=True)
class Keeper:
    """Whoever keeps shops. `find` gives the shop of a short name or public key, `on_offer` tells what the shop of a
    short name has under a SKU, its own or ours; `silent` names those that are closed, or have none of a product.
    `sku_there` is the shop's own SKU of a product, "" where it has none.
    """

    find: Callable[[str], Storefront | None]
    on_offer: Callable[[str, str], OnOffer | None]
    silent: Callable[[int], Sequence[str]]
    sku_there: Callable[[str, int], str]


type WishPage = Callable[[str, str], str]

KEEPERS: dict[str, Keeper] = {}
WISH_PAGES: list[WishPage] = []


def register_storefronts(name: str, keeper: Keeper) -> None:
    KEEPERS[name] = keeper


def register_wish_page(address: WishPage) -> None:
    """The address, by the shop's name or key and the SKU, where one asks to be told when a product is back."""
    WISH_PAGES[:] = [address]


def storefront(name: str) -> Storefront | None:
    """The shop of this short name or public key; None where nobody knows it."""
    if not name:
        return None
    return next((found for keeper in KEEPERS.values() if (found := keeper.find(name)) is not None), None)


def silent_storefronts(product_id: int) -> list[str]:
    """The short names of the shops for which nobody is told that this product is back: they are closed or show none."""
    return [slug for keeper in KEEPERS.values() for slug in keeper.silent(product_id)]


def on_offer(slug: str, sku: str) -> OnOffer | None:
    """What the shop of this short name has under this SKU; None where it is unknown there."""
    return next((found for keeper in KEEPERS.values() if (found := keeper.on_offer(slug, sku))), None)


def sku_there(slug: str, product_id: int) -> str:
    """The own SKU under which the shop of this short name lists a product: it goes before ours there. "" for none."""
    return next((sku for keeper in KEEPERS.values() if (sku := keeper.sku_there(slug, product_id))), "")


def wish_page(name: str, sku: str) -> str:
    """Where one asks to be told when this product is back; "" where nobody takes wishes."""
    return next((address(name, sku) for address in WISH_PAGES), "")
