"""Packed spreadsheets, looked at before they are unpacked: ten megabytes of zip may hold a hundred gigabytes."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from suppliers.readers.errors import readable_size, refuse
from suppliers.readers.limits import Deadline, Limits

_BLOCK = 1 << 20
# Deflate cannot do better than this, whatever the archive claims about itself.
_BEST_RATIO = 1032
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')


def guard(path: Path, limits: Limits, deadline: Deadline) -> None:
    """Raises NotAFeed where unpacking the workbook, or the grid its cells claim, would pass the limits."""
    try:
        with zipfile.ZipFile(path) as archive:
            _guard_size(archive, limits, deadline)
            for entry in archive.infolist():
                if re.fullmatch(r"xl/worksheets/[^/]+\.xml", entry.filename, re.I):
                    _guard_grid(archive, entry, limits, deadline)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise refuse("unreadable") from error


def _guard_size(archive: zipfile.ZipFile, limits: Limits, deadline: Deadline) -> None:
    entries = archive.infolist()
    if sum(entry.compress_size for entry in entries) * _BEST_RATIO <= limits.max_unpacked:
        return
    left = limits.max_unpacked - sum(entry.file_size for entry in entries)
    if left < 0:
        raise refuse("too_large_unpacked", limit=readable_size(limits.max_unpacked))
    # The claimed sizes may lie; `zipfile` stops at them, other readers do not.
    for entry in entries:
        if (
            entry.compress_size * _BEST_RATIO > max(left, 1)
            and _true_size(archive, entry, deadline) > entry.file_size
        ):
            raise refuse("unreadable")


def _true_size(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, deadline: Deadline) -> int:
    """What the entry unpacks to; counting stops soon after the claimed size."""
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        return entry.file_size
    unpack, total = zlib.decompressobj(-15), 0
    for packed in _packed_blocks(archive, entry):
        deadline.check()
        total += len(unpack.decompress(packed, _BLOCK))
        while unpack.unconsumed_tail and total <= entry.file_size:
            total += len(unpack.decompress(unpack.unconsumed_tail, _BLOCK))
        if total > entry.file_size:
            break
    return total


def _packed_blocks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    if archive.fp is None:
        return
    archive.fp.seek(entry.header_offset)
    header = archive.fp.read(30)
    name, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
    archive.fp.seek(entry.header_offset + 30 + name + extra)
    left = entry.compress_size
    while left > 0 and (block := archive.fp.read(min(_BLOCK, left))):
        left -= len(block)
        yield block


def _guard_grid(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits, deadline: Deadline) -> None:
    """A reader lays a sheet out as a full rectangle, so one far cell costs as much as all before it."""
    widest, last = "A", 0
    tail = b""
    with archive.open(entry) as sheet:
        while block := sheet.read(_BLOCK):
            deadline.check()
            for letters, row in _CELL.findall(tail + block):
                widest = max(widest, letters.decode(), key=lambda name: (len(name), name))
                last = max(last, int(row))
            tail = block[-200:]
    if column_number(widest) > limits.max_columns:
        raise refuse("too_wide", limit=limits.max_columns)
    if last > limits.max_rows or column_number(widest) * last > limits.max_grid:
        raise refuse(
            "too_many_rows", limit=f"{min(limits.max_rows, limits.max_grid // column_number(widest)):,}"
        )


def column_number(letters: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
