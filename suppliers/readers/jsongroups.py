"""The lists and objects of a JSON file that is too large to be held: which of them are of articles."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from suppliers.readers.jsonarticles import is_page
from suppliers.readers.jsonsections import Item, Sections, in_lists, of_list, of_section, sections_beside
from suppliers.readers.jsonstream import Element, Group

# The group of the values that stand directly in the object that is the file.
_ROOT: Group = ("", "{}")
# So many objects of a group are looked at to know whether they only hold articles.
_LOOKED_AT = 20
_MOST_PLACES = 100


def opened(element: Element) -> Iterator[Element]:
    """An element, or the objects of a list that was decoded whole and stands in an object that was not."""
    value = element.value
    if element.key and isinstance(value, list) and any(isinstance(item, dict) for item in value):
        yield from (Element((*element.group, element.key, "[]"), "", item) for item in value)
    else:
        yield element


def in_sections(element: Element, place: Group, sections: Sections) -> Iterator[Item]:
    """The articles of an element that is one of these objects in an object, or stands in one that is larger."""
    group, value = element.group, element.value
    column = next(sections.places()).column
    names = sections.together or sections.chosen_from
    if group == place and element.key in names and isinstance(value, dict):
        yield from of_section(element.key, value, column)
    elif group[:-2] == place and group[-1] == "{}" and group[-2] in names:
        yield from of_section(group[-2], {element.key: value}, column)


def in_lists_of(element: Element, names: Sequence[str]) -> Iterator[Item]:
    """The article that an element is, if it stands in one of these lists."""
    name = _list_of(element)
    if name in names:
        yield from of_list(name, [element.value])


def _list_of(element: Element) -> str:
    """The list of objects in which an element stands, by the names on the way to it."""
    is_one = element.group[-1:] == ("[]",) and isinstance(element.value, dict)
    return _way(element.group) if is_one else ""


def _way(group: Group) -> str:
    return "/".join(name for name in group[0::2] if name)


@dataclass
class Groups:
    """The lists and objects of a large file: how many objects and texts each has, and which are of pages of articles.

    `said` is what the file says beside them.
    """

    objects: Counter[Group] = field(default_factory=Counter)
    texts: Counter[Group] = field(default_factory=Counter)
    pages: set[Group] = field(default_factory=set)
    said: list[tuple[str, Any]] = field(default_factory=list)
    # Of each object, how what stands under its first names begins.
    begun: dict[Group, dict[str, Item]] = field(default_factory=dict)
    # Of each list, its first object.
    lists: dict[str, list[Item]] = field(default_factory=dict)

    def count(self, element: Element) -> None:
        """Takes one value into account."""
        group, value = element.group, element.value
        name = _list_of(element)
        if name and name not in self.lists and len(self.lists) < _MOST_PLACES:
            self.lists[name] = [value]
        if group == _ROOT:
            self.said.append((element.key, value))
        if group[-1:] == ("{}",):
            self._begin(group[:-2], group[-2], {element.key: value})
        if isinstance(value, dict):
            self._begin(group, element.key, value)
            self.objects[group] += 1
            is_looked_at = self.objects[group] <= _LOOKED_AT or not group
            if is_looked_at and group not in self.pages and is_page(value):
                self.pages.add(group)
        elif isinstance(value, str) and element.key:
            self.texts[group] += 1

    def _begin(self, group: Group, name: str, value: Item) -> None:
        begun = self.begun.setdefault(group, {})
        if name and name not in begun and len(begun) < _MOST_PLACES:
            begun[name] = dict(islice(value.items(), 1))

    def sections(self, best: Group) -> tuple[Sections, Group]:
        """What is read together where most articles stand in this group, and the object in which it stands."""
        if best in self.pages:
            place, name = best, next(iter(self.begun.get(best, ())), "")
        else:
            place, name = best[:-2], "".join(best[-2:-1])
        begun = self.begun.get(place, {})
        # So many are no stores.
        are_few = name in begun and len(begun) < _MOST_PLACES
        above = next((key for key in reversed(place) if key), "")
        return (sections_beside(begun, name, above) if are_few else Sections()), place

    def lists_like(self, best: Group) -> Sections:
        """What lists are read beside this one, if it is a list of articles and not of pages."""
        read = _way(best)
        is_list = best[-1:] == ("[]",) and best not in self.pages and bool(read) and read in self.lists
        return in_lists(self.lists, read) if is_list else Sections()

    def largest(self) -> Group:
        """The one that has most of one sort."""
        counted = [*self.objects.items(), *self.texts.items()]
        return max(counted, key=lambda found: found[1], default=((), 0))[0]
