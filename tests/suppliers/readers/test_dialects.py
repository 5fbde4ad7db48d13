"""One table, written in every dialect and format that we can think of, reads back as it was."""

import bz2
import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suppliers.readers import NotAFeed, read
from tests.suppliers.readers.files import Cells, ods, rows_of, workbook

HEADER = ("Référence", "Désignation", "Quantité", "Prix")
LETTERS = "abcdefghijklmnopqrstuvwxyz éèàçü"
NAMES = st.text(LETTERS + ",;|\"'&<>\n", min_size=0, max_size=20).map(lambda text: f"Chaise {text} x")
ITEMS = st.lists(
    st.tuples(
        NAMES, st.integers(0, 99_999), st.integers(1, 99_999_999).map(lambda cents: Decimal(cents) / 100)
    ),
    min_size=8,
    max_size=20,
)
PACKINGS: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gzip": gzip.compress, "bzip2": bz2.compress}

type Item = tuple[str, int, Decimal]


def table_of(items: list[Item], decimal: str = ".") -> list[list[str]]:
    return [
        [f"K{place}-A", " ".join(name.split()), str(count), f"{price:.2f}".replace(".", decimal)]
        for place, (name, count, price) in enumerate(items)
    ]


def expected(items: list[Item]) -> list[tuple[object, ...]]:
    return [
        (f"K{place}-A", " ".join(name.split()), "exact", count, price)
        for place, (name, count, price) in enumerate(items)
    ]


def read_back(content: bytes) -> list[tuple[object, ...]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "feed"
        path.write_bytes(content)
        return rows_of(read(path), "key", "name", "quantity_kind", "quantity", "price")


QUOTING: dict[str, dict[str, Any]] = {
    "where needed": {"quoting": csv.QUOTE_MINIMAL},
    "all": {"quoting": csv.QUOTE_ALL},
    "words": {"quoting": csv.QUOTE_NONNUMERIC},
    "escaped": {"quoting": csv.QUOTE_ALL, "doublequote": False, "escapechar": "\\"},
    "single": {"quoting": csv.QUOTE_ALL, "quotechar": "'"},
}
# What some programs leave out at the end of a line, or add: a cell of a column of which most lines say nothing.
ENDS: dict[str, tuple[list[str], Callable[[int], list[str]]]] = {
    "": ([], lambda line: []),
    "ragged": (["Marque"], lambda line: ["ACME"] if line % 3 else []),
    "longer": ([], lambda line: ["", ""] if line % 4 == 1 else []),
    "trailing": ([""], lambda line: [""]),
}


@settings(max_examples=80)
@given(
    items=ITEMS,
    delimiter=st.sampled_from(";,\t|"),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from(sorted(QUOTING)),
    ends=st.sampled_from(sorted(ENDS)),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]),
    decimal=st.sampled_from(".,"),
    banner=st.integers(0, 3),
    packing=st.sampled_from(sorted(PACKINGS)),
)
def test_delimited_text_of_every_dialect(
    items: list[Item],
    delimiter: str,
    newline: str,
    quoting: str,
    ends: str,
    encoding: str,
    decimal: str,
    banner: int,
    packing: str,
) -> None:
    out, (title, end) = io.StringIO(), ENDS[ends]
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline, **QUOTING[quoting])
    writer.writerows([["Tarif du jour"]] * banner)
    writer.writerow([*HEADER, *title])
    writer.writerows([*row, *end(line)] for line, row in enumerate(table_of(items, decimal)))

    assert read_back(PACKINGS[packing](out.getvalue().encode(encoding))) == expected(items)


@settings(max_examples=25)
@given(items=ITEMS, kind=st.sampled_from(["xlsx", "ods", "zip"]))
def test_spreadsheets(items: list[Item], kind: str) -> None:
    rows: Cells = [
        list(HEADER),
        *([key, name, int(count), float(price)] for key, name, count, price in table_of(items)),
    ]
    with TemporaryDirectory() as folder:
        path = (ods if kind == "ods" else workbook)(Path(folder), {"Stock": rows})
        content = path.read_bytes()
    if kind == "zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("stock.xlsx", content)
        content = out.getvalue()

    assert read_back(content) == expected(items)


@settings(max_examples=60)
@given(
    items=ITEMS,
    kind=st.sampled_from(["elements", "attributes", "cdata", "json", "jsonl"]),
    encoding=st.sampled_from(["utf-8", "cp1252", "utf-16"]),
)
def test_records(items: list[Item], kind: str, encoding: str) -> None:
    names = ("sku", "name", "quantity", "price")
    rows = [dict(zip(names, row, strict=True)) for row in table_of(items)]
    if kind == "json":
        text = json.dumps({"status": "ok", "products": rows}, ensure_ascii=False)
    elif kind == "jsonl":
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    else:
        body = "".join(xml_of(row, kind) for row in rows)
        text = f'<?xml version="1.0" encoding="{encoding}"?>\n<shop><products>{body}</products></shop>'

    assert read_back(text.encode(encoding)) == expected(items)


def xml_of(row: dict[str, str], kind: str) -> str:
    if kind == "attributes":
        return "<product " + " ".join(f'{name}="{escape(text, QUOTES)}"' for name, text in row.items()) + "/>"
    shown = (lambda text: f"<![CDATA[{text}]]>") if kind == "cdata" else escape
    return (
        "<product>" + "".join(f"<{name}>{shown(text)}</{name}>" for name, text in row.items()) + "</product>"
    )


QUOTES = {'"': "&quot;", "'": "&apos;"}


@settings(max_examples=15)
@given(
    items=ITEMS,
    delimiter=st.sampled_from(";,\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
)
def test_without_a_header_no_quantity_is_stated_that_does_not_stand_there(
    items: list[Item], delimiter: str, encoding: str
) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(table_of(items))

    try:
        read_as = read_back(out.getvalue().encode(encoding))
    except NotAFeed:
        return

    stated = {(row[0], row[3]) for row in read_as if row[2] != "unknown"}
    assert stated <= {(row[0], row[3]) for row in expected(items)}


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_table_without_a_header(tmp_path: Path, delimiter: str) -> None:
    rows = [
        [f"K{number}-A", f"Chaise bleue numéro {number}", str(number % 9), f"{number * 37 % 90}.50"]
        for number in range(1, 60)
    ]
    path = tmp_path / "feed"
    path.write_text("\n".join(delimiter.join(row) for row in rows))

    assert rows_of(read(path), "key", "quantity", "price")[6] == ("K7-A", 7, Decimal("79.5"))
