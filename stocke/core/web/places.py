"""From the name of a timeline ("order:12") to the page of the thing, with the number that people know it by.

Core knows no orders: whoever does registers how his things are found, many at a time.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where a thing is, and what to call it there."""

    label: str
    url: str


type Finder = Callable[[Collection[int]], Mapping[int, Place]]

FINDERS: dict[str, Finder] = {}


def register_places(name: str, find: Finder) -> None:
    """`find` answers for all asked keys of one model at once; keys that no longer exist are left out."""
    FINDERS[name] = find


def places_of(threads: Iterable[str]) -> dict[str, Place]:
    """The places of these timelines, with one query for each kind of thing."""
    keys: dict[str, set[int]] = defaultdict(set)
    for thread in threads:
        name, _colon, key = thread.partition(":")
        if name in FINDERS and key.isdecimal():
            keys[name].add(int(key))
    return {
        f"{name}:{key}": place
        for name, wanted in keys.items()
        for key, place in FINDERS[name](wanted).items()
    }
