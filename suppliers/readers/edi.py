"""EDI stock reports: X12 846 and EDIFACT INVRPT, one record for each line item."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from suppliers.readers.encodings import encoding_of
from suppliers.readers.errors import refuse
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.records import Origins, Record, Records
from suppliers.readers.values import Doubt

type Segment = tuple[int, list[list[str]]]
type Reader = Callable[[str, Sequence[Sequence[str]]], Iterator[tuple[str, str]]]

# How the qualifiers of both standards are called as columns, so that they are understood like any other name.
_CODES: Mapping[str, str] = {
    "VP": "Supplier SKU",
    "VN": "Vendor item number",
    "SK": "SKU",
    "SA": "Supplier SKU",
    "VC": "Catalog number",
    "UP": "UPC",
    "EN": "EAN",
    "UK": "GTIN 14",
    "UI": "UPC case",
    "SRV": "GTIN",
    "UA": "UPC case",
    "MG": "Manufacturer part number",
    "MF": "Manufacturer part number",
    "BP": "Buyer part number",
    "IN": "Buyer item number",
}
_QUANTITIES: Mapping[str, str] = {
    "33": "Quantity available",
    "17": "Quantity on hand",
    "145": "Stock quantity",
    "198": "Quantity available",
    "01": "Quantity discrete",
    "29": "Projected quantity",
    "21": "Ordered quantity",
    "20": "Reserved quantity",
    "63": "On order",
    "V3": "In transit",
}
_LARGEST = 256 * 1024**2


def x12_feed(path: Path, limits: Limits, deadline: Deadline, workdir: Path) -> Records:
    """The items of an X12 interchange."""
    text, encoding = _text(path, deadline)
    element, component = text[3], text[104] if len(text) > 104 else ":"
    ending = text[105] if len(text) > 105 else "~"
    segments = _segments(text, ending, element, component)
    facts = Origins(
        "x12", path.stat().st_size, encoding, element, doubts=_doubts(text, ending, element, _X12)
    )
    return Records(_records(segments, _x12_values), facts, limits, deadline, workdir)


def edifact_feed(path: Path, limits: Limits, deadline: Deadline, workdir: Path) -> Records:
    """The items of an EDIFACT interchange. UNA names the signs where they are not the usual ones."""
    text, encoding = _text(path, deadline)
    component, element, release, ending = ":", "+", "?", "'"
    if text.startswith("UNA") and len(text) > 8:
        component, element, release, ending = text[3], text[4], text[6], text[8]
        text = text[9:]
    # Released signs are put aside, so that cutting does not see them.
    text = text.replace(release * 2, "\x01").replace(release + ending, "\x02")
    text = text.replace(release + element, "\x03").replace(release + component, "\x04")
    back = str.maketrans({"\x01": release, "\x02": ending, "\x03": element, "\x04": component})
    segments = (
        (line, [[part.translate(back) for part in parts] for parts in elements])
        for line, elements in _segments(text, ending, element, component)
    )
    doubts = _doubts(text, ending, element, _EDIFACT)
    facts = Origins("edifact", path.stat().st_size, encoding, element, doubts=doubts)
    return Records(_records(segments, _edifact_values), facts, limits, deadline, workdir)


@dataclass(frozen=True)
class _Envelope:
    """The segments that begin and end an interchange and a message; both ends say how many parts they had."""

    begin: str
    end: str
    part: str
    message: str
    trailer: str


_X12, _EDIFACT = _Envelope("ISA", "IEA", "GS", "ST", "SE"), _Envelope("UNB", "UNZ", "UNH", "UNH", "UNT")


def _doubts(text: str, ending: str, element: str, envelope: _Envelope) -> tuple[Doubt, ...]:
    """Whether the ends are there that a whole interchange has, and whether their counts are those of the segments."""
    tags = [raw.strip().split(element, 2)[:2] for raw in text.split(ending) if raw.strip()]
    names = Counter(tag[0].strip().upper() for tag in tags)
    if names[envelope.begin] > names[envelope.end] or names[envelope.message] > names[envelope.trailer]:
        return (Doubt("breaks_off"),)
    parts = sum(_count(value) for name, *value in tags if name == envelope.end)
    if parts > names[envelope.part]:
        return (Doubt("breaks_off"),)
    stated, found, begun = 0, 0, 0
    for place, (name, *value) in enumerate(tags):
        begun = place if name == envelope.message else begun
        if name == envelope.trailer:
            stated, found = stated + _count(value), found + place - begun + 1
    return (Doubt("segments", {"stated": stated, "count": found}),) if found != stated else ()


def _count(value: Sequence[str]) -> int:
    return int(value[0][:9]) if value and value[0].isascii() and value[0].isdecimal() else 0


def _text(path: Path, deadline: Deadline) -> tuple[str, str]:
    if path.stat().st_size > _LARGEST:
        raise refuse("unreadable")
    encoding = encoding_of(path, deadline).name
    return path.read_text(encoding=encoding, errors="replace").lstrip("\ufeff \r\n"), encoding


def _segments(text: str, ending: str, element: str, component: str) -> Iterator[Segment]:
    line = 1
    for raw in text.split(ending):
        body = raw.strip("\r\n \t")
        if body:
            start = raw[: raw.index(body[0])]
            yield line + start.count("\n"), [part.split(component) for part in body.split(element)]
        line += raw.count("\n") + (ending == "\n")


def _records(segments: Iterable[Segment], values_of: Reader) -> Iterator[Record]:
    current: dict[str, str] | None = None
    line = 0
    for at, elements in segments:
        tag = elements[0][0].strip().upper()
        if tag == "LIN":
            if current:
                yield Record(line, current)
            current, line = {}, at
        if current is not None:
            for name, value in values_of(tag, elements):
                if value.strip():
                    current.setdefault(name, value.strip())
    if current:
        yield Record(line, current)


def _x12_values(tag: str, elements: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    flat = [element[0] if element else "" for element in elements]
    if tag == "LIN":
        yield from _pairs(flat[2:])
    elif tag == "PID" and len(flat) > 5:
        yield "Description", flat[5]
    elif tag == "QTY" and len(flat) > 2:
        yield _QUANTITIES.get(flat[1], f"QTY {flat[1]}"), flat[2]
    elif tag == "CTP" and len(flat) > 3:
        yield "Price" if flat[2] in {"", "UCP", "CON", "WHL"} else f"Price {flat[2]}", flat[3]
    elif tag == "CUR" and len(flat) > 2:
        yield "Currency", flat[2]


def _pairs(flat: Sequence[str]) -> Iterator[tuple[str, str]]:
    for qualifier, value in zip(flat[0::2], flat[1::2], strict=False):
        if qualifier:
            yield _CODES.get(qualifier, f"Code {qualifier}"), value


def _edifact_values(tag: str, elements: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    if tag == "LIN" and len(elements) > 3:
        yield from _coded(elements[3:])
    elif tag == "PIA" and len(elements) > 2:
        yield from _coded(elements[2:])
    elif tag == "IMD" and len(elements) > 3:
        yield "Description", " ".join(part for part in elements[3][3:] if part)
    elif tag == "QTY" and len(elements) > 1 and len(elements[1]) > 1:
        qualifier, quantity = elements[1][:2]
        yield _QUANTITIES.get(qualifier, f"QTY {qualifier}"), quantity
    elif tag == "PRI" and len(elements) > 1 and len(elements[1]) > 1:
        yield "Price", elements[1][1]
    elif tag == "CUX" and len(elements) > 1 and len(elements[1]) > 1:
        yield "Currency", elements[1][1]


def _coded(elements: Iterable[Sequence[str]]) -> Iterator[tuple[str, str]]:
    for parts in elements:
        if len(parts) > 1:
            yield _CODES.get(parts[1], f"Code {parts[1]}"), parts[0]
