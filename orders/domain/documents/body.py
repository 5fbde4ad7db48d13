"""The purchase order as the JSON that a supplier's interface wants: a template with fields in its texts.

A list that holds one thing is repeated: for every parcel where that thing names a `{parcel…}`, for every line where it
names a `{line…}` and no parcel. A text that is one field and nothing else keeps the kind of its value.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from orders.domain.documents.content import AskedLine, AskedParcel, Document
from orders.domain.documents.sheets import PLACE

FIELD = re.compile(r"\{([a-z_]+(?:\.[a-z_0-9]+)?)\}")
LONGEST, DEEPEST = 20_000, 12

OF_DOCUMENT: Mapping[str, Callable[[Document], Any]] = MappingProxyType(
    {
        "number": lambda one: one.number,
        "date": lambda one: one.written_on,
        "answer_by": lambda one: one.answer_by,
        "answer_link": lambda one: one.answer_link,
        "shop": lambda one: one.shop,
        "packing_note": lambda one: one.packing_note,
        "neutral_parcel": lambda one: one.blind,
    }
)
OF_PARCEL: Mapping[str, Callable[[AskedParcel], Any]] = MappingProxyType(
    {
        "parcel.number": lambda one: one.number,
        "parcel.reference": lambda one: one.reference,
        "parcel.ship_by": lambda one: one.ship_by,
    }
)
OF_LINE: Mapping[str, Callable[[AskedLine], Any]] = MappingProxyType(
    {
        "line.id": lambda one: one.line,
        "line.sku": lambda one: one.sku,
        "line.gtin": lambda one: one.gtin,
        "line.name": lambda one: one.name,
        "line.quantity": lambda one: one.quantity,
        "line.price": lambda one: one.price,
        "line.currency": lambda one: one.currency,
    }
)
ADDRESS = tuple(f"parcel.{name}" for name in PLACE)
NAMES = frozenset({*OF_DOCUMENT, *OF_PARCEL, *ADDRESS, *OF_LINE})
USUAL = """{
  "order_number": "{number}",
  "date": "{date}",
  "neutral_parcel": "{neutral_parcel}",
  "packing_note": "{packing_note}",
  "parcels": [
    {
      "number": "{parcel.number}",
      "ship_by": "{parcel.ship_by}",
      "name": "{parcel.name}",
      "company": "{parcel.company}",
      "street": "{parcel.street}",
      "street2": "{parcel.street2}",
      "postal_code": "{parcel.postal_code}",
      "city": "{parcel.city}",
      "country": "{parcel.country}",
      "lines": [
        {"id": "{line.id}", "sku": "{line.sku}", "quantity": "{line.quantity}", "price": "{line.price}"}
      ]
    }
  ]
}"""


class BadTemplate(Exception):
    """No template. `code`: "json", "long", "deep" or "field" (with `detail` the name that we do not know)."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code, self.detail = code, detail


def check_template(text: str) -> None:
    """Raises BadTemplate. A line must stand inside a list, or it could be said of one line only."""
    template = parsed(text)
    refuse_depth(template, DEEPEST)
    for name in names_in(template):
        if name not in NAMES:
            raise BadTemplate("field", name)


def parsed(text: str) -> Any:
    if len(text) > LONGEST:
        raise BadTemplate("long")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise BadTemplate("json") from None


def refuse_depth(value: Any, left: int) -> None:
    if left == 0:
        raise BadTemplate("deep")
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inside:
        refuse_depth(one, left - 1)


def names_in(value: Any) -> Iterator[str]:
    """Every field that is named, at any depth."""
    if isinstance(value, str):
        yield from FIELD.findall(value)
    elif isinstance(value, dict):
        for one in value.values():
            yield from names_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from names_in(one)


def body_of(document: Document, template: str) -> bytes:
    """The body in full. Raises BadTemplate."""
    facts = {name: take(document) for name, take in OF_DOCUMENT.items()}
    filled = Filling(document).fill(parsed(template or USUAL), facts, document.parcels)
    return json.dumps(filled, ensure_ascii=False, indent=2, default=plain_value).encode()


class Filling:
    """A template being filled: `facts` are the fields known where we are, `parcels` those that are meant there."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def fill(self, value: Any, facts: Mapping[str, Any], parcels: tuple[AskedParcel, ...]) -> Any:
        if isinstance(value, str):
            return filled_text(value, facts)
        if isinstance(value, dict):
            return {key: self.fill(one, facts, parcels) for key, one in value.items()}
        if isinstance(value, list):
            return self.fill_list(value, facts, parcels)
        return value

    def fill_list(
        self, values: list[Any], facts: Mapping[str, Any], parcels: tuple[AskedParcel, ...]
    ) -> list[Any]:
        names = set(names_in(values))
        if len(values) == 1 and "parcel.number" not in facts and any(is_parcel(name) for name in names):
            return [self.fill(values[0], {**facts, **facts_of(one)}, (one,)) for one in parcels]
        if len(values) == 1 and any(name in OF_LINE for name in names):
            return [
                self.fill(values[0], {**facts, **facts_of(parcel), **line_facts(line)}, (parcel,))
                for parcel in parcels
                for line in parcel.lines
            ]
        return [self.fill(one, facts, parcels) for one in values]


def is_parcel(name: str) -> bool:
    return name.startswith("parcel.")


def facts_of(parcel: AskedParcel) -> dict[str, Any]:
    own = {name: take(parcel) for name, take in OF_PARCEL.items()}
    return own | {f"parcel.{name}": parcel.part(name) for name in PLACE}


def line_facts(line: AskedLine) -> dict[str, Any]:
    return {name: take(line) for name, take in OF_LINE.items()}


def filled_text(text: str, facts: Mapping[str, Any]) -> Any:
    """One field alone keeps the kind of its value; among words it is written out. What is not known here is empty."""
    alone = FIELD.fullmatch(text)
    if alone:
        return facts.get(alone[1])
    return FIELD.sub(lambda found: in_words(facts.get(found[1])), text)


def in_words(value: Any) -> str:
    return "" if value is None else str(value)


def plain_value(value: Any) -> Any:
    """An amount as a text with its decimals: a float would be another amount."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(type(value).__name__)
