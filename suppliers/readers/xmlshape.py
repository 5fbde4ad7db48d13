"""What an XML file is made of: how often each element and each value occurs, and where."""

from collections import Counter
from dataclasses import dataclass, field

from suppliers.readers.errors import refuse
from suppliers.readers.xmlwalk import Attributes, Handler

type Place = tuple[str, ...]

_MOST_PLACES = 20_000


@dataclass
class Shape:
    """How often each element and value occurs, and how many values stand in and below it.

    The place of a value is that of its element and "@name" for an attribute, "" for a text. `repeating` are the
    elements of which some stand several times in one and the same element.
    """

    counts: Counter[Place] = field(default_factory=Counter)
    values: Counter[Place] = field(default_factory=Counter)
    repeating: set[Place] = field(default_factory=set)

    def children(self, place: Place) -> list[Place]:
        """The elements and values directly in an element."""
        return [
            other for other in self.counts if len(other) == len(place) + 1 and other[: len(place)] == place
        ]

    def inside(self, item: Place) -> list[Place]:
        """The elements and values anywhere in an element."""
        return [place for place in self.counts if len(place) > len(item) and place[: len(item)] == item]

    def several(self, item: Place) -> list[Place]:
        """The elements inside an element that come several times in what they stand in, the outer ones first."""
        return [place for place in sorted(self.inside(item), key=len) if place in self.repeating]


def is_element(place: Place) -> bool:
    """Whether a place is that of an element, and not of a value."""
    return place[-1] != "" and not place[-1].startswith("@")


class _Element:
    """All elements of one place."""

    __slots__ = ("attributes", "children", "count", "inside", "repeats", "texts")

    def __init__(self) -> None:
        self.count = self.texts = self.inside = 0
        self.repeats = False
        self.attributes: Counter[str] = Counter()
        self.children: dict[str, _Element] = {}


class Counting(Handler[None]):
    """Counts the elements while the file is walked."""

    def __init__(self) -> None:
        self._root = _Element()
        self._root.count = 1
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
        # How many there have been of the element around says in which one the last of these stood.
        element.repeats = element.repeats or element.inside == parent.count
        element.inside = parent.count
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
    if element.repeats:
        shape.repeating.add(place)
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


_OF_THE_SCHEMA = frozenset({"nil", "schemaLocation", "noNamespaceSchemaLocation", "nodeType"})
