"""Feed files in eight dialects: what suppliers really send is never the same twice."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO

import xlsxwriter


@dataclass(frozen=True)
class Row:
    """One article as its supplier's own system knows it."""

    sku: str
    name: str
    gtin: str
    quantity: int
    cost_cents: int
    lead_days: int


def _lines(rows: Iterable[Iterable[object]], separator: str) -> str:
    return "".join(separator.join(_cell(value, separator) for value in row) + "\r\n" for row in rows)


def _cell(value: object, separator: str) -> str:
    text = str(value)
    return '"' + text.replace('"', '""') + '"' if separator in text or '"' in text else text


def _comma(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02d}"


def _point(cents: int) -> str:
    return f"{cents / 100:.2f}"


def semicolon_cp1252(rows: list[Row]) -> bytes:
    head = ["Réf.", "Désignation", "Code EAN", "Qté dispo", "PA HT"]
    body = [[r.sku, r.name, r.gtin, r.quantity, _comma(r.cost_cents)] for r in rows]
    return _lines([head, *body], ";").encode("cp1252", "replace")


def comma_exact(rows: list[Row]) -> bytes:
    head = ["sku", "title", "ean", "stock", "price", "currency", "lead time (days)"]
    body = [[r.sku, r.name, r.gtin, r.quantity, _point(r.cost_cents), "EUR", r.lead_days] for r in rows]
    return _lines([head, *body], ",").encode()


def words_in_french(rows: list[Row]) -> bytes:
    head = ["Référence", "Article", "EAN", "Disponibilité", "Délai", "Prix"]
    body = [
        [r.sku, r.name, r.gtin, _in_words(r.quantity), f"{r.lead_days} jours", _comma(r.cost_cents)]
        for r in rows
    ]
    return _lines([head, *body], ";").encode("utf-8-sig")


def _in_words(quantity: int) -> str:
    if quantity == 0:
        return "épuisé"
    return "sur commande" if quantity % 11 == 0 else "en stock"


def tab_utf16(rows: list[Row]) -> bytes:
    head = ["code", "libellé", "gtin", "stock", "tarif"]
    body = [[r.sku, r.name, r.gtin, r.quantity, f"{_comma(r.cost_cents)} €"] for r in rows]
    return _lines([head, *body], "\t").encode("utf-16")


def at_least(rows: list[Row]) -> bytes:
    head = ["Article", "Désignation", "Gencod", "Stock", "Prix net"]
    body = [[r.sku, r.name, r.gtin, _at_least(r.quantity), _comma(r.cost_cents)] for r in rows]
    return _lines([head, *body], ";").encode("cp1252", "replace")


def _at_least(quantity: int) -> str:
    return ">20" if quantity > 20 else str(quantity)


def flags(rows: list[Row]) -> bytes:
    head = ["item", "description", "barcode", "available", "unit price"]
    body = [[r.sku, r.name, r.gtin, "yes" if r.quantity else "no", _point(r.cost_cents)] for r in rows]
    return _lines([head, *body], ",").encode()


def xlsx_banner(rows: list[Row]) -> bytes:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Stock")
        sheet.write(0, 0, "Comptoir Exemple, stock du jour")
        sheet.write_row(2, 0, ["Code article", "Libellé", "EAN13", "Stock", "Prix HT", "Délai (j)"])
        for line, r in enumerate(rows, start=3):
            sheet.write_row(line, 0, [r.sku, r.name, r.gtin, r.quantity, r.cost_cents / 100, r.lead_days])
    return buffer.getvalue()


DIALECTS: dict[str, tuple[str, Callable[[list[Row]], bytes]]] = {
    "semicolon_cp1252": ("stock.csv", semicolon_cp1252),
    "comma_exact": ("stock.csv", comma_exact),
    "words_in_french": ("dispo.csv", words_in_french),
    "tab_utf16": ("export.txt", tab_utf16),
    "at_least": ("tarif.csv", at_least),
    "flags": ("availability.csv", flags),
    "xlsx_banner": ("stock.xlsx", xlsx_banner),
}
