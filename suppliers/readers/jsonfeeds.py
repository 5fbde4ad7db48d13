"""JSON and JSON Lines in any nesting: the list of articles is found, nested values become columns."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from suppliers.readers.availability import STORES
from suppliers.readers.currencies import currency
from suppliers.readers.encodings import encoding_of
from suppliers.readers.errors import refuse
from suppliers.readers.jsonstream import Element, Group, JsonStream
from suppliers.readers.layouts import is_store, tells_parts_apart
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.names import meanings
from suppliers.readers.records import LeftOut, Origins, Record, Records, about_currency, about_parts
from suppliers.readers.values import STATEMENTS

_BLOCK = 1 << 18
_DEEPEST = 12
# The group of the values that stand directly in the object that is the file.
_ROOT: Group = ("", "{}")
_SURE = 0.7
_TELLING = 0.6
_MOST_STORES = 100

type Item = Mapping[str, Any]


def json_feed(path: Path, limits: Limits, deadline: Deadline, workdir: Path) -> Records:
    """The articles of a JSON file, of JSON Lines, or of several documents one after the other."""
    encoding = encoding_of(path, deadline).name

    def elements() -> Iterator[Element]:
        return JsonStream(_blocks(path), encoding, deadline).elements()

    first = list(islice(elements(), 2))
    around: dict[str, str] = {}
    if len(first) == 1:
        items: Iterable[Item] = _articles(first[0].value)
        root = first[0].value
        _look_around(root.items() if isinstance(root, dict) else (), around)
    else:
        items = _of_largest_group(elements, around)
    gathered = _Gathered()
    rows = (_with(around, values) for item in items for values in _rows(item, gathered) if values)
    head = list(islice(rows, 1))
    if not head:
        raise refuse("no_items")
    records = (Record(line, values) for line, values in enumerate(chain(head, rows), 1))
    facts = Origins("json", path.stat().st_size, encoding)
    found = Records(records, facts, limits, deadline, workdir)
    found.doubt(gathered.left_out.doubts())
    found.doubt(about_parts(gathered.items, gathered.apart, gathered.part))
    for name, said in around.items():
        found.doubt(about_currency(name, said, name))
    return found


@dataclass
class _Gathered:
    """What is said of the articles while they are read: how many there are, how many in parts, what is left out."""

    items: int = 0
    apart: int = 0
    part: str = ""
    left_out: LeftOut = field(default_factory=LeftOut)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(_BLOCK), b"")


def _look_around(parts: Iterable[tuple[str, Any]], around: dict[str, str]) -> None:
    """Notes the currency that the file itself says, {"currency": "EUR", "items": [...]}; none where it says two.

    What an object beside the articles says, of shipping or of a customer, is about that object alone.
    """
    said = {name: value for name, value in parts if _is_currency(name, value)}
    if len({currency(value) for value in said.values()}) == 1:
        around |= dict(islice(said.items(), 1))


def _is_currency(name: str, value: Any) -> bool:
    return isinstance(value, str) and "currency" in _fields([name]) and bool(currency(value))


def _with(around: dict[str, str], values: dict[str, str]) -> dict[str, str]:
    """The article, with the currency of all where it has none of its own."""
    if not around or "currency" in _fields(name.rpartition("/")[2] for name in values):
        return values
    return {**values, **around}


def _of_largest_group(elements: Callable[[], Iterator[Element]], around: dict[str, str]) -> Iterator[Item]:
    """The articles of a file too large to be held: the parts of the list or object that has most of them.

    What holds for all of them is noted in `around` before the first one comes.
    """
    objects: Counter[Group] = Counter()
    texts: Counter[Group] = Counter()
    pages = False
    said: list[tuple[str, Any]] = []
    for element in elements():
        if element.group == _ROOT:
            said.append((element.key, element.value))
        if isinstance(element.value, dict):
            objects[element.group] += 1
            pages = pages or (not element.group and _is_page(element.value))
        elif isinstance(element.value, str) and element.key:
            texts[element.group] += 1
    _look_around(said, around)
    best = max([*objects.items(), *texts.items()], key=lambda found: found[1], default=((), 0))[0]
    for element in elements():
        if element.group != best:
            continue
        if pages and isinstance(element.value, dict | list):
            yield from _articles(element.value)
        elif isinstance(element.value, dict):
            yield {"id": element.key, **element.value} if element.key else element.value
        elif isinstance(element.value, str) and texts[best] > objects[best]:
            yield {"sku": element.key, "quantity": element.value}


def _is_page(value: Item) -> bool:
    """Whether an object only holds a list of articles, as the pages of an interface do."""
    return len(_articles(value)) > 1 and "key" not in _fields(value)


def _articles(root: Any) -> list[Item]:
    """The list that holds most objects, or an object of objects such as {"SKU1": {...}, "SKU2": {...}}."""
    best: list[Item] = []
    for value in _nested(root, 0):
        if isinstance(value, list):
            found: list[Item] = [item for item in value if isinstance(item, dict)] or _table(value, root)
        elif (
            isinstance(value, dict)
            and len(value) > 1
            and all(isinstance(item, dict) for item in value.values())
        ):
            found = [{"id": key, **item} for key, item in value.items()]
        elif isinstance(value, dict) and value and all(isinstance(item, str) for item in value.values()):
            found = _pairs(value)
        else:
            continue
        best = found if len(found) > len(best) else best
    return best


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
    if len(value) < 3 or _fields(value):
        return []
    return [{"sku": name, "quantity": text} for name, text in value.items()]


def _nested(value: Any, depth: int) -> Iterator[Any]:
    yield value
    children: list[Any] = []
    if isinstance(value, dict | list) and depth < _DEEPEST:
        children = list(value.values()) if isinstance(value, dict) else value
    # Below the articles of a long list lie only their parts.
    for child in children[:1_000]:
        yield from _nested(child, depth + 1)


def _rows(item: Item, gathered: _Gathered) -> Iterator[dict[str, str]]:
    """The article, or one row for each of its variants that has its own stock or price."""
    part = next((name for name, value in item.items() if _are_variants(value) and not is_store(name)), "")
    own = {name: value for name, value in item.items() if name != part or not part}
    gathered.items += 1
    gathered.apart += bool(part)
    gathered.part = part or gathered.part
    values = _flat(own, "", 0, gathered.left_out)
    for each in item[part] if part else [{}]:
        yield {**values, **_flat(each, "", 0, gathered.left_out)}


def _are_variants(value: Any) -> bool:
    if not isinstance(value, list) or not value or not all(isinstance(part, dict) for part in value):
        return False
    names = [*value[0], *(name for inner in value[0].values() for name in _names_below(inner))]
    return bool(_fields(value[0]) & {"key", "gtin"}) and any(map(_states, names))


def _states(name: str) -> bool:
    """Whether a name is that of a stock or a price, also one that says more: "totalInventory"."""
    found = meanings(name)
    return bool(found) and found[0].field in STATEMENTS and found[0].score >= _TELLING


def _names_below(value: Any) -> Iterable[str]:
    """The names in an object, or in the first of a list of them: "inventory" of a variant."""
    if isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, dict) else ()


def _fields(names: Iterable[str]) -> set[str]:
    return {found[0].field for name in names if (found := meanings(name)) and found[0].score > _SURE}


def _flat(item: Item, prefix: str, depth: int, left_out: LeftOut) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in item.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            values |= _flat(value, f"{prefix}{name}/", depth + 1, left_out)
        elif isinstance(value, list):
            values |= _of_list(value, prefix + name, depth, left_out)
        elif value is not None:
            values[prefix + name] = _text(value)
    return {name: text for name, text in values.items() if text}


def _of_list(value: Sequence[Any], name: str, depth: int, left_out: LeftOut) -> dict[str, str]:
    """The first of several values counts; the stocks of several stores are added up.

    Values that are left out, and are other ones, are counted in `left_out`.
    """
    simple = [_text(part) for part in value if not isinstance(part, dict | list) and part is not None]
    if simple:
        _leave_out(left_out, name, simple)
        return {name: simple[0]}
    parts = [part for part in value[:_MOST_STORES] if isinstance(part, dict)]
    flat = [_flat(part, f"{name}/", depth + 1, left_out) for part in parts]
    if depth >= _DEEPEST or not flat:
        return {}
    apart = any(map(tells_parts_apart, [name, *flat[0]]))
    added = [key for key in flat[0] if apart and "quantity" in _fields([key.rpartition("/")[2]])]
    sums = {key: STORES.join(part[key] for part in flat if key in part) for key in added}
    for key in [key for key in flat[0] if key not in sums]:
        _leave_out(left_out, key, [part[key] for part in flat if key in part])
    return {**flat[0], **sums}


def _leave_out(left_out: LeftOut, name: str, texts: Sequence[str]) -> None:
    other = next((text for text in texts if text != texts[0]), None)
    if other is not None:
        left_out.note(name, texts[0], other)


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
