"""JSON and JSON Lines in any nesting: the list of articles is found, nested values become columns."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from suppliers.readers.encodings import encoding_of
from suppliers.readers.errors import readable_size, refuse
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.names import meanings
from suppliers.readers.records import Origins, Record, Records

_LARGEST = 64 * 1024**2
_DEEPEST = 12


def json_feed(path: Path, limits: Limits, deadline: Deadline, workdir: Path) -> Records:
    """The articles of a JSON file."""
    size = path.stat().st_size
    if size > _LARGEST:
        raise refuse("too_large", size=readable_size(size), limit=readable_size(_LARGEST))
    encoding = encoding_of(path, deadline).name
    text = path.read_text(encoding=encoding, errors="replace").lstrip("\ufeff")
    items = _items(text)
    if not items:
        raise refuse("no_items")
    facts = Origins("json", size, encoding)
    return Records(_records(items), facts, limits, deadline, workdir)


def _items(text: str) -> list[Mapping[str, Any]]:
    try:
        return _longest_list(json.loads(text, parse_float=str, parse_int=str))
    except (ValueError, RecursionError):
        return _lines(text)


def _lines(text: str) -> list[Mapping[str, Any]]:
    """One object on each line. Raises NotAFeed where it is not that either."""
    try:
        found = [
            json.loads(line, parse_float=str, parse_int=str) for line in text.splitlines() if line.strip()
        ]
    except (ValueError, RecursionError) as error:
        raise refuse("unreadable") from error
    return [item for item in found if isinstance(item, dict)]


def _longest_list(root: Any) -> list[Mapping[str, Any]]:
    """The list that holds most objects, or an object of objects such as {"SKU1": {...}, "SKU2": {...}}."""
    best: list[Mapping[str, Any]] = []
    for value in _nested(root, 0):
        if isinstance(value, list):
            found: list[Mapping[str, Any]] = [item for item in value if isinstance(item, dict)]
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


def _pairs(value: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """{"SKU1": 5, "SKU2": 0} is a list of codes and stocks, unless its keys are names of columns."""
    if len(value) < 3 or any(found and found[0].score > 0.7 for name in value if (found := meanings(name))):
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


def _records(items: Iterable[Mapping[str, Any]]) -> Iterator[Record]:
    line = 0
    for item in items:
        for values in _rows(item):
            line += 1
            yield Record(line, values)


def _rows(item: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The article, or one row for each of its variants that has its own stock or price."""
    parts = next((value for value in item.values() if _are_variants(value)), None)
    own = _flat({name: value for name, value in item.items() if value is not parts}, "", 0)
    for part in parts or [{}]:
        yield {**own, **_flat(part, "", 0)}


def _are_variants(value: Any) -> bool:
    if not isinstance(value, list) or not value or not all(isinstance(part, dict) for part in value):
        return False
    fields = {found[0].field for name in value[0] if (found := meanings(name)) and found[0].score >= 0.7}
    return bool(fields & {"key", "gtin"}) and bool(fields & {"quantity", "price", "availability"})


def _flat(item: Mapping[str, Any], prefix: str, depth: int) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in item.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            values |= _flat(value, f"{prefix}{name}/", depth + 1)
        elif isinstance(value, list):
            first = next((part for part in value if not isinstance(part, dict | list)), None)
            if first is not None:
                values[prefix + name] = _text(first)
        elif value is not None:
            values[prefix + name] = _text(value)
    return {name: text for name, text in values.items() if text}


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
