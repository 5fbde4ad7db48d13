"""Ten feeds of different shapes as files, and the ways in which they arrive damaged.

A feed is a list of articles, a shape writes it. Some damage is in the articles, some in the cells, some in the bytes.
"""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import xlsxwriter

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Article:
    sku: str
    name: str
    quantity: int
    price_cents: int
    currency: str = "EUR"


@dataclass(frozen=True)
class Shape:
    """One kind of file: the columns of an article in order, and how rows of cells become bytes."""

    name: str
    columns: Sequence[str]
    encode: Callable[[Sequence[str], Rows], bytes]
    decimal: str = "."
    is_named: bool = True

    def rows(self, articles: Sequence[Article]) -> Rows:
        return [[self.cell(article, column) for column in self.columns] for article in articles]

    def cell(self, article: Article, column: str) -> str:
        words = {
            "sku": article.sku,
            "name": article.name,
            "qty": str(article.quantity),
            "price": f"{article.price_cents / 100:.2f}".replace(".", self.decimal),
            "currency": article.currency,
            "availability": "en stock" if article.quantity else "rupture",
            "lead time": "2",
        }
        return words[column]

    def file(self, rows: Rows) -> bytes:
        return self.encode(self.columns, rows)

    def write(self, articles: Sequence[Article]) -> bytes:
        return self.file(self.rows(articles))


def text(
    delimiter: str = ";", *, encoding: str = "utf-8", header: bool = True, banner: str = ""
) -> Callable[[Sequence[str], Rows], bytes]:
    def encode(columns: Sequence[str], rows: Rows) -> bytes:
        lines = [columns, *rows] if header else rows
        return (banner + "".join(delimiter.join(line) + "\n" for line in lines)).encode(encoding)

    return encode


def workbook(columns: Sequence[str], rows: Rows) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_numbers": True})
    sheet = book.add_worksheet()
    for place, row in enumerate([columns, *rows]):
        sheet.write_row(place, 0, row)
    book.close()
    return file.getvalue()


def xml(columns: Sequence[str], rows: Rows) -> bytes:
    fields = [
        "".join(f"<{column}>{cell}</{column}>" for column, cell in zip(columns, row, strict=True))
        for row in rows
    ]
    items = "".join(f"<item>{line}</item>" for line in fields)
    return f"<?xml version='1.0'?><stock>{items}</stock>".encode()


def jsonlines(columns: Sequence[str], rows: Rows) -> bytes:
    return "".join(json.dumps(dict(zip(columns, row, strict=True))) + "\n" for row in rows).encode()


NAMED = ("sku", "name", "qty", "price")
SHAPES: Sequence[Shape] = [
    Shape("semicolons", NAMED, text(), decimal=","),
    Shape("tabs", ("sku", "qty", "name", "price"), text("\t")),
    Shape("utf-16", NAMED, text(",", encoding="utf-16")),
    Shape("banner", ("name", "sku", "price", "qty"), text(banner="GROSSISTE DEMO\n\n", encoding="cp1252")),
    Shape("no header", NAMED, text(header=False), is_named=False),
    Shape("currency", ("sku", "name", "price", "currency", "qty"), text()),
    Shape("words", ("sku", "name", "availability", "price"), text()),
    Shape("workbook", NAMED, workbook),
    Shape("xml", NAMED, xml),
    Shape("json lines", ("sku", "qty", "lead time", "price"), jsonlines),
]


def usual(shape: Shape, day: int) -> list[Article]:
    """Forty articles; each day some move. Two that were sold out on the first day are back on the second."""
    prefix = shape.name.upper().replace(" ", "")
    sold_out = {9, 19, 29, 39} if day == 0 else {29, 39}
    return [
        Article(
            f"{prefix}-{n:03}",
            f"Article {n}",
            0 if n in sold_out else 3 + (n * 7) % 50 + (day if n % 4 == 0 else 0),
            1000 + n * 35,
        )
        for n in range(40)
    ]


def with_each(articles: Sequence[Article], **changed: object) -> list[Article]:
    return [replace(article, **changed) for article in articles]  # type: ignore[arg-type]  # fields by name


Damage = Callable[[Shape, Sequence[Article]], bytes]

ERROR_PAGE = b"<!DOCTYPE html><html><body><h1>503 Service Unavailable</h1></body></html>"


def shifted(shape: Shape, articles: Sequence[Article]) -> bytes:
    """The second cell of each row was left out: every later value stands one column too far to the left."""
    return shape.file([[row[0], *row[2:], ""] for row in shape.rows(articles)])


def of_another_supplier(shape: Shape, articles: Sequence[Article]) -> bytes:
    """His SKUs, half of them sold out; a few happen to be called like ours."""
    others = [replace(a, sku=f"OTHER-{n}" if n > 3 else a.sku) for n, a in enumerate(articles)]
    return shape.write([replace(a, quantity=0) if n % 2 else a for n, a in enumerate(others)])


def in_another_currency(shape: Shape, articles: Sequence[Article]) -> bytes:
    return shape.write([replace(a, price_cents=a.price_cents * 25, currency="CZK") for a in articles])


DAMAGES: dict[str, Damage] = {
    "truncated at 40 %": lambda shape, now: shape.write(now)[: len(shape.write(now)) * 2 // 5],
    "all zeros": lambda shape, now: shape.write(with_each(now, quantity=0)),
    "shifted column": shifted,
    "empty": lambda shape, now: b"",
    "yesterday's file": lambda shape, now: shape.write(usual(shape, 0)),
    "error page": lambda shape, now: ERROR_PAGE,
    "header only": lambda shape, now: shape.file([]),
    "doubled rows": lambda shape, now: shape.file([*shape.rows(now), *shape.rows(now)]),
    "wrong currency": in_another_currency,
    "other supplier's file": of_another_supplier,
}
