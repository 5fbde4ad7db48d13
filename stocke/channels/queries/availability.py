"""How products stand for one channel: everything that an answer needs, in one statement planned once.

The statement is a function of the database, because planning it anew for each question would cost several times as
much as carrying it out. It tells what channels know (migration `alerts_in_what_is_shown`) together with what suppliers
have stated, so it stands in a context above (migration `shown_with_stated` of orders): `settings.SHOWN` names it,
composed in stocke/wiring.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Code:
    """What was asked for: our SKU, or the shop's own; or a barcode."""

    text: str
    is_gtin: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One code as the database has it. `products` is how many products it names; the rest is of the only one.

    `channel` is None where neither key nor short name is known. The level is None in the seconds before it is first
    reckoned. `back_on` is the day that a source has named for the next units, `leads` how long those need who have
    some: `settings.ARRIVALS` reads it.
    """

    channel: int | None
    slug: str | None
    is_open: bool
    origins: Sequence[str]
    shows_units: bool
    most_units: int
    per_address: int
    per_key: int
    products: int
    product: int | None
    sku: str | None
    sellable: int | None
    light: str | None
    confidence: Decimal | None
    as_of: datetime | None
    low_below: int
    share: int | None
    buffer: int | None
    cap: int | None
    sold: int
    active: bool
    offers_wishes: bool
    back_on: date | None
    leads: str | None


class Standing(NamedTuple):
    """The function of the database, and its parameters behind key, short name, codes and which of them are barcodes."""

    function: str
    parameters: Callable[[], Sequence[Any]]


def shown(codes: Sequence[Code], *, key: str = "", slug: str = "") -> list[Shown]:
    """One row for each code, in their order, for the channel with that public key or that short name."""
    texts, gtins = [code.text for code in codes], [code.is_gtin for code in codes]
    parameters: list[Any] = [key, slug, texts, gtins, *standing().parameters()]
    try:
        return read(parameters)
    except (OperationalError, InterfaceError):
        if not connection.in_atomic_block and not connection.is_usable():
            # The line from an earlier request had been cut meanwhile.
            connection.close()
            return read(parameters)
        raise


@cache
def standing() -> Standing:
    known: Standing = import_string(settings.SHOWN)
    return known


@cache
def statement() -> str:
    columns = ", ".join(field.name for field in fields(Shown))
    places = ", ".join(["%s"] * (4 + len(standing().parameters())))
    return f"SELECT {columns} FROM {standing().function}({places})"


def read(parameters: Sequence[Any]) -> list[Shown]:
    """The statement itself tells whether the line still stands: asking for that first would double the way."""
    connection.health_check_done = True  # type: ignore[attr-defined]  # The stubs do not know it.
    with connection.cursor() as cursor:
        cursor.execute(statement(), parameters)
        return [Shown(*row) for row in cursor.fetchall()]
