"""JSON and JSON Lines in any nesting: the list of articles is found, nested values become columns."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from suppliers.readers.currencies import currency
from suppliers.readers.encodings import encoding_of
from suppliers.readers.errors import refuse
from suppliers.readers.jsonarticles import DEEPEST, are_variants, articles, articles_in, fields_of
from suppliers.readers.jsongroups import Groups, in_lists_of, in_sections, opened
from suppliers.readers.jsonsections import Item, Sections
from suppliers.readers.jsonstream import Element, JsonStream
from suppliers.readers.layouts import is_store, lists_others, tells_parts_apart
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.places import Met, naming, put
from suppliers.readers.records import LeftOut, Origins, Record, Records, about_currency, about_parts

_BLOCK = 1 << 18
_MOST_STORES, _MOST_NAMED = 1_000, 100
# How the name of a value is called that stands beside it.
_CALLED = re.compile(r"name|key|(?:attribute_?)?code|label", re.I)
_OF_STOCK = {"quantity", "availability"}
_HALVES = re.compile("[\ud800-\udfff]")


def json_feed(path: Path, limits: Limits, deadline: Deadline, workdir: Path) -> Records:
    """The articles of a JSON file, of JSON Lines, or of several documents one after the other."""
    encoding = encoding_of(path, deadline).name

    gathered = _Gathered()

    def elements() -> Iterator[Element]:
        # A large file is gone through more than once; what is said twice is said by the last time.
        gathered.twice = LeftOut()
        return JsonStream(_blocks(path), encoding, deadline, gathered.says_twice).elements()

    first = list(islice(elements(), 2))
    around: dict[str, str] = {}
    if len(first) == 1:
        items: Iterable[Item]
        items, gathered.sections = articles_in(first[0].value)
        root = first[0].value
        _look_around(root.items() if isinstance(root, dict) else (), around)
    else:
        items = _of_largest_group(elements, around, gathered)
    rows = (_with(around, values) for item in items for values in _rows(item, gathered) if values)
    head = list(islice(rows, 1))
    if not head:
        raise refuse("no_items")
    records = (Record(line, values) for line, values in enumerate(chain(head, rows), 1))
    facts = Origins("json", path.stat().st_size, encoding)
    found = Records(records, facts, limits, deadline, workdir)
    found.doubt((*gathered.left_out.doubts(), *gathered.twice.doubts()))
    found.doubt(gathered.sections.doubts())
    found.place((*gathered.sections.places(), *gathered.met.places()))
    found.of_parts(gathered.of_parts)
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
    named: set[str] = field(default_factory=set)
    of_parts: set[str] = field(default_factory=set)
    left_out: LeftOut = field(default_factory=LeftOut)
    twice: LeftOut = field(default_factory=LeftOut)
    sections: Sections = field(default_factory=Sections)
    met: Met = field(default_factory=Met)

    def says_twice(self, name: str, taken: Any, other: Any) -> None:
        """A name that one object has twice, with different values."""
        self.twice.note(_text(name), _text(taken), _text(other))


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
    return isinstance(value, str) and "currency" in fields_of([name]) and bool(currency(value))


def _with(around: dict[str, str], values: dict[str, str]) -> dict[str, str]:
    """The article, with the currency of all where it has none of its own."""
    if not around or "currency" in fields_of(name.rpartition("/")[2] for name in values):
        return values
    return {**values, **around}


def _of_largest_group(
    elements: Callable[[], Iterator[Element]], around: dict[str, str], gathered: _Gathered
) -> Iterator[Item]:
    """The articles of a file too large to be held: the parts of the list or object that has most of them.

    What holds for all of them is noted in `around` before the first one comes.
    """
    seen = Groups()
    for element in elements():
        for part in opened(element):
            seen.count(part)
    _look_around(seen.said, around)
    best = seen.largest()
    gathered.sections, place = seen.sections(best)
    if gathered.sections.together or gathered.sections.chosen_from:
        yield from (item for each in elements() for item in in_sections(each, place, gathered.sections))
        return
    lists = seen.lists_like(best)
    if lists.chosen_from:
        gathered.sections = lists
        parts = (part for each in elements() for part in opened(each))
        yield from (item for part in parts for item in in_lists_of(part, lists.chosen_from))
        return
    for element in (part for each in elements() for part in opened(each)):
        if element.group != best:
            continue
        if best in seen.pages and isinstance(element.value, dict | list):
            yield from articles(element.value)
        elif isinstance(element.value, dict):
            yield {"id": element.key, **element.value} if element.key else element.value
        elif isinstance(element.value, str) and seen.texts[best] > seen.objects[best]:
            yield {"sku": element.key, "quantity": element.value}


def _rows(item: Item, gathered: _Gathered) -> Iterator[dict[str, str]]:
    """The article, or one row for each of its variants that has its own stock or price."""
    part = next((name for name, value in item.items() if are_variants(value) and _are_parts(name)), "")
    own = {name: value for name, value in item.items() if name != part or not part}
    gathered.items += 1
    gathered.apart += bool(part)
    gathered.part = part or gathered.part
    values = _flat(own, "", 0, gathered)
    # "Default Title" is not what the article is called: the name of a part stands beside that of the whole.
    named = {name for name in values if "name" in fields_of([name])}
    for each in item[part] if part else [{}]:
        own_values = {
            f"{part}/{name}" if name in named else name: text
            for name, text in _flat(each, "", 0, gathered).items()
        }
        gathered.of_parts.update(own_values)
        yield values | own_values


def _are_parts(name: str) -> bool:
    return not is_store(name) and not lists_others(name)


def _flat(item: Item, prefix: str, depth: int, gathered: _Gathered) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in item.items():
        # {"$numberInt": "5"}: as databases write what JSON has no sort for.
        if isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith("$"):
            value = next(iter(value.values()))
        if isinstance(value, dict) and depth < DEEPEST:
            values |= _flat(value, f"{prefix}{name}/", depth + 1, gathered)
        elif isinstance(value, list):
            values |= _of_list(value, prefix + name, depth, gathered)
        elif value is not None:
            values[_text(prefix + name)] = _text(value)
    return {name: text for name, text in values.items() if text}


def _of_list(value: Sequence[Any], name: str, depth: int, gathered: _Gathered) -> dict[str, str]:
    """The first of several values counts; the stocks of several stores are added up.

    Values that are left out, and are other ones, are counted in `gathered`.
    """
    simple = [_text(part) for part in value if not isinstance(part, dict | list) and part is not None]
    if simple:
        _leave_out(gathered.left_out, name, simple)
        return {name: simple[0]}
    parts = [part for part in value[:_MOST_STORES] if isinstance(part, dict)]
    flat = [_flat(part, f"{name}/", depth + 1, gathered) for part in parts]
    if depth >= DEEPEST or not flat:
        return {}
    if named := _named(flat, name, gathered):
        return named
    sums = _of_stores(flat, name, gathered.met)
    for key in [key for key in flat[0] if key not in sums]:
        _leave_out(gathered.left_out, key, [part[key] for part in flat if key in part])
    return {**flat[0], **sums}


def _named(parts: Sequence[Mapping[str, str]], name: str, gathered: _Gathered) -> dict[str, str]:
    """Values that say how they are called, [{"attribute_code": "cost", "value": 5}], by these names; else nothing."""
    found: dict[str, str] = {}
    for part in parts:
        leaves = {key.rpartition("/")[2]: text for key, text in part.items()}
        called = next((text for key, text in leaves.items() if _CALLED.fullmatch(key)), "")
        if not called or len(leaves.keys() - {"id"}) != 1 + ("value" in leaves):
            return {}
        if "value" in leaves and found.setdefault(f"{name}/{called}", leaves["value"]) != leaves["value"]:
            return {}
    gathered.named |= found.keys()
    # So many are no properties that each article has.
    return found if len(gathered.named) <= _MOST_NAMED else {}


def _of_stores(stores: Sequence[Mapping[str, str]], name: str, met: Met) -> dict[str, str]:
    """What these say of a stock, beside how each is called, where they are places or sorts of one article."""
    said = list(dict.fromkeys(key for store in stores for key in store))
    if not any(map(tells_parts_apart, [name, *said])):
        return {}
    stocks = [key for key in said if fields_of([key.rpartition("/")[2]]) & _OF_STOCK]
    called = naming(said, stocks)
    values: dict[str, str] = {}
    for store in stores:
        put(values, store, stocks, called)
        met.note(called, store)
    return values


def _leave_out(left_out: LeftOut, name: str, texts: Sequence[str]) -> None:
    other = next((text for text in texts if text != texts[0]), None)
    if other is not None:
        left_out.note(name, texts[0], other)


def _text(value: Any) -> str:
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    # "\\ud83d" alone is half a letter, which no database takes.
    return text if text.isascii() else _HALVES.sub("\ufffd", text)
