"""What an XML file is made of: which element is the item, and how its values are called."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from suppliers.readers.limits import Deadline
from suppliers.readers.names import meanings

type Place = tuple[str, ...]

# Names of elements that are items even where there is only one of them.
_ITEMS = {
    *(
        "product",
        "item",
        "offer",
        "article",
        "shopitem",
        "good",
        "o",
        "entry",
        "row",
        "line",
        "record",
        "position",
    ),
    *(
        "catalogueline",
        "lineitem",
        "produkt",
        "produit",
        "artikel",
        "articolo",
        "producto",
        "urun",
        "tovar",
        "sku",
    ),
}
_CHECK_EVERY = 5_000


@dataclass
class Shape:
    """How often each element occurs, and how many values stand in and below it."""

    counts: Counter[Place] = field(default_factory=Counter)
    values: Counter[Place] = field(default_factory=Counter)

    def children(self, place: Place) -> list[Place]:
        return [
            other for other in self.counts if len(other) == len(place) + 1 and other[: len(place)] == place
        ]


@dataclass(frozen=True)
class Layout:
    """`item` is the element of one article; `part` an element inside it, such as a variant, that has its own stock.

    `names` are the columns: for each value's place below the item, how it is called.
    """

    item: Place
    part: Place | None
    names: dict[Place, str]


def own_text(element: etree._Element) -> str:
    """The text that stands directly in an element."""
    return (element.text or "").strip()


def attributes(element: etree._Element) -> list[tuple[str, str]]:
    """The attributes as "@name" and value."""
    return [(f"@{local(str(name))}", str(value)) for name, value in element.attrib.items()]


def walk(path: Path, deadline: Deadline, *, recover: bool) -> Iterator[tuple[str, etree._Element]]:
    """Start and end of every element. Entities stay unresolved and nothing is fetched. Raises XMLSyntaxError."""
    events = etree.iterparse(
        str(path),
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
        recover=recover,
    )
    for count, (event, element) in enumerate(events):
        if count % _CHECK_EVERY == 0:
            deadline.check()
        yield event, element


def local(tag: object) -> str:
    """The name without its namespace."""
    return str(tag).rpartition("}")[2]


def forget(element: etree._Element) -> None:
    """Frees an element that has been read, and the empty shells before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def shape_of(path: Path, deadline: Deadline, *, recover: bool) -> Shape:
    """Counts the elements of the file."""
    shape = Shape()
    stack: list[str] = []
    for event, element in walk(path, deadline, recover=recover):
        if event == "start":
            stack.append(local(element.tag))
            shape.counts[tuple(stack)] += 1
            continue
        place = tuple(stack)
        own = [name for name, _value in attributes(element)]
        if own_text(element):
            own.append("")
        for name in own:
            shape.counts[(*place, name)] += 1
        for depth in range(1, len(place) + 1 if own else 1):
            shape.values[place[:depth]] += len(own)
        stack.pop()
        forget(element)
    return shape


def layout_of(shape: Shape) -> Layout | None:
    """The item element; None where nothing in the file looks like one."""
    item = _item(shape)
    if item is None:
        return None
    return Layout(item, _part(shape, item), _names(shape, item))


def _item(shape: Shape) -> Place | None:
    """Down from the root along the values, to the first element that repeats."""
    roots = [place for place in shape.counts if len(place) == 1]
    place: Place | None = max(roots, key=lambda root: shape.values[root], default=None)
    while place is not None:
        below = [child for child in shape.children(place) if _is_element(child) and shape.values[child]]
        best = max(below, key=lambda child: shape.values[child], default=None)
        if best is None:
            return None
        repeats = shape.counts[best] > shape.counts[place] and shape.values[best] > shape.counts[best]
        if repeats or (best[-1].casefold() in _ITEMS and shape.values[best] > 1):
            return best
        place = best
    return None


def _is_element(place: Place) -> bool:
    return place[-1] != "" and not place[-1].startswith("@")


def _part(shape: Shape, item: Place) -> Place | None:
    """An element inside the item that comes several times and states its own code and its own stock or price."""
    for place in sorted(shape.counts, key=len):
        inside = len(place) > len(item) and place[: len(item)] == item and _is_element(place)
        if inside and shape.counts[place] > shape.counts[item] and _is_article(shape, place):
            return place
    return None


def _is_article(shape: Shape, place: Place) -> bool:
    below = [child[-1] for child in shape.children(place)]
    fields = {
        found[0].field
        for name in below
        if (found := meanings(name.removeprefix("@"))) and found[0].score > 0.7
    }
    return bool(fields & {"key", "gtin"}) and bool(fields & {"quantity", "price", "availability"})


def _names(shape: Shape, item: Place) -> dict[Place, str]:
    """Each value is called by its element and the one around it, which says what it is about: "Price/Amount"."""
    names: dict[Place, str] = {}
    taken: set[str] = set()
    inside = [place for place in shape.counts if place[: len(item)] == item and not _is_element(place)]
    for place in sorted(inside, key=len):
        below = place[len(item) :]
        parts = list(below[:-1])
        end = below[-1]
        tried = ["/".join(parts[-depth:]) + end for depth in range(2, len(parts) + 1)]
        tried = tried or ["/".join(parts) + end or item[-1]]
        names[below] = next((name for name in tried if name not in taken), tried[-1])
        taken.add(names[below])
    return names
