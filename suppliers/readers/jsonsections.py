"""Objects of articles beside one another in one object: {"paris": {"A1": 5, ...}, "lyon": {"A1": 3, ...}}."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from suppliers.readers.dates import names_day
from suppliers.readers.layouts import is_store
from suppliers.readers.names import meanings
from suppliers.readers.sources import Places
from suppliers.readers.stockcolumns import says_total
from suppliers.readers.values import Doubt

type Item = Mapping[str, Any]
# What the name of the object becomes: a column that tells the lines of one code apart.
_STORE, SECTION = "store", "section"
_ALIKE, _SHOWN = 0.5, 5


@dataclass(frozen=True)
class Sections:
    """The names of the objects that are read together, and of those that are left out, for what is read."""

    together: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    read: str = ""

    @property
    def chosen_from(self) -> tuple[str, ...]:
        """Those of which a person may choose, that which is read first: what is called a price holds no stock."""
        others = tuple(name for name in self.left_out if not _is_price(name))
        return (self.read, *others) if others else ()

    def places(self) -> Iterator[Places]:
        """These as the places of a file."""
        if self.together:
            yield Places(_STORE, self.together)
        elif self.chosen_from:
            yield Places(SECTION, self.chosen_from, self.read)

    def doubts(self) -> tuple[Doubt, ...]:
        """What a person should look at about them."""
        if self.left_out:
            return (Doubt("section", {"place": self.read, "others": _quoted(self.left_out)}),)
        return (Doubt("sections", {"places": _quoted(self.together)}),) if self.together else ()


def sections_beside(around: Item, name: str, above: str = "") -> Sections:
    """What stands beside an object of articles and is like it: places of one stock, where their names tell.

    That is where each is called a place, or what is `above` them is: "warehouses". Any other names may be those of
    anything ("current" beside "previous", "free" beside "blocked"): nothing is added, and a person is told.
    """
    alike = tuple(other for other in around if other == name or are_alike(around[other], around[name]))
    if len(alike) < 2:
        return Sections()
    if any(map(_is_no_place, alike)) or not (is_store(above) or all(map(is_store, alike))):
        return Sections(left_out=tuple(other for other in alike if other != name), read=name)
    return Sections(together=alike)


def of_section(name: str, value: Item, column: str = _STORE) -> Iterator[Item]:
    """The articles of one of several objects, each with the name of its object."""
    for code, said in value.items():
        if isinstance(said, Mapping):
            yield {"id": code, column: name, **said}
        else:
            yield {"sku": code, column: name, "quantity": said}


def in_lists(lists: Mapping[str, Sequence[Item]], read: str) -> Sections:
    """What lists of articles are like the one that is read; nothing where articles have sections of their own."""
    if any(SECTION in item for item in lists[read][:1]):
        return Sections()
    others = [
        name
        for name, found in lists.items()
        if name != read and found and say_the_same(found[0], lists[read][0])
    ]
    return Sections(left_out=tuple(others), read=read) if others else Sections()


def of_list(name: str, items: Iterable[Item]) -> Iterator[Item]:
    """The articles of one of several lists, each with the name of its list."""
    yield from ({**item, SECTION: name} for item in items)


def are_alike(one: Any, other: Any) -> bool:
    """Whether both hold codes with their stocks, or codes with objects that say the same sort of things."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping) or not one or not other:
        return False
    values = [*one.values(), *other.values()]
    if all(isinstance(value, str) for value in values):
        return not any(meanings(name) for name in (*one, *other))
    return all(isinstance(value, Mapping) for value in values) and say_the_same(
        next(iter(one.values())), next(iter(other.values()))
    )


def say_the_same(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two articles have most of their names in common."""
    names, others = set(one), set(other)
    return len(names & others) > _ALIKE * len(names | others)


def _is_no_place(name: str) -> bool:
    return (bool(meanings(name)) and not is_store(name)) or says_total(name) or names_day(name)


def _is_price(name: str) -> bool:
    found = meanings(name.rpartition("/")[2])
    return bool(found) and found[0].field == "price"


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names[:_SHOWN])
