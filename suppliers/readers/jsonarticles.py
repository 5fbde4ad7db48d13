"""Where the articles are in a JSON document."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from suppliers.readers.names import meanings
from suppliers.readers.values import STATEMENTS

DEEPEST = 12
_SURE = 0.7
_TELLING = 0.6
# So many items of a list are looked at to know whether they are articles.
_LOOKED_AT = 20

# What a server answers instead of articles.
_IN_VAIN = frozenset({"error", "errors", "fault", "faults", "warnings", "messages", "exceptions"})

type Item = Mapping[str, Any]
# The keys on the way to a list, "[]" for any place in one: lists of one path lie alike.
type Trail = tuple[str, ...]


def articles(root: Any) -> list[Item]:
    """The outermost lists of articles, all that lie alike together: most of them. Else the list of most objects.

    An object of objects such as {"SKU1": {...}, "SKU2": {...}} is such a list.
    """
    told: dict[Trail, list[Item]] = {}
    best: list[Item] = []
    for trail, found, are_told in _lists(root, (), root):
        if are_told:
            told.setdefault(trail, []).extend(found)
        elif len(found) > len(best) and not _IN_VAIN & {name.casefold() for name in trail}:
            best = found
    return max(told.values(), key=len, default=best)


def is_page(value: Item) -> bool:
    """Whether an object only holds a list of articles, as the pages of an interface and the goods of a shop do."""
    found = articles(value)
    is_telling = "key" not in fields_of(value) or _are_articles(found)
    return len(found) > 1 and is_telling and not _is_article(value)


def _lists(value: Any, trail: Trail, root: Any) -> Iterator[tuple[Trail, list[Item], bool]]:
    """The lists of objects in a document, and whether they are of articles: below these lie only their parts."""
    found = _objects(value, root)
    # An object of objects may hold the stocks of one article; mere texts by their names may be anything.
    are_told = _are_articles(found) if isinstance(value, list) else _hold_statements(value)
    if found:
        yield trail, found, are_told
    if are_told or len(trail) >= DEEPEST:
        return
    children = value.items() if isinstance(value, dict) else (("[]", child) for child in _list(value))
    for name, child in children:
        if isinstance(child, dict | list):
            yield from _lists(child, (*trail, name), root)


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _objects(value: Any, root: Any) -> list[Item]:
    if isinstance(value, list):
        return [item for item in value if isinstance(item, dict)] or _table(value, root)
    if not isinstance(value, dict) or not value:
        return []
    if len(value) > 1 and all(isinstance(item, dict) for item in value.values()):
        return [{"id": key, **item} for key, item in value.items()]
    return _pairs(value) if all(isinstance(item, str) for item in value.values()) else []


def _are_articles(found: Sequence[Item]) -> bool:
    looked_at = found[:_LOOKED_AT]
    return 2 * sum(map(_is_article, looked_at)) >= len(looked_at) > 0


def _is_article(item: Item) -> bool:
    """Whether an object names something and states a stock or a price of it, itself or in what it holds."""
    names = [*item, *(name for value in item.values() if isinstance(value, dict) for name in value)]
    names += [name for value in item.values() if are_variants(value) for name in value[0]]
    return bool(fields_of(names) & {"key", "gtin", "name"}) and any(map(_states, names))


def _hold_statements(value: Item) -> bool:
    """Whether an object is of objects that state a stock or a price, or have parts that do."""
    parts = list(value.values())
    if len(parts) < 2 or not all(isinstance(part, dict) for part in parts):
        return False
    told = [any(map(_states, part)) or any(map(are_variants, part.values())) for part in parts[:_LOOKED_AT]]
    return 2 * sum(told) >= len(told)


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
