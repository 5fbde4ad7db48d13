"""What an XML file is made of: which element is the item, and how its values are called."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from suppliers.readers.errors import refuse
from suppliers.readers.folding import folded_name
from suppliers.readers.layouts import is_store, tells_parts_apart
from suppliers.readers.names import code_score, meanings
from suppliers.readers.records import SURE, TOLD_APART
from suppliers.readers.words import table
from suppliers.readers.xmlwalk import Attributes, Handler

type Place = tuple[str, ...]

# Names of elements that list what goods are sorted by, and are none.
_LISTS = re.compile(
    r"\b(?:categor\w*|kategor\w*|currenc\w*|categorie|rubric\w*|групп\w*|групи|категор\w*|валют\w*)\b"
)
# Names of values that say of what kind an element is, and the fields of which an item may have several kinds.
_KIND = re.compile(
    r"\b(?:types?|typ|tipo|tip|kind|art|sort|qualifier|level|list|name|code|role|scheme|currency|customer|group"
    r"|schemeid|тип\w*|типа|вид|код|група|группа|turu|tyyppi|tyyp|rodzaj|druh|ид типа цены)\b"
)
_NEARLY = 0.9
_MOST_PLACES = 20_000


@dataclass
class Shape:
    """How often each element and value occurs, and how many values stand in and below it.

    The place of a value is that of its element and "@name" for an attribute, "" for a text.
    """

    counts: Counter[Place] = field(default_factory=Counter)
    values: Counter[Place] = field(default_factory=Counter)

    def children(self, place: Place) -> list[Place]:
        """The elements and values directly in an element."""
        return [
            other for other in self.counts if len(other) == len(place) + 1 and other[: len(place)] == place
        ]


@dataclass(frozen=True)
class Layout:
    """`item` is the element of one article; `part` an element inside it, such as a variant, that has its own stock.

    `names` are the columns: for each value's place below the item, how it is called. `added` are those columns that
    state the stock of one store after the other. `told` are the elements below the item that come several times, each
    with the value that tells them apart: `<price type="net">` beside `<price type="gross">`. `around` are values that
    stand outside of the items and hold for all below: `<products currency="EUR">`.
    """

    item: Place
    part: Place | None
    names: dict[Place, str]
    added: frozenset[str] = frozenset()
    told: Mapping[Place, Place] = MappingProxyType({})
    around: Mapping[Place, str] = MappingProxyType({})

    def names_of_parts(self) -> Iterator[str]:
        """The columns whose values stand in a part of the item."""
        if self.part:
            below = self.part[len(self.item) :]
            yield from (name for place, name in self.names.items() if place[: len(below)] == below)

    def stand_ins(self) -> dict[str, str]:
        """For columns of the parts, those of the item that say the same of an article that comes in one sort only."""
        parts = set(self.names_of_parts())
        own = [name for name in self.names.values() if name not in parts]
        leaves = {_leaf(name): name for name in reversed(own)}
        code = max(own, key=code_score, default="")
        of_parts = max(parts, key=lambda name: (code_score(name), name), default="")
        found = {name: leaves.get(_leaf(name), code if name == of_parts else "") for name in parts}
        return {name: other for name, other in found.items() if other}


def _leaf(name: str) -> str:
    return name.replace("@", "/").rpartition("/")[2]


class _Element:
    """All elements of one place."""

    __slots__ = ("attributes", "children", "count", "texts")

    def __init__(self) -> None:
        self.count = self.texts = 0
        self.attributes: Counter[str] = Counter()
        self.children: dict[str, _Element] = {}


class Counting(Handler[None]):
    """Counts the elements while the file is walked."""

    def __init__(self) -> None:
        self._root = _Element()
        self._stack = [self._root]
        self._said = [False]
        self._places = 0

    def start(self, name: str, attributes: Attributes) -> None:
        parent = self._stack[-1]
        element = parent.children.get(name)
        if element is None:
            element = parent.children[name] = _Element()
            self._places += 1
            if self._places > _MOST_PLACES:
                raise refuse("too_wide", limit=_MOST_PLACES)
        element.count += 1
        for attribute in attributes:
            element.attributes[attribute] += 1
        self._stack.append(element)
        self._said.append(False)

    def text(self, text: str) -> None:
        if not self._said[-1] and not text.isspace():
            self._said[-1] = True

    def end(self, name: str) -> None:
        element = self._stack.pop()
        if self._said.pop():
            element.texts += 1

    def shape(self) -> Shape:
        """What was counted."""
        shape = Shape()
        for name, element in self._root.children.items():
            _count(shape, (name,), element)
        return shape


def _count(shape: Shape, place: Place, element: _Element) -> int:
    """Enters the element and everything in it; gives the number of values in it."""
    shape.counts[place] = element.count
    values = element.texts
    if element.texts:
        shape.counts[(*place, "")] = element.texts
    for name, count in element.attributes.items():
        if called := attribute_name(name):
            shape.counts[(*place, called)] += count
            values += count
    values += sum(_count(shape, (*place, name), child) for name, child in element.children.items())
    if values:
        shape.values[place] = values
    return values


def attribute_name(name: str) -> str:
    """ "@name" without the prefix of its namespace; nothing where it says something of the file and not of goods."""
    own = name.rpartition(":")[2]
    return "" if name == "xmlns" or name.startswith("xmlns:") or own in _OF_THE_SCHEMA else f"@{own}"


_OF_THE_SCHEMA = frozenset({"nil", "schemaLocation", "noNamespaceSchemaLocation"})


def layout_of(shape: Shape) -> Layout | None:
    """The item element; None where nothing in the file looks like one."""
    item = _item(shape)
    if item is None:
        return None
    part = _part(shape, item)
    names = _names(shape, item)
    added = frozenset(_added(shape, item, part, names))
    return Layout(item, part, names, added, _told(shape, item, part), _around(shape, item, names))


def _item(shape: Shape) -> Place | None:
    """The element of one article; where none repeats, the one with most values that is called like one."""
    named = [place for place in shape.counts if _is_element(place) and _is_called_item(place)]
    several = [place for place in named if shape.values[place] > 1]
    return _repeating_item(shape) or max(several, key=lambda place: shape.values[place], default=None)


def _repeating_item(shape: Shape) -> Place | None:
    """Down from the root along the values, to the first element that repeats."""
    roots = [place for place in shape.counts if len(place) == 1]
    place: Place | None = max(roots, key=lambda root: shape.values[root], default=None)
    while place is not None:
        below = [child for child in shape.children(place) if _is_element(child) and shape.values[child]]
        below = [child for child in below if not _LISTS.fullmatch(folded_name(child[-1]))]
        best = max(below, key=lambda child: shape.values[child], default=None)
        if best is None:
            return None
        repeats = shape.counts[best] > shape.counts[place] and shape.values[best] > shape.counts[best]
        if repeats or (_is_called_item(best) and shape.values[best] > 1):
            return best
        place = best
    return None


def _is_called_item(place: Place) -> bool:
    return place[-1].casefold() in table("layouts")["items"]


def _is_element(place: Place) -> bool:
    return place[-1] != "" and not place[-1].startswith("@")


def _inside(shape: Shape, item: Place) -> list[Place]:
    return [place for place in shape.counts if len(place) > len(item) and place[: len(item)] == item]


def _repeating(shape: Shape, item: Place) -> list[Place]:
    """The elements inside the item that come more often than what they stand in, the outer ones first."""
    return [
        place
        for place in sorted(_inside(shape, item), key=len)
        if _is_element(place) and shape.counts[place] > shape.counts[place[:-1]]
    ]


def _part(shape: Shape, item: Place) -> Place | None:
    """An element inside the item that comes several times and states its own code and its own stock or price."""
    for place in _repeating(shape, item):
        fields = _fields(shape, place)
        states = fields & {"quantity", "price", "availability"}
        if states and fields & {"key", "gtin"} and not is_store(place[-1]):
            return place
    return None


def _around(shape: Shape, item: Place, names: Mapping[Place, str]) -> dict[Place, str]:
    """The currency of all items, where they have none of their own: an attribute around them, a value before them."""
    if any(map(_is_currency, names.values())):
        return {}
    outside = [place for place in shape.counts if not _is_element(place) and place[: len(item)] != item]
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


def _added(shape: Shape, item: Place, part: Place | None, names: dict[Place, str]) -> Iterator[str]:
    """The quantities inside an element that repeats and is, or names, a store."""
    for place in _repeating(shape, item):
        inside = _inside(shape, place)
        apart = any(tells_parts_apart(name) for name in (place[-1], *(child[-1] for child in inside)))
        apart = apart or _is_numbered_stock(shape, place)
        if place == part or not apart:
            continue
        for value in inside:
            name = names.get(value[len(item) :], "")
            if name and (found := meanings(name)) and found[0].field == "quantity":
                yield name


def _is_numbered_stock(shape: Shape, place: Place) -> bool:
    """`<stock id="1" quantity="5"/>` beside `<stock id="2" quantity="3"/>`: two places, by their numbers."""
    found = meanings(place[-1])
    return bool(found) and found[0].field == "quantity" and (*place, "@id") in shape.counts


def _told(shape: Shape, item: Place, part: Place | None) -> dict[Place, Place]:
    """The elements that come several times in an item and say of what kind each is, with the place where they do."""
    inside = [place for place in _repeating(shape, item) if place != part]
    told: dict[Place, Place] = {}
    for place in inside:
        below = place[len(item) :]
        outer = any(below[: len(known)] == known for known in told)
        if outer or not _states(shape, place) or _is_of_stores(shape, place):
            continue
        if (kind := _kind(shape, place)) is not None:
            told[below] = kind[len(item) :]
    return told


def _states(shape: Shape, place: Place) -> bool:
    """Whether an element is, or holds, a price, a stock or a code."""
    names = [place[-1], *(child[-1] for child in _inside(shape, place) if _is_element(child))]
    return any(
        (found := meanings(name)) and found[0].field in TOLD_APART and found[0].score > SURE for name in names
    )


def _is_of_stores(shape: Shape, place: Place) -> bool:
    """Whether a place where goods lie is named: such stocks are added up, not told apart."""
    return any(is_store(name) for name in (place[-1], *(child[-1] for child in _inside(shape, place))))


def _kind(shape: Shape, place: Place) -> Place | None:
    """The value directly in an element that says of what kind it is: nearly every one of them has it."""
    values = [(child, child[-1]) for child in shape.children(place) if child[-1].startswith("@")]
    values += [((*child, ""), child[-1]) for child in shape.children(place) if _is_element(child)]
    enough = _NEARLY * shape.counts[place]
    named = [
        value for value, name in values if shape.counts[value] >= enough and _KIND.search(folded_name(name))
    ]
    return named[0] if named else None


def _names(shape: Shape, item: Place) -> dict[Place, str]:
    """Each value is called by its element and the one around it, which says what it is about: "Price/Amount"."""
    names: dict[Place, str] = {}
    taken: set[str] = set()
    for place in sorted((place for place in _inside(shape, item) if not _is_element(place)), key=len):
        below = place[len(item) :]
        parts = list(below[:-1])
        end = below[-1]
        tried = ["/".join(parts[-depth:]) + end for depth in range(2, len(parts) + 1)]
        tried = tried or ["/".join(parts) + end or item[-1]]
        names[below] = next((name for name in tried if name not in taken), tried[-1])
        taken.add(names[below])
    return names
