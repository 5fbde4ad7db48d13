"""XML that is not well-formed: small faults mended in the bytes, and where that is not enough, item by item."""

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import cast

from lxml import etree

from suppliers.readers.errors import readable_size, refuse
from suppliers.readers.limits import Deadline
from suppliers.readers.records import Record
from suppliers.readers.xmlshape import attribute_name
from suppliers.readers.xmlwalk import Attributes, Handler

_LARGEST_ITEM = 16 * 1024**2
_LONGEST_WAIT = 1024**2
_TAIL = 1024
_CONTROLS = bytes(sign for sign in range(32) if sign not in b"\t\n\r")
# A sign that tears a number stays visible, because 1\\x012 is not 12.
_UNKNOWN = "\ufffd".encode()
_TEAR = re.compile(rb"(?<=[0-9])[\x00-\x08\x0b\x0c\x0e-\x1f]+(?=[0-9])")
_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"
# What is left out, and which signs are texts rather than the beginning of something. Every repeat has a bound.
_FAULTS = re.compile(
    rb"(?P<out><\?xml[^>]{0,300}\?>|<!DOCTYPE[^>\[]{0,1000}(?:\[[^\]]{0,4000}\]\s{0,20})?>"
    rb"|&#(?:[0-8]|1[124-9]|2[0-9]|3[01]|x0{0,6}(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));"
    # Halves of a letter, and what lies beyond the last one.
    rb"|&#(?:5529[6-9]|55[3-9]\d\d|56\d{3}|57[0-2]\d\d|573[0-3]\d|5734[0-3]|6553[45]|11141(?:1[2-9]|[2-9]\d)"
    rb"|1114[2-9]\d\d|111[5-9]\d{3}|11[2-9]\d{4}|1[2-9]\d{5}|[2-9]\d{6}|x0{0,2}(?:[dD][89a-fA-F][0-9a-fA-F]{2}"
    rb"|[fF]{3}[eEfF]|1[1-9a-fA-F][0-9a-fA-F]{4}|[2-9a-fA-F][0-9a-fA-F]{5}));)"
    rb"|(?P<and>&(?!(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z]\w{0,30});))"
    rb"|(?P<less><(?![A-Za-z_/!?\x80-\xff]))"
)
# "<Product Name>" is no name of an element; where one is closed like that, it was meant as one.
_NAME = rb"[A-Za-z_][\w.-]{0,60}(?: [A-Za-z_][\w.-]{0,60}){1,5}"
_SPACED = re.compile(
    rb"<(?P<name>" + _NAME + rb")>(?P<value>[^<]{0,10000}|\s{0,20}<!\[CDATA\[[^\]]{0,10000}\]\]>\s{0,20})"
    rb"</(?P=name)\s{0,20}>"
)
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,31};)")
_PREFIX = re.compile(r"(</?|\s)[\w.-]{1,60}:(?=[\w.-]{1,120}[\s=/>])")


