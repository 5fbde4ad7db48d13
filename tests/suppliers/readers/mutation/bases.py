"""Small feeds to be damaged: the beginnings of real ones, and made-up ones of every format."""

import gzip
import html
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from suppliers.readers.compound import stream_of
from tests.suppliers.readers.files import Cells, as_csv, ods, workbook
from tests.suppliers.readers.xls import bare_sheet, container, workbook_stream

FEEDS = Path(__file__).parents[5] / "shared" / "data" / "feeds"
_ENOUGH = 1_500
_LONG = 4_000
_LARGEST = 60_000
TABLE: Cells = [
    ["Référence", "Désignation", "Quantité", "Prix HT", "EAN", "Disponibilité"],
    *(
        [
            f"K-{n}",
            f"Chaise n° {n}; “bois”",
            (str(n), ">20", "5 pcs")[n % 3],
            f"{n},50",
            "4006381333931",
            word,
        ]
        for n, word in enumerate(["en stock", "épuisé", "sur commande", "", "en stock", "3 jours"], 1)
    ),
]
_ITEM = "<item id='K-{0}'><g:title><![CDATA[Chair & {0}]]></g:title><qty>{0}</qty><price>{0}.50 EUR</price></item>\n"
X12 = (
    "ISA*00*          *00*          *01*043109560      *ZZ*COMPANY        *130402*1301*U*00400*000037153*0*P*>~\n"
    "GS*IB*A*B*20130402*1301*1*X*004010~ST*846*1~LIN*1*VP*FMA 09510*UP*704400095108~PID*F****A FILM~QTY*33*1*EA~"
    "LIN*2*VP*ACR 8392D*UP*054961839292~PID*F****ANOTHER~QTY*33*0*EA~CTT*2~SE*1*1~"
)
EDIFACT = (
    "UNA:+.? 'UNB+UNOC:3+S+R+260101:1200+1'UNH+1+INVRPT:D:96A:UN'LIN+1++4006381333931:EN'PIA+1+AB-1:SA'"
    "IMD+F++:::Chair ?'fine?''QTY+145:12:PCE'LIN+2++8720602828605:EN'PIA+1+AB-2:SA'QTY+145:0'UNT+9+1'"
)


@dataclass(frozen=True)
class Base:
    """A feed to start from. `pack` puts its damaged content where it belongs, in a book or an archive."""

    name: str
    content: bytes
    pack: Callable[[bytes], bytes] = bytes


def in_turn(bases: Sequence[Base]) -> list[Base]:
    """Each base, the short ones more often, and packed ones most, because they are soon refused."""
    short = [base for base in bases if len(base.content) < _LONG]
    packed = [base for base in bases if base.content.startswith((b"PK", b"\x1f\x8b"))]
    return [*bases, *short, *packed * 5]


def real(*endings: str) -> Iterator[Path]:
    """The real feeds of these kinds, where they are at hand."""
    if FEEDS.is_dir():
        yield from (path for path in sorted(FEEDS.glob("f[0-9]*")) if path.suffix.lower() in endings)


@cache
def tables() -> tuple[Base, ...]:
    """Delimited texts."""
    own = [as_csv(TABLE, delimiter=sign).encode(code) for sign, code in ((";", "utf-8"), ("\t", "cp1252"))]
    found = [Base(f"own-{place}", content) for place, content in enumerate(own)]
    for path in real(".csv", ".txt"):
        content = path.read_bytes()
        if not content.lstrip(b"\xef\xbb\xbf").startswith(b"<"):
            found.append(Base(path.name, _first_lines(content)))
    return tuple(found)


def _first_lines(content: bytes) -> bytes:
    """Whole lines as long as they are short, at least four."""
    end = 0
    for count in range(1, 13):
        following = content.find(b"\n", end) + 1
        if not following or (count > 4 and following > _ENOUGH):
            break
        end = following
    return content[:end]


@cache
def records() -> tuple[Base, ...]:
    """XML, JSON and EDI."""
    items = "".join(_ITEM.format(number) for number in range(1, 6))
    rows = [dict(zip(map(str, TABLE[0]), row, strict=True)) for row in TABLE[1:]]
    found = [
        Base(
            "own-xml", f"<?xml version='1.0'?><rss xmlns:g='urn:g'><channel>{items}</channel></rss>".encode()
        ),
        Base("own-json", json.dumps({"status": "ok", "items": rows}).encode()),
        Base("own-jsonl", "\n".join(map(json.dumps, rows)).encode()),
        Base("own-html", _page().encode()),
        Base("own-x12", X12.encode()),
        Base("own-edifact", EDIFACT.encode()),
    ]
    for path in real(".xml", ".txt", ".edi"):
        content = path.read_bytes()
        if content.lstrip(b"\xef\xbb\xbf").startswith((b"<", b"ISA")):
            found.append(Base(path.name, _first_items(content)))
    return tuple(found)


