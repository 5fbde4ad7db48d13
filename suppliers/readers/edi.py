"""EDI stock reports: X12 846 and EDIFACT INVRPT, one record for each line item."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from suppliers.readers.availability import STORES
from suppliers.readers.encodings import encoding_of
from suppliers.readers.errors import readable_size, refuse
from suppliers.readers.limits import Deadline, Limits
from suppliers.readers.records import Origins, Record, Records
from suppliers.readers.values import Doubt
from suppliers.readers.words import table

type Segment = tuple[int, list[list[str]]]
type Reader = Callable[[str, Sequence[Sequence[str]]], Iterator[tuple[str, str]]]

# What the descriptions of an article are about, where it is the article itself and not its colour or its maker.
_ITSELF = frozenset({"", "08", "GEN"})
_UNKNOWN_QUANTITY = "QTY "
# The segments that name where something lies.
_PLACES = frozenset({"LOC", "N1", "NAD"})
_LONGEST_SUM = 4_000
_BLOCK = 1 << 20
_LONGEST_SEGMENT = 1 << 22


@dataclass(frozen=True)
class _Signs:
    """Which signs divide a message; `release` before one of them makes it an ordinary letter."""

    ending: str
    element: str
    component: str
    release: str = ""


def x12_feed(path: Path, limits: Limits, deadline: Deadline, workdir: Path) -> Records:
    """The items of an X12 interchange."""
    encoding, start = _start(path, deadline)
    # Its elements have fixed lengths, which not everybody keeps: the last one and the sign after it are counted out.
    tail = start.split(start[3], 16)[-1].ljust(2)
    tail = tail if tail[0] not in "\r\n" else f":{tail}"
    signs = _Signs(tail[1].strip(" ") or "~", start[3], tail[0].strip(" ") or ":")
    return _feed("x12", _Text(path, encoding, 0, signs, deadline), _X12, _x12_values, limits, workdir)


def edifact_feed(path: Path, limits: Limits, deadline: Deadline, workdir: Path) -> Records:
    """The items of an EDIFACT interchange. UNA names the signs where they are not the usual ones."""
    encoding, start = _start(path, deadline)
    signs, skip = _Signs("'", "+", ":", "?"), 0
    if start.startswith("UNA") and len(start) > 8:
        signs, skip = _Signs(start[8], start[4], start[3], start[6].strip()), 9
    elif "'" not in start and "\n" in start:
        # Some write each segment on a line of its own and leave its sign out.
        signs = _Signs("\n", "+", ":", "?")
    return _feed(
        "edifact", _Text(path, encoding, skip, signs, deadline), _EDIFACT, _edifact_values, limits, workdir
    )


def _feed(
    kind: str, text: "_Text", envelope: "_Envelope", values_of: Reader, limits: Limits, workdir: Path
) -> Records:
    """The message is gone through twice: whether it is whole is known at its end only."""
    _refuse_others(text.segments(), envelope)
    doubts = _doubts(text.segments(), envelope)
    facts = Origins(kind, text.path.stat().st_size, text.encoding, text.signs.element, doubts=doubts)
    return Records(_records(text.segments(), values_of), facts, limits, text.deadline, workdir)


def _start(path: Path, deadline: Deadline) -> tuple[str, str]:
    """The encoding, and the first letters."""
    encoding = encoding_of(path, deadline).name
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return encoding, file.read(400).lstrip(_BEFORE)


@dataclass(frozen=True)
class _Text:
    """The text of an interchange, a block at a time, from `skip` letters after its beginning."""

    path: Path
    encoding: str
    skip: int
    signs: _Signs
    deadline: Deadline

    def segments(self) -> Iterator[Segment]:
        """Each segment with its line, cut into elements and their components. Raises NotAFeed for one without end."""
        signs, line = self.signs, 1
        back = str.maketrans(dict(zip("\x01\x02\x03\x04", _released(signs), strict=False)))
        for raw in self._pieces():
            body = raw.strip("\r\n \t")
            if body:
                start = raw[: raw.index(body[0])]
                elements = [
                    [part.translate(back) for part in element.split(signs.component)]
                    for element in body.split(signs.element)
                ]
                yield line + start.count("\n"), elements
            line += raw.count("\n") + (signs.ending == "\n")

    def _pieces(self) -> Iterator[str]:
        waiting = ""
        for text in self._released_blocks():
            self.deadline.check()
            *whole, waiting = (waiting + text).split(self.signs.ending)
            yield from whole
            if len(waiting) > _LONGEST_SEGMENT:
                raise refuse("too_long_piece", limit=readable_size(_LONGEST_SEGMENT))
        yield waiting

    def _released_blocks(self) -> Iterator[str]:
        """Blocks in which released signs are put aside, so that cutting does not see them."""
        release, held = self.signs.release, ""
        for text in self._blocks():
            joined = held + text
            held = joined[len(joined.rstrip(release)) :] if release else ""
            yield self._put_aside(joined[: len(joined) - len(held)])
        yield self._put_aside(held)

    def _put_aside(self, text: str) -> str:
        for place, sign in zip("\x01\x02\x03\x04", _released(self.signs), strict=False):
            text = text.replace(self.signs.release + sign, place)
        return text

    def _blocks(self) -> Iterator[str]:
        with self.path.open(encoding=self.encoding, errors="replace") as file:
            yield file.read(_BLOCK).lstrip(_BEFORE)[self.skip :]
            yield from iter(lambda: file.read(_BLOCK), "")


_BEFORE = "\ufeff \r\n"


def _released(signs: _Signs) -> list[str]:
    """The signs that a release takes the meaning from, itself first."""
    return [signs.release, signs.ending, signs.element, signs.component] if signs.release else []


@dataclass(frozen=True)
class _Envelope:
    """The segments that begin and end an interchange and a message; both ends say how many parts they had."""

    begin: str
    end: str
    part: str
    message: str
    trailer: str


_X12, _EDIFACT = _Envelope("ISA", "IEA", "GS", "ST", "SE"), _Envelope("UNB", "UNZ", "UNH", "UNH", "UNT")


def _refuse_others(segments: Iterable[Segment], envelope: _Envelope) -> None:
    """Raises NotAFeed for an interchange of nothing but orders, deliveries or the like."""
    kinds = {_kind(elements) for _line, elements in segments if _tag(elements) == envelope.message}
    if kinds and kinds <= set(table("edi")["messages"]["others"]):
        raise refuse("other_message", message=", ".join(sorted(kinds)))


def _tag(elements: Sequence[Sequence[str]]) -> str:
    return elements[0][0].strip().upper()


def _kind(elements: Sequence[Sequence[str]]) -> str:
    """What kind of message begins with this segment: ST names it first, UNH after its number."""
    place = 1 if _tag(elements) == "ST" else 2
    return elements[place][0].strip().upper() if len(elements) > place and elements[place] else ""


def _doubts(segments: Iterable[Segment], envelope: _Envelope) -> tuple[Doubt, ...]:
    """Whether the ends are there that a whole interchange has, and whether their counts are those of the segments."""
    names: Counter[str] = Counter()
    parts = stated = found = begun = 0
    for place, (_line, elements) in enumerate(segments):
        name, count = _tag(elements), _count(elements)
        names[name] += 1
        if name == envelope.message:
            begun = place
        elif name == envelope.trailer:
            stated, found = stated + count, found + place - begun + 1
        elif name == envelope.end:
            parts += count
    is_open = names[envelope.begin] > names[envelope.end] or names[envelope.message] > names[envelope.trailer]
    if is_open or parts > names[envelope.part]:
        return (Doubt("breaks_off"),)
    return (Doubt("segments", {"stated": stated, "count": found}),) if found != stated else ()


def _count(elements: Sequence[Sequence[str]]) -> int:
    said = elements[1][0].strip() if len(elements) > 1 and elements[1] else ""
    return int(said[:9]) if said.isascii() and said.isdecimal() else 0


def _records(segments: Iterable[Segment], values_of: Reader) -> Iterator[Record]:
    message = current = _Line(0)
    reports = set(table("edi")["messages"]["stocks"])
    for at, elements in segments:
        tag = _tag(elements)
        if tag in _BEGINNINGS:
            yield from current.record(message)
            message = current = _Line(at, is_head=True, is_report=_kind(elements) in reports)
        elif tag == "LIN":
            yield from current.record(message)
            current = _Line(at, is_report=message.is_report)
        current.is_elsewhere |= tag in _PLACES
        for name, value in values_of(tag, elements):
            if value.strip():
                current.state(name, value.strip(), adds=tag == "QTY")
    yield from current.record(message)


_BEGINNINGS = frozenset({"ST", "UNH"})


@dataclass
class _Line:
    """What the segments of one line item say so far, or those before the first one of a message (`is_head`).

    `is_elsewhere` once another place was named than at first; `is_report` in messages about stocks.
    """

    line: int
    values: dict[str, str] = field(default_factory=dict)
    is_elsewhere: bool = False
    is_head: bool = False
    is_report: bool = True

    def record(self, message: "_Line") -> Iterator[Record]:
        """The item, with the currency that the head of its message says for all."""
        if self is not message and self.values:
            common = {name: value for name, value in message.values.items() if name == "Currency"}
            yield Record(self.line, {**common, **self.values})

    def state(self, name: str, value: str, *, adds: bool) -> None:
        """The first value of a name counts; stocks of several places are added up."""
        if not self.is_report and name.startswith(_UNKNOWN_QUANTITY):
            name = name.replace(_UNKNOWN_QUANTITY, "Qualifier ")
        if name not in self.values:
            self.values[name] = value
        elif adds and self.is_elsewhere and len(self.values[name]) < _LONGEST_SUM:
            self.values[name] += STORES + value


def _x12_values(tag: str, elements: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    flat = [element[0] if element else "" for element in elements]
    if tag == "LIN":
        # Some leave out the number of the line, and begin with what the first code is.
        yield from _pairs(flat[1:] if len(flat) % 2 and flat[1] in table("edi")["codes"] else flat[2:])
    elif tag == "PID" and len(flat) > 5:
        yield "Description" if flat[2] in _ITSELF else f"Description {flat[2]}", flat[5]
    elif tag == "QTY" and len(flat) > 2:
        yield _called("quantities", flat[1], _UNKNOWN_QUANTITY), flat[2]
    elif tag == "CTP" and len(flat) > 3:
        yield _called("prices", flat[2], "Price "), flat[3]
    elif tag == "CUR" and len(flat) > 2:
        yield "Currency", flat[2]


def _called(subject: str, qualifier: str, unknown: str) -> str:
    """How a qualifier is called as a column; one that is not known by itself, after what it is of."""
    found: str = table("edi")[subject].get(qualifier, (unknown + qualifier).strip())
    return found


def _pairs(flat: Sequence[str]) -> Iterator[tuple[str, str]]:
    for qualifier, value in zip(flat[0::2], flat[1::2], strict=False):
        if qualifier:
            yield _called("codes", qualifier, "Code "), value


def _edifact_values(tag: str, elements: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    if tag == "LIN" and len(elements) > 3:
        yield from _coded(elements[3:])
    elif tag == "PIA" and len(elements) > 2:
        yield from _coded(elements[2:])
    elif tag == "IMD" and len(elements) > 3:
        yield "Description", " ".join(part for part in elements[3][3:] if part)
    elif tag == "QTY" and len(elements) > 1 and len(elements[1]) > 1:
        qualifier, quantity = elements[1][:2]
        yield _called("quantities", qualifier, _UNKNOWN_QUANTITY), quantity
    elif tag == "PRI" and len(elements) > 1 and len(elements[1]) > 1:
        kind, amount = elements[1][:2]
        yield _called("prices", kind, "Price "), amount
    elif tag == "CUX" and len(elements) > 1 and len(elements[1]) > 1:
        yield "Currency", elements[1][1]


def _coded(elements: Iterable[Sequence[str]]) -> Iterator[tuple[str, str]]:
    for parts in elements:
        if len(parts) > 1:
            yield _called("codes", parts[1], "Code "), parts[0]
