"""Levels as a program sends them, line by line: each is checked before anything is kept."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stocke.core.web.api import ErrorOut
from suppliers.domain.pushes import COLUMNS, SAID_UNKNOWN

LONGEST_LINE = 64 * 1024
LENGTHS = {"sku": 120, "name": 250, "gtin": 14, "quantity": 120, "currency": 3}
WHOLE, AMOUNT = re.compile(r"(-?\d{1,9})(\.0+)?"), re.compile(r"\d{1,9}(\.\d+)?")
LONGEST_LEAD = 3650


class Figure(str):
    """A number with the signs it was written with."""

    __slots__ = ()


@dataclass(frozen=True)
class Checked:
    """One level as a row of COLUMNS, or what is wrong with it. `row` counts from 1."""

    row: int
    values: tuple[str, ...] = ()
    errors: tuple[ErrorOut, ...] = ()


class NotReadable(Exception):
    """The body as a whole is not what it should be."""


def levels_in(text: str | bytes) -> Iterator[Checked]:
    """The levels of one JSON body: {"levels": [...]}. Raises NotReadable."""
    body = parsed(text)
    levels = body.get("levels") if isinstance(body, Mapping) else None
    if not isinstance(levels, list):
        raise NotReadable
    return (checked(row, level) for row, level in enumerate(levels, start=1))


def levels_by_line(blocks: Iterator[bytes]) -> Iterator[Checked]:
    """The levels of a body with one JSON object a line; blank lines are passed over."""
    row = 0
    for line in lines_of(blocks):
        if not line.strip():
            continue
        row += 1
        try:
            level = parsed(line) if len(line) <= LONGEST_LINE else None
        except NotReadable:
            level = None
        yield checked(row, level)


def lines_of(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The lines; of one that never ends, as much as shows that it is too long."""
    rest = b""
    for block in blocks:
        *whole, rest = (rest + block).split(b"\n")
        yield from whole
        if len(rest) > LONGEST_LINE:
            rest = rest[: LONGEST_LINE + 1]
    if rest:
        yield rest


def parsed(text: str | bytes) -> Any:
    try:
        return json.loads(text, parse_float=Figure, parse_int=Figure, parse_constant=lambda word: None)
    except (ValueError, RecursionError):
        raise NotReadable from None


def checked(row: int, level: Any) -> Checked:
    if not isinstance(level, Mapping):
        told = ErrorOut(code="malformed", message="each level is a JSON object", row=row)
        return Checked(row, errors=(told,))
    found = {name: CHECKS[name](level.get(name)) for name in COLUMNS}
    errors = [
        told for name, (_value, code) in found.items() if code and (told := wrong(row, name, level, code))
    ]
    if "quantity" not in level:
        errors.append(ErrorOut(code="missing", message=MESSAGES["missing"], field="quantity", row=row))
    return Checked(row, tuple(value for value, _code in found.values()), tuple(errors))


def wrong(row: int, name: str, level: Mapping[str, Any], code: str) -> ErrorOut:
    value = None if level.get(name) is None else str(level[name])[:200]
    return ErrorOut(code=code, message=MESSAGES[code], field=name, row=row, value=value)


MESSAGES = {
    "missing": "this has to be said; an unknown quantity is null",
    "malformed": "this is not of the form that docs/api.md describes",
    "too_long": "this is longer than we keep",
}


def text_of(value: Any, name: str) -> tuple[str, str]:
    """A text in one line, and what is wrong with it."""
    if value is None:
        return "", ""
    if not isinstance(value, str):
        return "", "malformed"
    line = " ".join(value.split())
    if not line.isprintable():
        return "", "malformed"
    return line, "too_long" if len(line) > LENGTHS[name] else ""


def sku_of(value: Any) -> tuple[str, str]:
    line, code = text_of(value, "sku")
    return line, code or ("" if line else "missing")


def quantity_of(value: Any) -> tuple[str, str]:
    """A whole number, or the supplier's own words: ">20", "en stock". Null is unknown, and never zero."""
    if value is None:
        return SAID_UNKNOWN, ""
    if isinstance(value, Figure):
        whole = WHOLE.fullmatch(value)
        return (whole[1], "") if whole else ("", "malformed")
    return text_of(value, "quantity")


def price_of(value: Any) -> tuple[str, str]:
    if value is None:
        return "", ""
    return (str(value), "") if isinstance(value, str) and AMOUNT.fullmatch(value) else ("", "malformed")


def lead_of(value: Any) -> tuple[str, str]:
    if value is None:
        return "", ""
    is_days = isinstance(value, Figure) and value.isdecimal() and int(value[:6]) <= LONGEST_LEAD
    return (str(value), "") if is_days else ("", "malformed")


CHECKS = {
    "sku": sku_of,
    "name": lambda value: text_of(value, "name"),
    "gtin": lambda value: text_of(value, "gtin"),
    "quantity": quantity_of,
    "price": price_of,
    "currency": lambda value: text_of(value, "currency"),
    "lead_days": lead_of,
}
