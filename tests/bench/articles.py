"""A catalogue and files about it, as large as one wants."""

from collections.abc import Callable
from pathlib import Path

from django.db import connection

from stocke.products.models import Product
from tests.bench.reading_peak import READ_AS
from tests.bench.rows import Rows

ARTICLES = Rows(
    Product,
    {"sku": "'ART-' || lpad(n::text, 8, '0')", "name": "'Article ' || n", "price_cents": "4900"},
    "generate_series(1, %(lines)s) n ON CONFLICT DO NOTHING",
)


def nothing(line: int) -> int:
    return 0


def all_by(by: int) -> Callable[[int], int]:
    """Every line states so many more."""
    return lambda line: by


def one_in_hundred(by: int, place: int = 7) -> Callable[[int], int]:
    return lambda line: by if line % 100 == place else 0


def make_products(lines: int) -> None:
    """Our own catalogue has every article, so that levels are moved too."""
    with connection.cursor() as cursor:
        ARTICLES.insert(cursor, {"lines": lines})
        cursor.execute("ANALYZE products_product")


def write_feed(
    path: Path,
    lines: int,
    *,
    first: int = 0,
    changed: Callable[[int], int] = nothing,
    end: str = "",
) -> None:
    """About 65 bytes a line, like the feeds we measured. By `changed` its quantity differs from the usual."""
    with path.open("w") as file:
        file.write(",".join(READ_AS.header) + "\n")
        file.writelines(
            f"ART-{first + n:08d},Article number {first + n} of the bench,{2_000_000_000_000 + first + n},"
            f"{1 + n % 40 + changed(n)},{10 + n % 90}.90,{1 + n % 5}\n"
            for n in range(1, lines + 1)
        )
        file.write(end)
