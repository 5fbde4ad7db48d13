"""Feeds, confirmed mappings, runs, and rows as the readers give them: `rows([("A-1", 4), ("A-2", ">20")])`."""

from collections.abc import Iterable
from itertools import count
from typing import Any

import polars as pl
from django.utils import timezone

from suppliers.models import Feed, FeedMapping, Run, RunStatus
from suppliers.readers.values import ROW_SCHEMA, ColumnMap
from tests.factories.suppliers import SupplierFactory

numbers = count(1)
COLUMNS = ("sku", "name", "qty", "price")
READ_AS = ColumnMap(fields={"key": 0, "name": 1, "quantity": 2, "price": 3}, header=COLUMNS, header_row=1)


def FeedFactory(*, mapped: bool = True, **given: Any) -> Feed:
    """A feed by upload, whose columns a person has confirmed to be sku, name, qty, price."""
    defaults: dict[str, Any] = {"name": f"Feed {next(numbers)}"}
    if "supplier" not in given:
        defaults["supplier"] = SupplierFactory()
    feed = Feed.objects.create(**{**defaults, **given})
    if mapped:
        feed.mapping = FeedMapping.objects.create(feed=feed, version=1, column_map=READ_AS.to_json())
        feed.save(update_fields=["mapping"])
    return feed


def RunFactory(feed: Feed | None = None, **given: Any) -> Run:
    """A run that a worker has just claimed."""
    now = timezone.now()
    defaults: dict[str, Any] = {
        "feed": feed or FeedFactory(),
        "status": RunStatus.RUNNING,
        "attempts": 1,
        "claimed_at": now,
        "heartbeat_at": now,
        "taken_at": now,
    }
    defaults["mapping"] = defaults["feed"].mapping
    return Run.objects.create(**{**defaults, **given})


def rows(stated: Iterable[tuple[Any, ...]], *, price: int | None = None) -> pl.DataFrame:
    """Rows of (key, quantity): a number is exact, ">20" at least 20, "yes" a flag, None or other words unknown."""
    data = [row(line, *entry, price=price) for line, entry in enumerate(stated, start=2)]
    return pl.DataFrame(data, schema=ROW_SCHEMA)


def row(line: int, key: str, quantity: Any, *, price: int | None, **more: Any) -> dict[str, Any]:
    kind, number = reading_of(quantity)
    said = "" if quantity is None else str(quantity)
    empty = dict.fromkeys(ROW_SCHEMA)
    stated = {"line": line, "key": key, "quantity_kind": kind, "quantity": number, "quantity_raw": said}
    return {**empty, **stated, "name": f"Article {key}", "price_minor": price, **more}


def reading_of(quantity: Any) -> tuple[str, int | None]:
    if isinstance(quantity, int):
        return "exact", quantity
    if isinstance(quantity, str) and quantity.startswith(">"):
        return "at_least", int(quantity[1:])
    return ("flag", None) if quantity == "yes" else ("unknown", None)


def csv(stated: Iterable[tuple[Any, ...]]) -> bytes:
    """The same as a file with the columns of the factory's mapping."""
    lines = [f"{key};Article {key};{quantity};9,90" for key, quantity in stated]
    return "\n".join([";".join(COLUMNS), *lines, ""]).encode()
