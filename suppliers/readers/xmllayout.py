"""Which element of an XML file is the item, and how its values are called."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from suppliers.readers.folding import folded_name
from suppliers.readers.layouts import is_store, lists_others, tells_parts_apart
from suppliers.readers.names import code_score, meanings
from suppliers.readers.places import naming
from suppliers.readers.records import SURE
from suppliers.readers.values import STATEMENTS
from suppliers.readers.words import table
from suppliers.readers.xmlkinds import named_values, told_apart
from suppliers.readers.xmlshape import Place, Shape, is_element

# Names of elements that list what goods are sorted by, and are none.
_LISTS = re.compile(
    r"\b(?:categor\w*|kategor\w*|currenc\w*|categorie|rubric\w*|групп\w*|групи|категор\w*|валют\w*)\b"
)

# So many of the elements of one place have a value that all of them should have.
_NEARLY = 0.9


@dataclass(frozen=True)
class Layout:
    """`item` is the element of one article; `part` an element inside it, such as a variant, that has its own stock.

    `names` are the columns: for each value's place below the item, how it is called. `added` are those columns that
    state the stock of one store after the other. `told` are the elements below the item that come several times, each
    with the value that tells them apart: `<price type="net">` beside `<price type="gross">`. `named` are those of them
    of which all of an item is made, each with the one value that it names: `<field name="sku">A1</field>`. `around` are
    values that stand outside of the items and hold for all below: `<products currency="EUR">`. `stores` are elements
    below the item of which each is of one store, with the column that says how it is called.
    """

    item: Place
    part: Place | None
    names: dict[Place, str]
    added: frozenset[str] = frozenset()
    told: Mapping[Place, Place] = MappingProxyType({})
    named: Mapping[Place, Place] = MappingProxyType({})
    around: Mapping[Place, str] = MappingProxyType({})
    stores: Mapping[Place, str] = MappingProxyType({})

    def names_of_parts(self) -> Iterator[str]:
        """The columns whose values stand in a part of the item."""
        if self.part:
            below = self.part[len(self.item) :]
            yield from (name for place, name in self.names.items() if place[: len(below)] == below)

    def stand_ins(self) -> dict[str, str]:
        """For columns of the parts, those of the item that say the same of an article that comes in one sort only."""
        parts = dict.fromkeys(self.names_of_parts())
        own = {place: name for place, name in self.names.items() if name not in parts}
        leaves = {_leaf(name): name for name in reversed(own.values())}
        # The id of its category says nothing of the article.
        codes = [name for place, name in own.items() if _is_direct(place) and code_score(name)]
        code = max(codes, key=code_score, default="")
        of_parts = max(parts, key=lambda name: (code_score(name), name), default="")
        found = {name: code if name == of_parts else leaves.get(_leaf(name), "") for name in parts}
        return {
            name: other
            for name, other in found.items()
            if other and bool(code_score(name)) == (other in codes)
        }


def _is_direct(place: Place) -> bool:
    """Whether a value is an attribute of the item, or the text of an element directly in it."""
    return len(place) == 1 or (len(place) == 2 and not place[-1])


def _leaf(name: str) -> str:
    return name.replace("@", "/").rpartition("/")[2]


def layout_of(shape: Shape) -> Layout | None:
    """The item element; None where nothing in the file looks like one."""
    item = _item(shape)
    if item is None:
        return None
    part = _part(shape, item)
    names = _names(shape, item)
    stocks = _stocks_of_stores(shape, item, part, names)
    added = frozenset(name for found in stocks.values() for name in found)
    named = named_values(shape, item)
    told = {below: kind for below, (kind, _value) in named.items()} or told_apart(shape, item, part)
    values = {below: value for below, (_kind, value) in named.items()}
    stores = _stores(shape, item, names, stocks)
    if part:
        stores = {below: name for below, name in stores.items() if part[len(item) :][: len(below)] != below}
    return Layout(item, part, names, added, told, values, _around(shape, item, names), stores)


def _item(shape: Shape) -> Place | None:
    """The element of one article; where none repeats, the one with most values that is called like one."""
    named = [place for place in shape.counts if is_element(place) and _is_called_item(place)]
    several = [place for place in named if shape.values[place] > 1]
    return _repeating_item(shape) or max(several, key=lambda place: shape.values[place], default=None)


def _repeating_item(shape: Shape) -> Place | None:
    """Down from the root along the values, to the first element that repeats."""
    roots = [place for place in shape.counts if len(place) == 1]
    place: Place | None = max(roots, key=lambda root: shape.values[root], default=None)
    while place is not None:
        below = [child for child in shape.children(place) if is_element(child) and shape.values[child]]
        below = [child for child in below if not _LISTS.fullmatch(folded_name(child[-1]))]
        best = _largest(shape, below)
        if best is None:
            return None
        if _is_called_item(place) and _states(shape, place) and not _states(shape, best):
            # One article alone, and its many authors.
            return place
        repeats = shape.counts[best] > shape.counts[place] and shape.values[best] > shape.counts[best]
        if repeats or (_is_called_item(best) and shape.values[best] > 1):
            return best
        place = best
    return None


def _largest(shape: Shape, places: Sequence[Place]) -> Place | None:
    """The element with most values, unless it states nothing and one beside it is an article that does.

    The tree of categories of a catalogue may be larger than its only article.
    """
    largest = max(places, key=lambda place: shape.values[place], default=None)
    if largest is None or _states(shape, largest):
        return largest
    articles = [place for place in places if _is_called_item(place) and _states(shape, place)]
    return max(articles, key=lambda place: shape.values[place], default=largest)


def _states(shape: Shape, place: Place) -> bool:
    """Whether a stock or a price is stated somewhere inside an element."""
    names = {(each[-1] or each[-2]).removeprefix("@") for each in shape.inside(place)}
    return any(
        (found := meanings(name)) and found[0].field in STATEMENTS and found[0].score > SURE for name in names
    )


def _is_called_item(place: Place) -> bool:
    return place[-1].casefold() in table("layouts")["items"]


def _part(shape: Shape, item: Place) -> Place | None:
    """An element inside the item that comes several times and states its own code and its own stock or price.

    In what is no article itself, a shop or a category, its own name will do.
    """
    own = _fields(shape, item)
    for place in shape.several(item):
        fields = _fields(shape, place)
        # What has no code and no price is no article: the goods of a shop or of a category are.
        named = {"key", "gtin"} if own & {"key", "gtin", *STATEMENTS} else {"key", "gtin", "name"}
        is_other = any(map(lists_others, place[len(item) :]))
        is_place = is_store(place[-1]) or _is_numbered_stock(shape, place)
        if _states(shape, place) and fields & named and not is_place and not is_other:
            return place
    return None


def _around(shape: Shape, item: Place, names: Mapping[Place, str]) -> dict[Place, str]:
    """The currency of all items, where they have none of their own: an attribute around them, a value before them."""
    if any(map(_is_currency, names.values())):
        return {}
    outside = [place for place in shape.counts if not is_element(place) and place[: len(item)] != item]
    called = [(place, place[-1].removeprefix("@") or place[-2]) for place in outside]
    found = [
        (place, name)
        for place, name in called
        if _is_currency(name) and (shape.counts[place] == 1 or item[: len(place) - 1] == place[:-1])
    ]
    return dict(found[:1])


def _is_currency(name: str) -> bool:
    found = meanings(re.split("[@/]", name)[-1])
    return bool(found) and found[0].field == "currency" and found[0].score > SURE


def _fields(shape: Shape, place: Place) -> set[str]:
    names = [child[-1].removeprefix("@") for child in shape.children(place)]
    return {found[0].field for name in names if (found := meanings(name)) and found[0].score > SURE}


def _stocks_of_stores(
    shape: Shape, item: Place, part: Place | None, names: dict[Place, str]
) -> dict[Place, list[str]]:
    """The elements that repeat and are, or name, a store, with their stocks in numbers or in words."""
    found: dict[Place, list[str]] = {}
    for place in shape.several(item):
        inside = shape.inside(place)
        apart = any(tells_parts_apart(name) for name in (place[-1], *(child[-1] for child in inside)))
        apart = apart or _is_numbered_stock(shape, place)
        if place == part or not apart:
            continue
        called = [names.get(value[len(item) :], "") for value in inside]
        stocks = [
            name
            for name in called
            if name and (_means(name, "quantity") or _means(_leaf(name), "availability"))
        ]
        # The "warehouse" of a "stock/warehouse" is called so, beside how much there is.
        found[place] = [name for name in stocks if not is_store(_leaf(name))] or stocks
    return found


def _stores(
    shape: Shape, item: Place, names: Mapping[Place, str], stocks: Mapping[Place, Sequence[str]]
) -> dict[Place, str]:
    """The outermost of these elements, below the item, that say how each is called, with the column that does."""
    found: dict[Place, str] = {}
    for place, own in stocks.items():
        below = place[len(item) :]
        said = [
            value for value in shape.inside(place) if shape.counts[value] >= _NEARLY * shape.counts[place]
        ]
        called = naming((names[value[len(item) :]] for value in said if value[len(item) :] in names), own)
        if own and called and not any(below[: len(outer)] == outer for outer in found):
            found[below] = called
    return found


def _means(name: str, field: str) -> bool:
    """Whether nothing is meant more surely: the "qty" of a "shelf" is one."""
    found = meanings(name)
    return any(each.field == field and each.score == found[0].score for each in found)


def _is_numbered_stock(shape: Shape, place: Place) -> bool:
    """`<stock id="1" quantity="5"/>` beside `<stock id="2" quantity="3"/>`: two places, by their numbers."""
    found = meanings(place[-1])
    return bool(found) and found[0].field == "quantity" and (*place, "@id") in shape.counts


def _names(shape: Shape, item: Place) -> dict[Place, str]:
    """Each value is called by its element and the one around it, which says what it is about: "Price/Amount"."""
    names: dict[Place, str] = {}
    taken: set[str] = set()
    for place in sorted((place for place in shape.inside(item) if not is_element(place)), key=len):
        below = place[len(item) :]
        parts = list(below[:-1])
        end = below[-1]
        tried = ["/".join(parts[-depth:]) + end for depth in range(2, len(parts) + 1)]
        tried = tried or ["/".join(parts) + end or item[-1]]
        names[below] = next((name for name in tried if name not in taken), tried[-1])
        taken.add(names[below])
    return names
