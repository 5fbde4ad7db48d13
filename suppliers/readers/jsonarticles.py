"""Where the articles are in a JSON document."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from suppliers.readers.jsonsections import (
    SECTION,
    Item,
    Sections,
    in_lists,
    of_list,
    of_section,
    sections_beside,
)
from suppliers.readers.layouts import is_store
from suppliers.readers.names import meanings
from suppliers.readers.values import STATEMENTS

DEEPEST = 12
_SURE = 0.7
_TELLING = 0.6
_DEEP = 2
_NAMED = frozenset({"key", "gtin", "name"})
# So many items of a list are looked at to know whether they are articles.
_LOOKED_AT = 20

# What a server answers instead of articles.
_IN_VAIN = frozenset({"error", "errors", "fault", "faults", "warnings", "messages", "exceptions"})

# What stands around the parts of a list in answers of GraphQL.
_CONNECTION = frozenset({"edges", "nodes", "pageInfo", "totalCount", "__typename"})

# The keys on the way to a list, "[]" for any place in one: lists of one path lie alike.
type Trail = tuple[str, ...]


def articles(root: Any) -> list[Item]:
    """The outermost lists of articles, all that lie alike together: most of them. Else the list of most objects.

    An object of objects such as {"SKU1": {...}, "SKU2": {...}} is such a list.
    """
    return articles_in(root)[0]


def articles_in(root: Any) -> tuple[list[Item], Sections]:
    """The articles, and what stands beside them and was read together with them, or was left out."""
    told: dict[Trail, list[Item]] = {}
    best: tuple[Trail, list[Item]] = ((), [])
    root = _without_edges(root, 0)
    for trail, found, are_told in _lists(root, (), root):
        if are_told:
            told.setdefault(trail, []).extend(found)
        elif len(found) > len(best[1]) and not _are_no_stocks(trail):
            best = trail, found
    trail, found = max(told.items(), key=lambda entry: len(entry[1]), default=best)
    around = _around(root, trail)
    above = "".join(trail[-2:-1])
    sections = sections_beside(around, trail[-1], above) if trail and around else Sections()
    if sections.together:
        return [item for name in sections.together for item in of_section(name, around[name])], sections
    if sections.chosen_from:
        names = sections.chosen_from
        return [item for name in names for item in of_section(name, around[name], SECTION)], sections
    if sections.left_out:
        return _of_places(found, trail), sections
    return _of_lists(told, trail) if trail in told else (_of_places(found, trail), sections)


def _are_no_stocks(trail: Trail) -> bool:
    """Whether what lies here is an answer in vain, or codes with their prices: {"price": {"A1": 5.50, ...}}."""
    return bool(_IN_VAIN & {name.casefold() for name in trail}) or "price" in fields_of(trail[-1:])


def _around(root: Any, trail: Trail) -> Item:
    """The object in which the articles stand; nothing where there are several such, or a list."""
    for name in trail[:-1]:
        root = root.get(name) if isinstance(root, dict) else None
    return root if isinstance(root, dict) and trail and trail[-1] in root else {}


def _of_lists(told: Mapping[Trail, Sequence[Item]], trail: Trail) -> tuple[list[Item], Sections]:
    """The articles of this list, with those of the lists elsewhere that say the same sort of things."""
    lists = {"/".join(other): _of_places(found, other) for other, found in told.items()}
    read = "/".join(trail)
    sections = in_lists(lists, read)
    if not sections.chosen_from:
        return lists[read], sections
    return [item for name in sections.chosen_from for item in of_list(name, lists[name])], sections


def _of_places(found: Sequence[Item], trail: Trail) -> list[Item]:
    is_of_stores = bool(trail) and is_store(trail[-1])
    return [_of_store(item, trail[-1]) for item in found] if is_of_stores else list(found)


def _of_store(item: Item, stores: str) -> Item:
    """A place with the list of what lies there: what it says of itself is called after the list of places."""
    if not any(map(are_variants, item.values())):
        return item
    called = next((name for name in item if "name" in fields_of([name])), "")
    return {
        stores if name == called else name if are_variants(value) else f"{stores}/{name}": value
        for name, value in item.items()
    }


def is_page(value: Item) -> bool:
    """Whether an object only holds a list of articles, as the pages of an interface and the goods of a shop do."""
    found = articles(value)
    is_telling = "key" not in fields_of(value) or _are_articles(found)
    return len(found) > 1 and is_telling and not _is_article(value)


def _lists(
    value: Any, trail: Trail, root: Any, *, is_line: bool = False
) -> Iterator[tuple[Trail, list[Item], bool]]:
    """The lists of objects in a document, and whether they are of articles: below these lie only their parts.

    What `is_line`, one of several objects in a list, says by names what all of them say, and no codes.
    """
    found = [] if is_line and _are_texts(value) else _objects(value, root)
    # An object of objects may hold the stocks of one article; mere texts by their names may be anything.
    are_told = _are_articles(found) if isinstance(value, list) else _hold_statements(value)
    if found:
        yield trail, found, are_told
    if are_told or len(trail) >= DEEPEST:
        return
    children = value.items() if isinstance(value, dict) else (("[]", child) for child in _list(value))
    is_line = isinstance(value, list) and len(value) > 1
    for name, child in children:
        if isinstance(child, dict | list):
            yield from _lists(child, (*trail, name), root, is_line=is_line)


def _are_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _without_edges(value: Any, depth: int) -> Any:
    """The document, in which {"edges": [{"node": ...}]} and {"nodes": [...]} are plain lists."""
    if depth > DEEPEST or not isinstance(value, dict | list):
        return value
    if isinstance(value, list):
        return [_without_edges(child, depth + 1) for child in value]
    nodes = value.get("nodes")
    if isinstance(edges := value.get("edges"), list):
        nodes = [edge["node"] for edge in edges if isinstance(edge, dict) and "node" in edge]
    if isinstance(nodes, list) and nodes and value.keys() <= _CONNECTION:
        return _without_edges(nodes, depth + 1)
    return {name: _without_edges(child, depth + 1) for name, child in value.items()}


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _objects(value: Any, root: Any) -> list[Item]:
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)] or _table(value, root)
    if not isinstance(value, dict) or not value:
        return []
    if len(value) > 1 and all(isinstance(item, dict) for item in value.values()):
        return [{"id": key, **item} for key, item in value.items()]
    return _pairs(value) if _are_texts(value) else []


def _are_articles(found: Sequence[Item]) -> bool:
    looked_at = found[:_LOOKED_AT]
    return 2 * sum(map(_is_article, looked_at)) >= len(looked_at) > 0


def _is_article(item: Item) -> bool:
    """Whether an object names something and states a stock or a price of it, itself or in what it holds."""
    names = [*item, *(name for value in item.values() if isinstance(value, dict) for name in value)]
    names += [name for value in item.values() if are_variants(value) for name in value[0]]
    if not fields_of(names) & _NAMED:
        return False
    return any(map(_states, names)) or _states_inside(item)


def _states_inside(item: Item, depth: int = 0) -> bool:
    """Whether an object states a stock or a price somewhere in the objects in it: {"paris": {"qty": 3}}."""
    return any(
        any(map(_states, value)) or (depth < _DEEP and _states_inside(value, depth + 1))
        for value in item.values()
        if isinstance(value, dict)
    )


def _hold_statements(value: Item) -> bool:
    """Whether an object is of objects that state a stock or a price, or have parts that do.

    {"A1": {"paris": {...}, "lyon": {...}}} holds as many articles as it is long, {"stock": {"A1": {...}, ...}} sections
    of them: what there is more of are the articles, unless they are named.
    """
    parts = list(value.values())
    if len(parts) < 2 or not all(isinstance(part, dict) for part in parts):
        return False
    looked_at = parts[:_LOOKED_AT]
    told = [any(_states(name) for name in part if not isinstance(part[name], list)) for part in looked_at]
    with_parts = [any(map(are_variants, part.values())) for part in looked_at]
    inside = [_states_inside(part) for part in looked_at]
    # A list of articles beside what is said of its pages: {"payload": {"items": [...]}, "paging": {...}}.
    least = len(told) + (0 if _share_names(looked_at) else 1)
    if 2 * sum(told) >= least or 2 * sum(with_parts) > len(with_parts):
        return True
    named = [bool(fields_of(part) & _NAMED) for part in looked_at]
    longest = max(sum(isinstance(child, dict) for child in part.values()) for part in looked_at)
    are_many = len(parts) >= longest or 2 * sum(named) >= len(named)
    return 2 * sum(inside) >= len(inside) and are_many


def _share_names(parts: Sequence[Item]) -> bool:
    """Whether any two of these say something by the same name."""
    return len({name for part in parts for name in part}) < sum(map(len, parts))


def _table(value: Sequence[Any], root: Any) -> list[Item]:
    """[["sku", "qty"], ["A1", 5]]: rows below their names, which may also stand elsewhere in the file."""
    rows = [row for row in value if isinstance(row, list)]
    if len(rows) < 2 or len(rows) < len(value):
        return []
    names = next((names for names in _lists_of_names(root) if len(names) == len(rows[0])), None)
    if names is None and all(isinstance(name, str) and name for name in rows[0]):
        names, rows = rows[0], rows[1:]
    return [dict(zip(names, row, strict=False)) for row in rows] if names else []


def _lists_of_names(root: Any) -> Iterator[list[str]]:
    for value in _nested(root, 0):
        if isinstance(value, list) and value and all(isinstance(name, str) for name in value):
            yield value


def _pairs(value: Mapping[str, str]) -> list[Item]:
    """{"SKU1": 5, "SKU2": 0} is a list of codes and stocks, unless its keys are names of columns."""
    if len(value) < 3 or fields_of(value):
        return []
    return [{"sku": name, "quantity": text} for name, text in value.items()]


def _nested(value: Any, depth: int) -> Iterator[Any]:
    yield value
    children: list[Any] = []
    if isinstance(value, dict | list) and depth < DEEPEST:
        children = list(value.values()) if isinstance(value, dict) else value
    # What follows in a long list is like what stands before.
    for child in children[:1_000]:
        yield from _nested(child, depth + 1)


def are_variants(value: Any) -> bool:
    """Whether a value is a list of parts of an article, each with a code of its own and a stock or a price."""
    if not isinstance(value, list) or not value or not all(isinstance(part, dict) for part in value):
        return False
    names = [*value[0], *(name for inner in value[0].values() for name in _names_below(inner))]
    return bool(fields_of(value[0]) & {"key", "gtin"}) and any(map(_states, names))


def _states(name: str) -> bool:
    """Whether a name is that of a stock or a price, also one that says more: "totalInventory"."""
    found = meanings(name)
    return bool(found) and found[0].field in STATEMENTS and found[0].score >= _TELLING


def _names_below(value: Any) -> Iterable[str]:
    """The names in an object, or in the first of a list of them: "inventory" of a variant."""
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, dict) else ()


def fields_of(names: Iterable[str]) -> set[str]:
    """The fields that these names surely mean."""
    return {found[0].field for name in names if (found := meanings(name)) and found[0].score > _SURE}