def mended(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The file with bare signs escaped, control characters taken out, and one element around all that it holds."""
    waiting, begun = b"", False
    yield b"<all>"
    for block in blocks:
        waiting += _TEAR.sub(_UNKNOWN, block).translate(None, _CONTROLS)
        if not begun:
            begun = b"<" in waiting
            waiting = waiting[waiting.find(b"<") :] if begun else b""
        end = _safe_end(waiting)
        yield _mended(waiting[:end])
        waiting = waiting[end:]
    yield _mended(waiting)
    yield b"</all>"


def _safe_end(waiting: bytes) -> int:
    """How much may be mended before the next block is here: a fault or a CDATA section may lie over the end."""
    end = max(0, waiting.rfind(b">", 0, max(0, len(waiting) - _TAIL)) + 1)
    opened = waiting.rfind(_CDATA, 0, end)
    if opened > 0 and waiting.find(_CDATA_END, opened, end) < 0:
        end = opened
    return end or (len(waiting) - _TAIL if len(waiting) > _LONGEST_WAIT else 0)


def _mended(piece: bytes) -> bytes:
    """CDATA sections are kept as they stand."""
    done, place = [], 0
    piece = _SPACED.sub(_joined, piece)
    while (start := piece.find(_CDATA, place)) >= 0 and (end := piece.find(_CDATA_END, start)) >= 0:
        done += [_FAULTS.sub(_mend, piece[place:start]), piece[start : end + len(_CDATA_END)]]
        place = end + len(_CDATA_END)
    return b"".join([*done, _FAULTS.sub(_mend, piece[place:])])


def _joined(match: re.Match[bytes]) -> bytes:
    name = match["name"].replace(b" ", b"_")
    return b"<%b>%b</%b>" % (name, match["value"], name)


def _mend(match: re.Match[bytes]) -> bytes:
    if match.lastgroup == "out":
        return _UNKNOWN if match.group().startswith(b"&") else b"\n" * match.group().count(b"\n")
    return b"&amp;" if match.lastgroup == "and" else b"&lt;"


def recovered(blocks: Iterable[bytes], handler: Handler[None], deadline: Deadline) -> None:
    """Walks whatever elements a forgiving parser makes of the file."""
    parser = etree.XMLPullParser(
        events=("start", "end"), recover=True, resolve_entities=False, load_dtd=False, no_network=True
    )
    for block in blocks:
        deadline.check()
        parser.feed(block)
        _hand_on(parser, handler)
    _hand_on(parser, handler)


def _hand_on(parser: etree.XMLPullParser, handler: Handler[None]) -> None:
    for event, element in cast("Iterator[tuple[str, etree._Element]]", parser.read_events()):
        name = _local(element.tag)
        if event == "start":
            handler.start(name, _attributes(element))
            continue
        if own := _own_text(element):
            handler.text(own)
        handler.end(name)
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def salvaged(blocks: Iterable[bytes], item: str, deadline: Deadline) -> Iterator[Record]:
    """Whatever stands between the beginnings of two items as a record: what is broken in one item stays in it."""
    name, line = re.escape(item), 1
    start = re.compile(rf"<(?:[\w.-]{{1,60}}:)?{name}(?=[\s>/])")
    end = re.compile(rf"</(?:[\w.-]{{1,60}}:)?{name}\s*>")
    for piece in _cut(codecs.iterdecode(blocks, "utf-8", errors="replace"), start, deadline):
        if start.match(piece):
            closed = end.search(piece)
            if values := _values(piece[: closed.end()] if closed else piece):
                yield Record(line, values)
        line += piece.count("\n")


def _cut(texts: Iterable[str], start: re.Pattern[str], deadline: Deadline) -> Iterator[str]:
    """The file in pieces that each begin where an item begins; what stands before the first comes first."""
    waiting = ""
    for text in texts:
        deadline.check()
        waiting += text
        places = [0, *(match.start() for match in start.finditer(waiting))]
        if not start.match(waiting) and places[-1] == 0:
            places.append(max(0, len(waiting) - _TAIL))
        yield from (waiting[begin:stop] for begin, stop in pairwise(places))
        waiting = waiting[places[-1] :]
        if len(waiting) > _LARGEST_ITEM:
            raise refuse("too_long_piece", limit=readable_size(_LARGEST_ITEM))
    yield waiting


def _values(text: str) -> dict[str, str]:
    """Every value of the piece by its own name: where a tag is not closed, depth means nothing."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    clean = _PREFIX.sub(r"\1", _BARE_AMPERSAND.sub("&amp;", text))
    root = etree.fromstring(clean.encode(), parser)
    values: dict[str, str] = {}
    if root is None:
        return values
    for element in root.iter(etree.Element):
        name = "" if element is root else _local(element.tag)
        for attribute, value in _attributes(element).items():
            if called := attribute_name(attribute):
                values.setdefault(name + called, value)
        if name and (own := _own_text(element)):
            values.setdefault(name, own)
    return values


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _attributes(element: etree._Element) -> Attributes:
    return {_local(name): str(value) for name, value in element.attrib.items()}


def _own_text(element: etree._Element) -> str:
    return (element.text or "").strip()
