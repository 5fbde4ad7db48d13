"""Old XLS files for tests, written record by record as their programs did: the bare stream, and its container."""

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

type Cells = Sequence[Sequence[Any]]


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def bare_sheet(rows: Cells, *, version: int = 5, encoding: str = "cp1252") -> bytes:
    """One sheet without a workbook around it."""
    kind = {2: 0x09, 3: 0x209, 4: 0x409, 5: 0x809}[version]
    out = record(
        kind, struct.pack("<HHH", 0x0500 if version == 5 else 0, 0x10, 0)[: 4 if version == 2 else 6]
    )
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value is not None:
                out += _old_cell(version, row, column, value, encoding)
    return out + record(0x0A, b"")


def _old_cell(version: int, row: int, column: int, value: str | float, encoding: str) -> bytes:
    at = struct.pack("<HH", row, column) + bytes(3 if version == 2 else 2)
    offset = 0 if version == 2 else 0x200
    if not isinstance(value, str):
        return record(0x03 + offset, at + struct.pack("<d", value))
    text = value.encode(encoding)
    return record(0x04 + offset, at + struct.pack("<B" if version == 2 else "<H", len(text)) + text)


def workbook_stream(
    sheets: dict[str, Cells], *, hidden: Sequence[str] = (), formats: Sequence[str] = ()
) -> bytes:
    """A workbook of Excel 97: shared texts, packed numbers. Style n has the format n - 1; style 0 is the usual one."""
    texts = sorted(
        {value for rows in sheets.values() for row in rows for value in row if isinstance(value, str)}
    )
    head = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    for number, code in enumerate(formats):
        head += record(0x41E, struct.pack("<HHB", 164 + number, len(code), 0) + code.encode("latin-1"))
    for number in (0, *(164 + place for place in range(len(formats)))):
        head += record(0xE0, struct.pack("<HHHHHHIIHH", 0, number, 0, 0, 0, 0, 0, 0, 0, 0)[:20])
    shared = _shared(texts)
    bodies = [_sheet(rows, texts) for rows in sheets.values()]
    names = [struct.pack("<BB", len(name), 1) + name.encode("utf-16-le") for name in sheets]
    place = len(head) + sum(4 + 6 + len(name) for name in names) + len(shared) + 4
    for name, title, body in zip(names, sheets, bodies, strict=True):
        head += record(0x85, struct.pack("<IBB", place, title in hidden, 0) + name)
        place += len(body)
    return head + shared + record(0x0A, b"") + b"".join(bodies)


def _shared(texts: Sequence[str]) -> bytes:
    """The list of texts, cut into records in the middle of a text as Excel does."""
    body, cuts = struct.pack("<II", len(texts), len(texts)), []
    out: list[bytes] = []
    for text in texts:
        wide = any(ord(sign) > 255 for sign in text)
        letters = text.encode("utf-16-le" if wide else "latin-1")
        width = 2 if wide else 1
        body += struct.pack("<HB", len(text), wide)
        while len(body) + len(letters) > 200:
            part = max(0, (200 - len(body)) // width * width)
            out.append(body + letters[:part])
            body, letters = bytes([wide]), letters[part:]
        body += letters
    cuts = [*out, body]
    return record(0xFC, cuts[0]) + b"".join(record(0x3C, part) for part in cuts[1:])


def _sheet(rows: Cells, texts: Sequence[str]) -> bytes:
    out = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            at = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str):
                out += record(0xFD, at + struct.pack("<I", texts.index(value)))
            elif value is not None and value == int(value):
                out += record(0x27E, at + struct.pack("<I", (int(value) << 2) & 0xFFFFFFFF | 2))
            elif value is not None:
                out += record(0x203, at + struct.pack("<d", value))
    return out + record(0x0A, b"")


def container(stream: bytes) -> bytes:
    """The stream as the file system in a file that Excel makes of it."""
    stream = stream.ljust(4096, b"\0")
    stream += bytes(-len(stream) % 512)
    count = len(stream) // 512
    chain = [*range(1, count), 0xFFFFFFFE]
    table = [*chain, 0xFFFFFFFE, 0xFFFFFFFD]  # the stream, the directory, the table itself
    sectors = -(-(len(table) + 128) // 128)
    table = [*chain, 0xFFFFFFFE, *[0xFFFFFFFD] * sectors]
    table += [0xFFFFFFFF] * (sectors * 128 - len(table))
    places = [count + 1 + number for number in range(sectors)]
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(10)
    )
    head += struct.pack("<IIIIIIIII", sectors, count, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, places[0])
    head += struct.pack(f"<{108}I", *places[1:], *[0xFFFFFFFF] * (108 - len(places) + 1))
    directory = _entry("Root Entry", 5, 0xFFFFFFFE, 0) + _entry("Workbook", 2, 0, len(stream))
    return head + stream + directory.ljust(512, b"\0") + struct.pack(f"<{len(table)}I", *table)


def _entry(name: str, kind: int, first: int, size: int) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    return (
        letters.ljust(64, b"\0")
        + struct.pack("<HBB", len(letters), kind, 1)
        + bytes(48)
        + struct.pack("<III", first, size, 0)
    )


def written_xls(folder: Path, content: bytes) -> Path:
    path = folder / "feed.xls"
    path.write_bytes(content)
    return path
