"""What kind of file this is, by its first bytes: the name of a file from outside proves nothing."""

import re
import zipfile
from pathlib import Path

from suppliers.readers.errors import readable_size, refuse
from suppliers.readers.limits import Limits

HEAD = 65_536

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"\x09\x08", "xls"),
    (b"\x09\x04\x06\x00", "xls"),
    (b"\x09\x02\x06\x00", "xls"),
    (b"\x09\x00\x04\x00", "xls"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM\x00", "image"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
    (b"\xfd7zXZ", "xz"),
    (b"(\xb5/\xfd", "zstd"),
    (b"PAR1\x15", "parquet"),
    (b"SQLite format 3", "sqlite"),
)
# What holds other files.
ARCHIVES = {"zip": "ZIP", "gzip": "gzip", "bzip2": "bzip2", "tar": "TAR"}
# What we can name but not read; the sentence says the format.
NOT_READ = {
    "7z": "7z",
    "rar": "RAR",
    "xz": "xz",
    "zstd": "zstd",
    "parquet": "Parquet",
    "sqlite": "SQLite",
    "datanorm": "Datanorm",
    "xlsb": "XLSB",
}
# What surely is none, wherever it is found.
NOT_A_TABLE = {"pdf", "image"}
# Signs that do not stand at the very beginning, or that a code of an article may begin with.
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_INSIDE = ((257, b"ustar", "tar"), (4, b"1AY&SY", "bzip2"))
_TEXT_CONTROLS = b"\t\n\r\x0b\x0c\x1a\x1b\x1c\x1d\x1e\x1f"
_HTML = re.compile(
    rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<table[\s>][^<]*<(?:t[rdh]|thead)[\s>]", re.I
)
# Elements that may begin a page or a piece of one; whatever begins with another is none, whatever it holds.
# What may stand before it is taken once and for all: else many comments are parted in every way there is.
_PAGE = re.compile(
    rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+<(?:!doctype\s+html|(?:html|head|body|meta|title|style|link|script|table|div|center|form|p|h\d|font|span|b|br)\b)",
    re.I | re.S,
)
_XML = re.compile(rb"""<\?xml\s+version\s*=\s*["']1""")
# What a browser says above the tree that it shows, before the first element; no line of a table is like it.
_SAID_ABOVE = re.compile(rb"[^<;,\t|]{1,300}\n\s*(?=<[A-Za-z_][\w.:-]{0,60}[\s>])")
_LINE_OF_XML = re.compile(rb"^[ \t]*<[^\r\n]*>[ \t]*\r?$", re.M)
_XML_BOOK = re.compile(rb"<(?:\w+:)?Workbook\s[^>]*urn:schemas-microsoft-com:office:spreadsheet")
# The first line of a catalogue whose lines are of many kinds: in version 5 divided, in version 4 of one length.
_DATANORM = re.compile(rb"V;050;[^;\r\n]{0,4};|V [0-9]{6}[^;\t\r\n]{113,120}0[45]")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def format_of(path: Path, limits: Limits) -> str:
    """ "csv", "xlsx", "xls" or another name; raises NotAFeed for what is none of them and for a file too large."""
    size = _size(path, limits)
    with path.open("rb") as file:
        head = file.read(HEAD)
    if size == 0 or not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe\x0c"):
        raise refuse("empty")
    return _packed(path, head) or _by_magic(path, head) or _text_format(head)


def _size(path: Path, limits: Limits) -> int:
    if not path.is_file():
        raise refuse("missing")
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise refuse("too_large", size=readable_size(size), limit=readable_size(limits.max_bytes))
    return size


def _packed(path: Path, head: bytes) -> str:
    if not head.startswith(_ZIP):
        return ""
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.casefold() for name in archive.namelist()[:10_000]}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise refuse("unreadable" if zipfile.is_zipfile(path) else "cut_short") from error
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx" if "xl/workbook.xml" in names else "xlsb"
    if any(name.startswith("xl/") for name in names):
        raise refuse("unreadable")
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise refuse("binary")
    is_document = "content.xml" in names and not names.isdisjoint({"mimetype", "meta-inf/manifest.xml"})
    return "ods" if is_document else "zip"


def _by_magic(path: Path, head: bytes) -> str:
    kind = kind_of_bytes(head)
    if kind in NOT_A_TABLE:
        raise refuse(kind)
    if kind == "xls" and _is_encrypted(path):
        raise refuse("encrypted")
    return kind


def _is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return _ENCRYPTED in file.read(4 * HEAD)


def kind_of_bytes(head: bytes) -> str:
    """The kind of binary file that these first bytes announce, or nothing."""
    found = [kind for magic, kind in _MAGIC if head.startswith(magic)]
    found += [kind for place, magic, kind in _INSIDE if head[place : place + len(magic)] == magic]
    return found[0] if found else ""


def _text_format(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").replace(b"\x00", b"")
    if _PAGE.match(start[:4096]) and _HTML.search(start[:4096]):
        return "html"
    # A warning of the program that wrote it may stand before the file proper.
    if start.startswith(b"<") or _XML.search(start[:4096]) or _is_shown_tree(start[:4096]):
        return "xml_book" if _XML_BOOK.search(start[:4096]) else "xml"
    if start.startswith((b"{", b"[")) and re.match(rb"[\[{]\s*[\[{\"\]}]", start):
        return "json"
    if start.startswith(b"ISA") and len(start) > 4 and not chr(start[3]).isalnum():
        return "x12"
    if start.startswith((b"UNA", b"UNB+", b"UNH+")):
        return "edifact"
    if _DATANORM.match(start):
        return "datanorm"
    if _is_binary(head):
        raise refuse("binary")
    return "csv"


def _is_shown_tree(start: bytes) -> bool:
    """Whether a sentence stands before lines that are mostly elements."""
    above = _SAID_ABOVE.match(start)
    below = start[above.end() :] if above else b""
    return 2 * len(_LINE_OF_XML.findall(below)) > len(below.splitlines()) > 2


def _is_binary(head: bytes) -> bool:
    """Control characters that no text has. UTF-16 has zero bytes, but only on every other place."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    if wide := unmarked_utf16(head):
        text = head.decode(wide, errors="replace")
        strange = sum(
            (character < " " and character not in "\t\r\n") or character == "\ufffd" for character in text
        )
        return strange > len(text) // 50
    control = sum(head.count(byte) for byte in range(32) if byte not in _TEXT_CONTROLS)
    return control > max(4, len(head) // 200)


def unmarked_utf16(head: bytes) -> str:
    """The name of the encoding where every other byte is often zero, as in UTF-16 without its mark."""
    even, odd = head[0::2], head[1::2]
    if odd.count(0) > len(odd) * 0.3 and even.count(0) < len(even) * 0.05:
        return "utf-16-le"
    if even.count(0) > len(even) * 0.3 and odd.count(0) < len(odd) * 0.05:
        return "utf-16-be"
    return ""
