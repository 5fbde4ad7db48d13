"""Reports of clicks and costs as Google Ads, Meta and Microsoft export them: titles, dates and sums aside. No database.

The bytes are read as every other file that people hand in: encoding, separator and decimal sign are found out.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from pathlib import Path

from django.utils import timezone

from orders.domain.order_files.cells import CURRENCY_SIGNS, day
from orders.domain.order_files.errors import FileRefused
from orders.domain.order_files.reading import check_format, decoded, dialect_in, filled
from suppliers.readers import Limits, NotAFeed
from suppliers.readers.currencies import currency, currency_in
from suppliers.readers.dates import day_named
from suppliers.readers.figures import decimal_sign, number
from suppliers.readers.folding import folded_name
from suppliers.readers.limits import Deadline

MAX_BYTES = 20 * 1024**2
MAX_LINES = 100_000
# Of clicks or cents in one line: as many lines as a file may have, added up, are still within what a column holds.
LARGEST = 10**12
LIMITS = Limits(max_bytes=MAX_BYTES, max_rows=MAX_LINES, seconds=30)
# Reports begin with their title and their dates.
HEADER_WITHIN = 12
COLUMNS: Mapping[str, Sequence[str]] = {
    "item": (
        "item id",
        "product id",
        "offer id",
        "merchant product id",
        "content id",
        "id",
        "sku",
        "id de l article",
        "id article",
        "id du produit",
        "identifiant du produit",
        "reference de l article",
        "identifiant de l article",
    ),
    "day": ("day", "date", "jour", "reporting starts", "debut des rapports", "time period", "gregorian date"),
    "hour": ("hour", "hour of day", "hour of the day", "heure", "heure de la journee"),
    "clicks": ("clicks", "clics", "link clicks", "clics sur un lien", "clicks all", "clics tous"),
    "cost": ("cost", "cout", "spend", "depenses", "amount spent", "montant depense"),
    "currency": ("currency", "currency code", "devise", "code de devise", "code de la devise"),
}
DEMANDED = ("item", "day", "clicks", "cost")
SUMS = ("total", "--", "sous total", "autres")


class AdFileRefused(Exception):
    """Nothing of the file is taken. `code` says why; it is worded where it is shown."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class SpendLine:
    """One line of a report."""

    item: str
    day: date
    hour: int | None
    clicks: int
    cost_cents: int
    currency: str


@dataclass
class AdFile:
    """What a report says, and the numbers of the lines that nobody can read."""

    lines: list[SpendLine] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Layout:
    """Which column is where, and the currency that a title names."""

    places: Mapping[str, int]
    currency: str

    def cells(self, record: Sequence[str]) -> dict[str, str]:
        return {name: record[place].strip() for name, place in self.places.items() if place < len(record)}


def read_ad_file(path: Path, *, fallback_currency: str) -> AdFile:
    """Every line of the report. Raises AdFileRefused when it is none that we can read."""
    deadline = Deadline(LIMITS)
    with tempfile.TemporaryDirectory(prefix="stocke-adspend-") as folder:
        try:
            check_format(path)
            text, _encoding = decoded(path, Path(folder), deadline)
            dialect = dialect_in(text)
            with text.open(encoding="utf-8-sig", newline="") as file:
                records = filled(file, dialect)
                layout = layout_of(records)
                rows = [(line, layout.cells(one)) for line, one in islice(records, MAX_LINES + 1)]
            deadline.check()
        except (NotAFeed, FileRefused) as problem:
            raise AdFileRefused(problem.code) from problem
    if len(rows) > MAX_LINES:
        raise AdFileRefused("too_many_rows")
    return understood(rows, layout.currency or fallback_currency)


def layout_of(records: Iterator[tuple[int, list[str]]]) -> Layout:
    """The first line that names all that is needed. Raises AdFileRefused."""
    for _line, names in islice(records, HEADER_WITHIN):
        places: dict[str, int] = {}
        named = ""
        for place, name in enumerate(names):
            column = column_of(name)
            if column and column not in places:
                places[column] = place
                named = named or (currency_in(name) if column == "cost" else "")
        if all(name in places for name in DEMANDED):
            return Layout(places, named)
    raise AdFileRefused("columns_missing")


def column_of(name: str) -> str:
    """Which of ours a title means: "Montant dépensé (EUR)" is the cost."""
    plain = folded_name(name.partition("(")[0]), folded_name(name)
    return next((key for key, titles in COLUMNS.items() if not set(plain).isdisjoint(titles)), "")


def understood(rows: Sequence[tuple[int, Mapping[str, str]]], fallback_currency: str) -> AdFile:
    decimal = decimal_sign(bare(cells.get("cost", "")) for _line, cells in rows).sign
    file = AdFile()
    for line, cells in rows:
        if is_sum(cells.get("item", "")):
            continue
        one = line_of(cells, decimal, fallback_currency)
        if one is None:
            file.unreadable.append(line)
        else:
            file.lines.append(one)
    return file


def is_sum(item: str) -> bool:
    return not item or folded_name(item).startswith(SUMS) or item.startswith("--")


def bare(text: str) -> str:
    return text.strip(f"{CURRENCY_SIGNS} \u00a0\u202f")


def line_of(cells: Mapping[str, str], decimal: str, fallback_currency: str) -> SpendLine | None:
    text = cells.get("day", "")
    when = day(text) or day_named(text, timezone.localdate())
    clicks, cost = number(cells.get("clicks", ""), decimal=decimal), cents_of(cells.get("cost", ""), decimal)
    if when is None or clicks is None or cost is None:
        return None
    if not (0 <= clicks <= LARGEST and 0 <= cost <= LARGEST):
        return None
    money = currency(cells.get("currency", "")) or fallback_currency
    return SpendLine(cells["item"], when, hour_of(cells.get("hour", "")), int(clicks), cost, money)


def cents_of(text: str, decimal: str) -> int | None:
    """Platforms reckon in millionths; what people pay is cents."""
    amount = number(bare(text), decimal=decimal)
    return None if amount is None else int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def hour_of(text: str) -> int | None:
    """0 to 23, of "7", "07:00" and "07:00:00 - 07:59:59"; None where a line is of a whole day."""
    head = text.partition(":")[0].strip()
    return int(head) if head.isascii() and head.isdecimal() and int(head) < 24 else None
