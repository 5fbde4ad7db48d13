"""The items of an XML file, gathered while it is walked."""

from dataclasses import dataclass, field

from suppliers.readers.availability import STORES
from suppliers.readers.names import meanings
from suppliers.readers.places import Met, put
from suppliers.readers.records import LeftOut, Record
from suppliers.readers.xmllayout import Layout
from suppliers.readers.xmlshape import Place, attribute_name
from suppliers.readers.xmlwalk import Attributes, Handler


@dataclass
class _Slot:
    """A place in the file: how its text and its attributes are called, and what may stand in it."""

    text_name: str = ""
    attribute_names: dict[str, str] = field(default_factory=dict)
    children: "dict[str, _Slot]" = field(default_factory=dict)
    is_item: bool = False
    is_part: bool = False
    # How the value is called that tells this element apart from others of its name.
    kind: str = ""
    # How the one value is called that goes by the name in `kind`.
    named: str = ""
    # How the value is called that names the store which this element is about.
    store: str = ""
    # Its values hold for all items below.
    is_around: bool = False


_NOWHERE = _Slot()
_MOST_KINDS, _MOST_NAMED, _LONGEST_KIND = 30, 1_000, 60


class Collecting(Handler[Record]):
    """Each item as a record; an item of several parts as one record for each part.

    `left_out` are further values of one name in an item, `around` those that were said once for all of them; `items`
    counts the items, `apart` those that came in parts; `met` are the stores of which they state something.
    """

    def __init__(self, layout: Layout, longest: int) -> None:
        self.left_out = LeftOut()
        self.items = self.apart = 0
        self.around: dict[str, str] = {}
        self.met = Met()
        self._stand_ins = layout.stand_ins()
        self._prices = [
            name for name in self._stand_ins if any(each.field == "price" for each in meanings(name)[:1])
        ]
        self._kinds: set[str] = set()
        self._outer: list[dict[str, str]] = []
        self._root, self._longest, self._added = _slots(layout), longest, layout.added
        self._stocks = sorted(layout.added)
        self._stack = [self._root]
        self._texts: list[list[str]] = [[]]
        self._length = 0
        self._line = 0
        self._own: dict[str, str] = {}
        self._values = self._own
        self._parts: list[dict[str, str]] = []
        self._records: list[Record] = []

    def start(self, name: str, attributes: Attributes) -> None:
        slot = self._stack[-1].children.get(name, _NOWHERE)
        self._stack.append(slot)
        self._texts.append([])
        self._length = 0
        if slot.is_item:
            self._own, self._parts, self._line = dict(self.around), [], self.line()
            self._values = self._own
        elif slot.is_part:
            self._values = {}
            self._parts.append(self._values)
        elif slot.kind or slot.store:
            self._outer.append(self._values)
            self._values = {}
        if slot.attribute_names:
            for attribute, value in attributes.items():
                self._enter(slot, slot.attribute_names.get(attribute_name(attribute)), value)

    def text(self, text: str) -> None:
        if self._stack[-1].text_name and self._length <= self._longest:
            self._length += len(text)
            self._texts[-1].append(text)

    def end(self, name: str) -> None:
        slot, texts = self._stack.pop(), self._texts.pop()
        if texts:
            self._enter(slot, slot.text_name, "".join(texts))
        if slot.is_part:
            self._values = self._own
        elif slot.kind:
            self._tell(slot)
        elif slot.store:
            self._put(slot)
        if slot.is_item:
            self._records += [Record(self._line, {**self._own, **part}) for part in self._sorts()]

    def _sorts(self) -> list[dict[str, str]]:
        """The parts of the item, with the price of their article where they have none; without any, it is its own."""
        own, stand_ins = self._own, self._stand_ins
        self.items += 1
        self.apart += bool(self._parts)
        if not self._parts:
            return [{name: own[other] for name, other in stand_ins.items() if other in own}]
        prices = {name: own[stand_ins[name]] for name in self._prices if stand_ins[name] in own}
        return [{**prices, **part} for part in self._parts]

    def found(self) -> list[Record]:
        records, self._records = self._records, []
        return records

    def _tell(self, slot: _Slot) -> None:
        """The values of an element that says its kind go on under names of their own: "price [net]"."""
        found, self._values = self._values, self._outer.pop()
        told = " ".join(found.get(slot.kind, "").split())[:_LONGEST_KIND]
        if told not in self._kinds and len(self._kinds) >= (_MOST_NAMED if slot.named else _MOST_KINDS):
            told = ""
        self._kinds.add(told)
        if slot.named and told:
            self._keep(told, found.get(slot.named, ""))
            return
        for name, value in found.items():
            self._keep(name if name == slot.kind or not told else f"{name} [{told}]", value)

    def _put(self, slot: _Slot) -> None:
        """What an element says of one store goes on behind what was said of those before it."""
        found, self._values = self._values, self._outer.pop()
        if len(self._values.get(slot.store, "")) < self._longest:
            put(self._values, found, self._stocks, slot.store)
            self.met.note(slot.store, found)
        for name, value in found.items():
            if name not in self._added and name != slot.store:
                self._keep(name, value)

    def _enter(self, slot: _Slot, name: str | None, value: str) -> None:
        if name and slot.is_around:
            self.around[name] = value.strip()
        else:
            self._keep(name, value)

    def _keep(self, name: str | None, value: str) -> None:
        """The first value of a name counts: further pictures and categories are left out. Stocks are added up."""
        text = value.strip()
        if not name or not text:
            return
        if name not in self._values:
            self._values[name] = text
        elif name in self._added and len(self._values[name]) < self._longest:
            self._values[name] += STORES + text
        elif self._values[name] != text and name not in self._added:
            self.left_out.note(name, self._values[name], text)


def _slots(layout: Layout) -> _Slot:
    root = _Slot()
    _slot(root, layout.item).is_item = True
    if layout.part:
        _slot(root, layout.part).is_part = True
    for place, kind in layout.told.items():
        slot = _slot(root, (*layout.item, *place))
        slot.kind, slot.named = layout.names[kind], layout.names.get(layout.named.get(place, ()), "")
    for place, called in layout.stores.items():
        _slot(root, (*layout.item, *place)).store = called
    inside = {(*layout.item, *place): name for place, name in layout.names.items()}
    for place, name in (inside | dict(layout.around)).items():
        slot = _slot(root, place[:-1])
        slot.is_around = place in layout.around
        if place[-1]:
            slot.attribute_names[place[-1]] = name
        else:
            slot.text_name = name
    return root


def _slot(root: _Slot, place: Place) -> _Slot:
    for name in place:
        root = root.children.setdefault(name, _Slot())
    return root
