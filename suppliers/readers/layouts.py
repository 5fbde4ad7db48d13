"""Layouts that shops share, where one product takes several lines and only its options tell them apart."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from suppliers.readers.folding import folded_name
from suppliers.readers.words import table

_GROUPS = ("handle", "handle id", "product handle")
_OPTION = re.compile(r"option ?\d+ value|product option description ?\d+|option value ?\d+")
_PICK_UP_POINT = re.compile(r"pp ?\d+")
# What a shop writes where a product has no options.
NO_OPTION = "Default Title"

# Columns that tell apart several lines of one code: the places where it lies, the sizes and colours it comes in.
_STORES = re.compile(
    r"\b(?:warehouse|location|depot|store|outlet|lager\w*|entrepot|magasin|magazz\w+|almacen|almacene|deposito|armazem|magazijn|magazyn\w*|mag|sklad\w*|raktar|depozit|склад\w*|αποθηκη|depo|varasto"
    r"|ladu|skladiste|skladisce|branch|branche|filiale|filial|sucursal|tienda|loja|negozio|site|plant|werk"
    r"|centro|source code|ship ?node)s?\b"
    r"|仓库|店仓|倉庫|창고"
)
_SORTS = re.compile(
    r"\b(?:sizes?|grosse|groesse|taille|talla|taglia|maat|rozmiar|velikost|velkost|meret|marime|размер\w*|розмір|μεγεθοσ|beden|storlek|storrelse|koko|velicina|tamanho"
    r"|colou?rs?|farbe|couleur|colore|kleur|kolor|barva|farba|szin|culoare|цвет|колір|цвят|χρωμα|renk|farg|farve|farge|vari|boja|cor)\b"
)


# Lots of one article: each has its own date and its own stock.
_LOTS = re.compile(
    r"\b(?:batch|lot|lots|expiry|expiration|expires|exp|charge|chargennummer|verfall\w*|mhd|peremption|ddm|dluo|lote|caducidad|vencimiento|validade|lotto|scadenza|partia|seria|сери[яи]|партия|партія|годности|придатності|sarze|sarja|parti)\b"
)


def key_parts(names: Sequence[str]) -> tuple[int, ...]:
    """The columns that together name a line where the code is empty: the product's handle and its options."""
    folded = [folded_name(name) for name in names]
    group = next((index for index, name in enumerate(folded) if name in _GROUPS), None)
    if group is None:
        return ()
    return (group, *(index for index, name in enumerate(folded) if _OPTION.fullmatch(name)))


def shop_locations(names: Sequence[str]) -> tuple[int, ...]:
    """The columns that may be the places in a table of a shop.

    In an inventory of Shopify those after the country of origin, in a price list of Kaspi its pick-up points.
    """
    folded = [folded_name(name) for name in names]
    if folded[:4] == ["sku", "model", "brand", "price"]:
        return tuple(index for index, name in enumerate(folded) if _PICK_UP_POINT.fullmatch(name))
    place = folded.index("coo") if "coo" in folded else 0
    if folded[:2] != ["handle", "title"] or folded[place - 1] != "hs code" or "location" in folded:
        return ()
    return tuple(range(place + 1, len(names)))


@dataclass(frozen=True)
class Layout:
    """A known file whose columns hold codes; see words/layouts.toml.

    With `only_unstated`, times tell of the stock only where no column states it.
    """

    name: str
    fields: Mapping[str, int]
    codes: Mapping[str, str]
    ready_days: int | None
    only_unstated: bool = False


def known_layout(names: Sequence[str]) -> Layout | None:
    """The layout of a file with these columns."""
    named = list(enumerate(names))
    # "SupplyDetail/ProductAvailability [Gardners]" is told apart by its supplier, and the same column of the layout.
    bare = {name.partition(" [")[0]: index for index, name in reversed(named)}
    places = bare | {name: index for index, name in reversed(named)}
    for entry in table("layouts")["layout"]:
        if places.keys() >= set(entry["columns"]):
            fields = {field: places[name] for field, name in entry["fields"].items()}
            codes, days = entry.get("codes", {}), entry.get("ready_days")
            return Layout(entry["name"], fields, codes, days, entry.get("only_unstated", False))
    return None


def tells_parts_apart(name: str) -> bool:
    """Whether a column's name is that of a warehouse, a size or a colour: lines of one code are parts of its stock."""
    return is_store(name) or _SORTS.search(folded_name(name)) is not None


def tells_lots_apart(name: str) -> bool:
    """Whether a name is that of a lot or of the day on which it expires."""
    return _LOTS.search(folded_name(name)) is not None


def lists_others(name: str) -> bool:
    """Whether a name is that of other articles, which go with this one: its "bundled products", "accessories"."""
    return not set(table("layouts")["others"]).isdisjoint(folded_name(name).split())


def is_store(name: str) -> bool:
    """Whether a name is that of a place where goods lie."""
    return _STORES.search(folded_name(name)) is not None
