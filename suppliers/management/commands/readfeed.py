"""Show what would be read from a feed file, without touching the database."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from suppliers.readers import NotAFeed, Reading, read, row_lines, summary
from suppliers.readers.columns import FIELD_LABELS
from suppliers.readers.errors import readable_size
from suppliers.readers.rejects import REASONS

NOT_A_FEED = 2
QUANTITY_LABELS = {
    "exact": gettext_lazy("exactly"),
    "at_least": gettext_lazy("at least"),
    "flag": gettext_lazy("in stock, no number"),
    "unknown": gettext_lazy("unknown"),
}
AVAILABILITY_LABELS = {
    "in_stock": gettext_lazy("in stock"),
    "out_of_stock": gettext_lazy("out of stock"),
    "preorder": gettext_lazy("to be pre-ordered"),
    "backorder": gettext_lazy("on order"),
    "discontinued": gettext_lazy("discontinued"),
    "unknown": gettext_lazy("unknown"),
}
_SHOWN = 10


class Command(BaseCommand):
    """Exit status 2 and a sentence on stderr when the file is no feed."""

    help = "Show what would be read from a feed file; nothing is saved."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            help="a feed: CSV, TSV, XLSX, XLS, XML, JSON, X12 or EDIFACT, also packed",
        )
        parser.add_argument("--json", action="store_true", help="the summary as JSON")
        parser.add_argument("--rows", action="store_true", help="every line read, as one line of JSON each")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reading = read(options["file"])
        except NotAFeed as problem:
            self.stderr.write(str(problem))
            raise SystemExit(NOT_A_FEED) from problem
        try:
            self._write(reading, rows=options["rows"], as_json=options["json"])
        except BrokenPipeError:
            # Somebody piped us into `head` and has seen enough.
            sys.stderr.close()

    def _write(self, reading: Reading, *, rows: bool, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(summary(reading), ensure_ascii=False, indent=None if rows else 2))
        elif not rows:
            for line in report(reading):
                self.stdout.write(line)
        if rows:
            for line in row_lines(reading):
                self.stdout.write(line)


def report(reading: Reading) -> Iterator[str]:
    """The summary as a page for a terminal."""
    found = summary(reading)
    yield from _file(found)
    yield from _columns(found)
    yield from _figures(found)
    yield from _words(found)
    yield from _rejects(found)
    if found["doubts"]:
        yield from ("", _("To look at"))
        yield from (f"  - {doubt['message']}" for doubt in found["doubts"])


def _file(found: dict[str, Any]) -> Iterator[str]:
    names = {
        "\t": _("tab"),
        ";": _("semicolon"),
        ",": _("comma"),
        "|": _("vertical bar"),
        " ": _("blanks, aligned"),
    }
    delimiter = found["delimiter"]
    header = found["header_row"]
    yield _("File")
    yield from _table(
        [
            (_("Format"), f"{found['format'].upper()}, {readable_size(found['size_bytes'])}"),
            (_("Packed"), _packed(found)),
            (_("Sheet"), found["sheet"]),
            (_("Encoding"), found["encoding"]),
            (_("Delimiter"), delimiter and names.get(delimiter, repr(delimiter))),
            (
                _("Header row"),
                header if header is not None else _("none: the columns are told by their cells"),
            ),
            (_("Lines"), _number(found["lines"])),
        ]
    )


def _packed(found: dict[str, Any]) -> str | None:
    """ "ZIP › gzip: stock.csv", or nothing for a file that is not packed."""
    packing = " › ".join(found["packing"])
    return ": ".join(filter(None, (packing, found["member"]))) or None


def _columns(found: dict[str, Any]) -> Iterator[str]:
    yield from ("", _("Columns"))
    rows = []
    for guess in found["mapping"]:
        label = str(FIELD_LABELS[guess["field"]])
        if guess["column"] is None:
            rows.append((label, "–", "", guess["reason"]))
        else:
            rows.append((label, guess["column"], f"{guess['confidence']:.0%}", guess["reason"]))
    yield from _table(rows)


def _figures(found: dict[str, Any]) -> Iterator[str]:
    quantities, prices, kinds = found["quantities"], found["prices"], found["quantities"]["kinds"]
    currencies = ", ".join(prices["currencies"])
    yield from ("", _("Read"))
    yield from _table(
        [
            (_("Items"), _number(found["items"])),
            (_("Distinct SKUs"), _number(found["distinct_keys"])),
            (_("Sum of quantities"), f"{quantities['sum']:,}"),
            ("  " + _("stated as a number"), _number(kinds["exact"])),
            ("  " + _("at least"), _number(kinds["at_least"])),
            ("  " + _("in stock, no number"), _number(kinds["flag"])),
            ("  " + _("unknown"), _number(kinds["unknown"])),
            (_("Sum of prices"), f"{prices['sum']} {currencies}".strip()),
            ("  " + _("prices read"), _number(prices["count"])),
            ("  " + _("articles without a price"), _without_price(found)),
            (_("Barcodes (GTIN)"), _number(found["gtins"]["read"])),
        ]
    )


def _without_price(found: dict[str, Any]) -> str | None:
    """How many, and how much there is of them; nothing where every article, or none, has a price."""
    lines, units = found["without_price"]["lines"], found["without_price"]["quantity_sum"]
    if not lines or lines == found["items"]:
        return None
    return f"{_number(lines)} ({_('quantity')}: {units:,})"


def _words(found: dict[str, Any]) -> Iterator[str]:
    rows = [
        (f"“{_cut(word['text'])}”", _number(word["lines"]), _meaning(word))
        for word in found["quantities"]["worded"][:_SHOWN]
    ]
    rows += [
        (f"“{_cut(word['text'])}”", _number(word["lines"]), str(AVAILABILITY_LABELS[word["means"]]))
        for word in found["availability"][:_SHOWN]
    ]
    if rows:
        yield from ("", _("Words found"))
        yield from _table(rows)


def _meaning(word: dict[str, Any]) -> str:
    return f"{QUANTITY_LABELS[word['kind']]} {'' if word['quantity'] is None else word['quantity']}".rstrip()


def _rejects(found: dict[str, Any]) -> Iterator[str]:
    rejected = found["rejected"]
    yield from ("", _("Lines not read: {count}").format(count=_number(rejected["lines"])))
    for reason, count in rejected["reasons"].items():
        yield f"  {_number(count)}  {REASONS[reason]}"
    for row in rejected["first"][:_SHOWN]:
        yield f"    {_('line')} {row['line']}: {_cut(row['raw'])}"


def _table(rows: list[tuple[Any, ...]]) -> Iterator[str]:
    """The rows as columns of even width; rows without a value are left out."""
    shown = [tuple("" if cell is None else str(cell) for cell in row) for row in rows if row[1] is not None]
    widths = [
        max((len(row[place]) for row in shown), default=0)
        for place in range(max(map(len, shown), default=0) - 1)
    ]
    for row in shown:
        cells = [cell.ljust(min(width, 40)) for cell, width in zip(row, widths, strict=False)]
        yield "  " + "  ".join([*cells, *row[len(widths) :]]).rstrip()


def _number(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def _cut(text: str, length: int = 60) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
