"""Elements of an XML item that say of what kind they are, or how their value is called."""

import re

from suppliers.readers.folding import folded_name
from suppliers.readers.layouts import is_store
from suppliers.readers.names import meanings
from suppliers.readers.records import SURE, TOLD_APART
from suppliers.readers.xmlshape import Place, Shape, is_element

# Names of values that say of what kind an element is, and the fields of which an item may have several kinds.
_KIND = re.compile(
    r"\b(?:types?|typ|tipo|tip|kind|art|sort|qualifier|level|list|name|code|role|scheme|currency|customer|group"
    r"|schemeid|тип\w*|типа|вид|код|група|группа|turu|tyyppi|tyyp|rodzaj|druh|ид типа цены)\b"
)
# Names of values that name another one.
_NAME = re.compile(r"name|key|field|column|attribute|property|feld|champ|campo|имя|название")
_NEARLY = 0.9


def told_apart(shape: Shape, item: Place, part: Place | None) -> dict[Place, Place]:
    """The elements that come several times in an item and say of what kind each is, with the place where they do."""
    inside = [place for place in shape.several(item) if place != part]
    told: dict[Place, Place] = {}
    for place in inside:
        below = place[len(item) :]
        outer = any(below[: len(known)] == known for known in told)
        if outer or not _states(shape, place) or _is_of_stores(shape, place):
            continue
        if (kind := _kind(shape, place)) is not None:
            told[below] = kind[len(item) :]
    return told


def named_values(shape: Shape, item: Place) -> dict[Place, tuple[Place, Place]]:
    """For items made of nothing but named values, these elements, each with the name in it and its value."""
    values = [place for place in shape.inside(item) if not is_element(place) and len(place) > len(item) + 1]
    places = {place for value in values for place in (value[:-1], value[:-2]) if len(place) > len(item)}
    named: dict[Place, tuple[Place, Place]] = {}
    for place in sorted(places, key=len):
        inside = [value for value in values if value[: len(place)] == place]
        names = [value for value in inside if value != (*place, "") and _NAME.fullmatch(_last(value))]
        kind = names[0] if names else None
        if len(inside) == 2 and kind and shape.counts[kind] >= shape.counts[place]:
            own = inside[1 - inside.index(kind)]
            named[place[len(item) :]] = (kind[len(item) :], own[len(item) :])
    told = [value for value in values if any(value[len(item) :][: len(place)] == place for place in named)]
    repeats = any((*item, *place) in shape.repeating for place in named)
    return named if repeats and len(told) == len(values) else {}


def _last(value: Place) -> str:
    return (value[-1].removeprefix("@") or value[-2]).casefold()


def _states(shape: Shape, place: Place) -> bool:
    """Whether an element is, or holds, a price, a stock or a code."""
    names = [place[-1], *(child[-1] for child in shape.inside(place) if is_element(child))]
    return any(
        (found := meanings(name)) and found[0].field in TOLD_APART and found[0].score > SURE for name in names
    )


def _is_of_stores(shape: Shape, place: Place) -> bool:
    """Whether a place where goods lie is named: such stocks are added up, not told apart."""
    return any(is_store(name) for name in (place[-1], *(child[-1] for child in shape.inside(place))))


def _kind(shape: Shape, place: Place) -> Place | None:
    """The value directly in an element that says of what kind it is: nearly every one of them has it."""
    values = [(child, child[-1]) for child in shape.children(place) if child[-1].startswith("@")]
    values += [((*child, ""), child[-1]) for child in shape.children(place) if is_element(child)]
    enough = _NEARLY * shape.counts[place]
    named = [
        value for value, name in values if shape.counts[value] >= enough and _KIND.search(folded_name(name))
    ]
    return named[0] if named else None
