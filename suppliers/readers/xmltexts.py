"""The bytes of an XML file as UTF-8, whatever it is written in and whatever it declares."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from suppliers.readers.encodings import encoding_of
from suppliers.readers.limits import Deadline

_BLOCK = 1 << 18
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]{1,40})""", re.I)
_DECLARED = re.compile(rb"""^[^<]{0,20}<\?xml[^>]{0,200}\bencoding\s*=\s*["']([\w.:-]{1,40})["']""")


def encoding_of_xml(path: Path, deadline: Deadline) -> str:
    """UTF-8 where the bytes are UTF-8, else what the file declares, else what its letters say."""
    with path.open("rb") as file:
        match = _DECLARED.match(file.read(400))
    return encoding_of(path, deadline, declared=match.group(1).decode() if match else "").name


def declared_in(page: Path) -> str:
    """The encoding that a web page declares, "" where it declares none."""
    with page.open("rb") as file:
        match = _CHARSET.search(file.read(4096))
    return match.group(1).decode() if match else ""


def utf8_blocks(path: Path, deadline: Deadline) -> Iterator[bytes]:
    """The file in blocks of UTF-8."""
    encoding = encoding_of_xml(path, deadline)
    with path.open("rb") as file:
        if encoding in {"utf-8", "utf-8-sig"}:
            yield from iter(lambda: file.read(_BLOCK), b"")
            return
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        while block := file.read(_BLOCK):
            yield decoder.decode(block).encode()
        yield decoder.decode(b"", final=True).encode()
