"""The purchase order as a table: one row for each line, the address on each, and columns for the answer."""

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO, StringIO

import xlsxwriter

from orders.domain.documents.content import Document
from stocke.core.web.exports import harmless

# Names for programs: the same in every language, and never renamed.
COLUMNS = (
    "purchase_order",
    "reference",
    "line",
    "sku",
    "gtin",
    "name",
    "quantity",
    "unit_price",
    "currency",
    "ship_by",
    "ship_to_name",
    "ship_to_company",
    "ship_to_street",
    "ship_to_street2",
    "ship_to_postal_code",
    "ship_to_city",
    "ship_to_country",
    "ship_to_phone",
    "neutral_parcel",
    "packing_note",
)
# For the supplier to fill in and send back: the columns by which his answer and his parcels are read.
TO_FILL_IN = ("answer", "reason", "price", "ship_on", "restock_on", "note", "tracking_number", "carrier")
# What names goods to the supplier's program: an apostrophe in front would make it another code.
_CODES = frozenset({"purchase_order", "reference", "sku", "gtin"})
_FIGURES = re.compile(r"[+-]?[\d\s().,/-]*")
PLACE = ("name", "company", "street", "street2", "postal_code", "city", "country", "phone")
# A name that every spreadsheet takes, and programs can count on.
SHEET = "purchase_order"
type Cell = str | int | float


def rows_of(document: Document) -> Iterator[list[Cell]]:
    neutral = "yes" if document.blind else "no"
    for parcel, line in document.lines():
        yield [
            parcel.number,
            parcel.reference,
            line.line,
            line.sku,
            line.gtin,
            line.name,
            line.quantity,
            "" if line.price is None else f"{line.price:f}",
            line.currency,
            parcel.ship_by,
            *(parcel.part(name) for name in PLACE),
            neutral,
            document.packing_note,
            *("" for _name in TO_FILL_IN),
        ]


def as_csv(document: Document) -> bytes:
    """Semicolons and a byte-order mark, as all our lists.

    Programs read it as well as people: codes, numbers and telephones stand in it as they are. Only texts that somebody
    else wrote, and that a spreadsheet would run, are made harmless.
    """
    kept = StringIO()
    writer = csv.writer(kept, delimiter=";")
    writer.writerow(COLUMNS + TO_FILL_IN)
    writer.writerows(map(_for_programs, rows_of(document)))
    return kept.getvalue().encode("utf-8-sig")


def _for_programs(row: list[Cell]) -> list[Cell]:
    return [
        cell if column in _CODES or _FIGURES.fullmatch(str(cell)) else harmless(cell)
        for column, cell in zip(COLUMNS + TO_FILL_IN, row, strict=True)
    ]


def as_xlsx(document: Document) -> bytes:
    """A workbook in which every text is a text, whatever it begins with; the same values make the same bytes."""
    kept = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(kept, options) as book:
        book.set_properties({"created": datetime.fromisoformat(document.written_on)})
        sheet = book.add_worksheet(SHEET)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, COLUMNS + TO_FILL_IN)
        for index, row in enumerate(rows_of(document), start=1):
            for column, cell in enumerate(row):
                write = sheet.write_string if isinstance(cell, str) else sheet.write_number
                write(index, column, cell)
    return kept.getvalue()
