"""XML that is not well-formed, read item by item: what is broken in one item stays in it."""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from suppliers.readers.errors import readable_size, refuse
from suppliers.readers.records import Record
from suppliers.readers.xmlshape import attributes, local, own_text

_LARGEST = 256 * 1024**2
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,31};)")
_PREFIX = re.compile(r"(</?|\s)[\w.-]+:(?=[\w.-]+[\s=/>])")


def salvaged(path: Path, item: str, encoding: str) -> Iterator[Record]:
    """The text between each pair of item tags as a record. Raises NotAFeed for a file too large to repair."""
    size = path.stat().st_size
    if size > _LARGEST:
        raise refuse("too_large", size=readable_size(size), limit=readable_size(_LARGEST))
    text = path.read_text(encoding=encoding, errors="replace")
    name = re.escape(item)
    line, seen = 1, 0
    for match in re.finditer(rf"<(?:[\w.-]+:)?{name}[\s>/].*?</(?:[\w.-]+:)?{name}\s*>", text, re.DOTALL):
        line, seen = line + text.count("\n", seen, match.start()), match.start()
        if values := _values(match.group()):
            yield Record(line, values)


def _values(text: str) -> dict[str, str]:
    """Every value of the piece by its own name: where a tag is not closed, depth means nothing."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    clean = _PREFIX.sub(r"\1", _BARE_AMPERSAND.sub("&amp;", text))
    root = etree.fromstring(clean.encode(), parser)
    values: dict[str, str] = {}
    if root is None:
        return values
    for element in root.iter(etree.Element):
        name = "" if element is root else local(element.tag)
        for attribute, value in attributes(element):
            values.setdefault(name + attribute, value)
        if name and (own := own_text(element)):
            values.setdefault(name, own)
    return values