def _page() -> str:
    rows = ("".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) for row in TABLE)
    return f"<html><body><table border=1>{''.join(f'<tr>{row}</tr>' for row in rows)}</table></body></html>"


def _first_items(content: bytes) -> bytes:
    """The first two elements of the kind that occurs most, and what stands before them, with its ends."""
    if b"<" not in content[:10]:
        return content
    closed = [match.group(1) for match in re.finditer(rb"</([\w:.-]+)>", content[:200_000])]
    item = next(
        (
            name
            for name in (b"offer", b"o", b"product", b"item", b"SHOPITEM", b"PRODUCT")
            if closed.count(name)
        ),
        b"",
    )
    places = [match.end() for match in re.finditer(rb"</" + item + rb">", content)][:2] if item else []
    piece = content[: places[-1]] if places and places[-1] < _LARGEST // 4 else content[: 4 * _ENOUGH]
    opened: list[bytes] = []
    for match in re.finditer(rb"<(/?)([\w:.-]+)(?:\s[^<>]*?)?(/?)>", piece):
        if match.group(1) and opened:
            opened.pop()
        elif not match.group(1) and not match.group(3):
            opened.append(match.group(2))
    return piece + b"".join(b"</" + name + b">" for name in reversed(opened))


@cache
def books() -> tuple[Base, ...]:
    """Spreadsheets and archives: their parts are damaged, and put together again, or they are damaged as they are."""
    text = as_csv(TABLE).encode()
    with TemporaryDirectory() as folder:
        xlsx = workbook(Path(folder), {"Stock": TABLE, "Other": [["a", "b"]]}).read_bytes()
        sheet = ods(Path(folder), {"Stock": TABLE}).read_bytes()
    found = [
        *(_parts("own-xlsx", xlsx, "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml")),
        *(_parts("own-ods", sheet, "content.xml")),
        Base("own-gzip", text, gzip.compress),
        Base("own-zip", text, _zipped),
        Base("packed-gzip", gzip.compress(text)),
        Base("packed-zip", _zipped(text)),
        *_old_books(),
    ]
    for path in real(".xlsx", ".xls"):
        content = path.read_bytes()
        if len(content) > _LARGEST:
            continue
        if content.startswith(b"PK"):
            found += _parts(path.name, content, "xl/worksheets/sheet1.xml", "xl/styles.xml")
        else:
            found.append(Base(path.name, content))
            found.append(Base(f"{path.name}/stream", stream_of(content, ("Workbook", "Book")), container))
    return tuple(found)


def _old_books() -> Iterator[Base]:
    """The first Excel, one without Unicode and that of 2003, its container sound or damaged as well."""
    stock: Cells = [[_as_excel(cell) for cell in row] for row in TABLE]
    yield Base("own-xls-2", bare_sheet(stock, version=2))
    yield Base("own-xls-5", bare_sheet(stock, version=5))
    stream = workbook_stream({"Stock": stock, "Other": [["a", 5]]})
    yield Base("own-xls-8", stream, container)
    yield Base("packed-xls-8", container(stream))


def _as_excel(cell: object) -> object:
    """Whole numbers as numbers; some as their fractions are packed."""
    return float(str(cell)) if str(cell).isdigit() and len(str(cell)) < 9 else cell


def _parts(name: str, content: bytes, *parts: str) -> Iterator[Base]:
    yield Base(name, content)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for part in parts:
            whole = archive.read(part)
            yield Base(f"{name}/{part}", _first_rows(whole), _putting_back(content, part))


def _first_rows(part: bytes) -> bytes:
    """A sheet with its first rows only, so that a mutant costs little."""
    ends = [match.end() for match in re.finditer(rb"</row>", part)]
    return part[: ends[11]] + part[ends[-1] :] if len(ends) > 12 else part


def _putting_back(content: bytes, part: str) -> Callable[[bytes], bytes]:
    def put(changed: bytes) -> bytes:
        out = BytesIO()
        with zipfile.ZipFile(BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as target:
            for name in archive.namelist():
                target.writestr(name, changed if name == part else archive.read(name))
        return out.getvalue()

    return put


def _zipped(content: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("stock.csv", content)
        archive.writestr("read me.txt", b"Hello, this is\nour stock of today.\n")
    return out.getvalue()
