"""XML in any shape: the repeating element is found, its values and attributes become columns."""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from suppliers.readers.detection import HEAD
from suppliers.readers.encodings import encoding_of
from suppliers.readers.errors import refuse
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.records import Origins, Record, Records
from suppliers.readers.values import Doubt
from suppliers.readers.xmlrepair import salvaged
from suppliers.readers.xmlshape import (
    Layout,
    Place,
    Shape,
    attributes,
    forget,
    layout_of,
    local,
    own_text,
    shape_of,
    walk,
)


def xml_feed(path: Path, limits: Limits, deadline: Deadline, workdir: Path) -> Records:
    """The items of an XML file. One that is not well-formed is read item by item, and says so."""
    shape, damaged = _shape(path, deadline)
    layout = layout_of(shape)
    if layout is None:
        raise refuse("no_items")
    encoding = encoding_of(path, deadline).name
    facts = Origins("xml", path.stat().st_size, encoding, doubts=(Doubt("recovered"),) if damaged else ())
    records = salvaged(path, layout.item[-1], encoding) if damaged else _records(path, layout, deadline)
    return Records(records, facts, limits, deadline, workdir)


def _shape(path: Path, deadline: Deadline) -> tuple[Shape, bool]:
    try:
        return shape_of(path, deadline, recover=False), False
    except etree.XMLSyntaxError as error:
        if _defines_entities(path):
            raise refuse("entities") from error
    try:
        return shape_of(path, deadline, recover=True), True
    except etree.XMLSyntaxError as error:
        raise refuse("unreadable") from error


def _defines_entities(path: Path) -> bool:
    with path.open("rb") as file:
        return b"<!ENTITY" in file.read(HEAD)


def _records(path: Path, layout: Layout, deadline: Deadline) -> Iterator[Record]:
    """The items, each as a record; an item of several parts as one record for each part."""
    collector = _Collector(layout)
    for event, element in walk(path, deadline, recover=False):
        if event == "start":
            collector.starts(element)
        else:
            yield from collector.ends(element)
            forget(element)


def _line_of(element: etree._Element) -> int:
    line = getattr(element, "sourceline", None)
    return line if isinstance(line, int) else 0


class _Collector:
    """Gathers the values of one item after the other while the file is walked."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._stack: list[str] = []
        self._line = 0
        self._values: dict[Place, str] = {}
        self._parts: list[dict[Place, str]] = []
        self._inside_part = False

    def starts(self, element: etree._Element) -> None:
        self._stack.append(local(element.tag))
        place = tuple(self._stack)
        if place == self._layout.item:
            self._values, self._parts, self._line = {}, [], _line_of(element)
        elif place == self._layout.part:
            self._parts.append({})
            self._inside_part = True

    def ends(self, element: etree._Element) -> list[Record]:
        """Keeps the values of the element; gives the records when it was the item."""
        place = tuple(self._stack)
        self._stack.pop()
        item = self._layout.item
        if place[: len(item)] != item:
            return []
        self._keep(place[len(item) :], element)
        if place == self._layout.part:
            self._inside_part = False
        return self._records() if place == item else []

    def _keep(self, below: Place, element: etree._Element) -> None:
        """The first value of a name counts: further pictures and categories are left out."""
        values = self._parts[-1] if self._inside_part else self._values
        for name, text in attributes(element):
            values.setdefault((*below, name), text)
        if text := own_text(element):
            values.setdefault((*below, ""), text)

    def _records(self) -> list[Record]:
        names = self._layout.names
        merged = [{**self._values, **part} for part in self._parts or [{}]]
        return [
            Record(self._line, {names[place]: text for place, text in values.items() if place in names})
            for values in merged
        ]
