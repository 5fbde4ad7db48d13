"""How products stand, asked by visitors of a shop in a large house, beside an empty view: over HTTP, in one run.

Both are answered by the same server (gunicorn, as in production) on the same line in turn, each request from another
visitor. The empty view goes through the middleware of every page. BENCH_PRODUCTS=1000000, BENCH_ASKED=5000.
"""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time as clock_time
from http.client import HTTPConnection
from statistics import median, quantiles
from urllib.parse import urlencode

from django.db import connection
from django.utils import timezone

from customers.models import Customer
from orders.models import Allocation, Order, OrderLine, PurchaseOrder, PurchaseOrderLine
from stocke.channels.models import Channel, Listing, ShopWindow
from stocke.products.models import Level, Product
from suppliers.models import Offer, OfferStock, Supplier
from tests.bench.figure import Figure
from tests.bench.rows import Rows

PREFIX = "availability"
PRODUCTS = int(os.environ.get("BENCH_PRODUCTS", "1000000"))
ASKED = int(os.environ.get("BENCH_ASKED", "5000"))
BAR, WARM, MANY, PAST, SUPPLIERS, HOST = 2, 300, 50, 20, 20, "127.0.0.1"
KEY = "stw_bench"
PLACES = "generate_series(1, %(rows)s) n"
PRODUCT = f"{PLACES} JOIN products_product product ON product.sku = 'AV-' || lpad(n::text, 8, '0')"
NUMBER = "substr(offer.supplier_sku, 4)::integer"
# One product of twenty is listed with a rule of its own.
ROWS = (
    Rows(
        Product,
        {"sku": "'AV-' || lpad(n::text, 8, '0')", "name": "'Lampe ' || n", "price_cents": "1000"},
        PLACES,
    ),
    Rows(
        Level,
        {
            "product_id": "product.id",
            "sellable": "n %% 40",
            "light": "(ARRAY['in_stock', 'low', 'out', 'unknown'])[1 + n %% 4]",
            "confidence": "0.9",
            "as_of": "now()",
        },
        PRODUCT,
    ),
    Rows(
        Listing,
        {
            "channel_id": "%(channel)s",
            "product_id": "product.id",
            "remote_id": "n::text",
            "sku": "product.sku",
            "cap": "9",
        },
        f"{PRODUCT} WHERE n %% 20 = 0",
    ),
    # Of those that are out, every other is announced by its supplier.
    Rows(
        Offer,
        {
            "supplier_id": "%(supplier)s + n %% %(suppliers)s",
            "product_id": "product.id",
            "supplier_sku": "product.sku",
            "name": "product.name",
            "cost_cents": "500",
            "lead_days": "CASE WHEN n %% 80 = 0 THEN 12 ELSE 2 END",
        },
        PRODUCT,
    ),
    Rows(
        OfferStock,
        {
            "offer_id": "offer.id",
            "kind": "'exact'",
            "quantity": f"{NUMBER} %% 40",
            "promisable": f"{NUMBER} %% 40",
            "as_of": "now()",
        },
        "suppliers_offer offer",
    ),
    # Each that is out was often ordered before; for one order in two thousand a day was named that is still ahead.
    Rows(
        Allocation,
        {"line_id": "%(line)s", "offer_id": "offer.id", "quantity": "1", "status": "'released'"},
        f"suppliers_offer offer, generate_series(1, %(past)s) n WHERE {NUMBER} %% 40 = 0",
    ),
    Rows(
        PurchaseOrderLine,
        {
            "purchase_order_id": "%(purchase)s",
            "allocation_id": "promised.id",
            "quantity": "1",
            "answer": "'rejected'",
            "restock_on": "CURRENT_DATE + CASE WHEN promised.id %% 2000 = 0 THEN 9"
            " WHEN promised.id %% 40 = 0 THEN -9 END",
        },
        "orders_allocation promised WHERE promised.line_id = %(line)s",
    ),
)


def run() -> Iterator[Figure]:
    channel = Channel.objects.create(
        slug="bench-availability", name="Bench", kind="generic", url="https://shop.example"
    )
    ShopWindow.objects.create(channel=channel, key=KEY, shows_units=True, per_key=10**9, per_address=10**9)
    supplier = suppliers()[0]
    sizes = {
        "rows": PRODUCTS,
        "past": PAST,
        "channel": channel.pk,
        "supplier": supplier.pk,
        "suppliers": SUPPLIERS,
        **history(supplier),
    }
    with connection.cursor() as cursor:
        for rows in ROWS:
            rows.insert(cursor, sizes)
        # As after some minutes of peace: else the server tidies up in the middle of the measure.
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    with served() as line:
        spent = in_turn(line)
    empty = spent["empty"]
    yield Figure("availability_p99", p99(spent["one"]), "ms", p99(empty), BAR)
    yield Figure("availability_p50", median(spent["one"]), "ms", median(empty), BAR)
    yield Figure("availability_50_codes_p99", p99(spent["many"]), "ms", p99(empty))
    yield Figure("availability_badge_picture_p99", p99(spent["picture"]), "ms", p99(empty))


def suppliers() -> list[Supplier]:
    """Each with a calendar of its own."""
    closed = [{"first": "2026-08-01", "last": "2026-08-31", "note": "Summer"}]
    return Supplier.objects.bulk_create(
        Supplier(
            code=f"AV-{number}",
            name="Bench",
            lead_days=2,
            cut_off=clock_time(12 + number % 6),
            country=("FR", "DE", "BE")[number % 3],
            closures=closed if number % 4 == 0 else [],
        )
        for number in range(SUPPLIERS)
    )


def history(supplier: Supplier) -> dict[str, int]:
    """One line and one purchase order, to which all that was ordered before belongs."""
    now = timezone.now()
    customer = Customer.objects.create(email="availability@bench.example")
    order = Order.objects.create(number="AV", external_id="AV", customer=customer, placed_at=now)
    line = OrderLine.objects.create(order=order, position=1, quantity=1, unit_price_cents=1_000)
    purchase = PurchaseOrder.objects.create(
        number="AV", supplier=supplier, order=order, status="answered", answer_due_at=now, answered_at=now
    )
    return {"line": line.pk, "purchase": purchase.pk}


def p99(spent: list[float]) -> float:
    return quantiles(spent, n=100)[98]


@contextmanager
def served() -> Iterator[HTTPConnection]:
    """One process of the server, and a line to it."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "tests.served:application", "--bind", f"{HOST}:{port}"]
    threads = ["--threads", "2", "--keep-alive", "60", "--log-level", "error"]
    with subprocess.Popen([*command, *threads], env={**os.environ, "BEHIND_PROXY": "1"}) as server:
        line = HTTPConnection(HOST, port, timeout=30)
        try:
            wait_for(line)
            yield line
        finally:
            line.close()
            server.terminate()


def wait_for(line: HTTPConnection) -> None:
    for _ in range(600):
        try:
            line.connect()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def in_turn(line: HTTPConnection) -> dict[str, list[float]]:
    """Milliseconds by kind; what comes first is not counted."""
    chance = random.Random(1)
    spent: dict[str, list[float]] = {"empty": [], "one": [], "many": [], "picture": []}
    for turn in range(WARM + ASKED):
        for kind, times in spent.items():
            took = milliseconds(line, address(kind, chance), turn)
            if turn >= WARM:
                times.append(took)
    return spent


def address(kind: str, chance: random.Random) -> str:
    if kind == "empty":
        return "/empty/"
    skus = [f"AV-{chance.randint(1, PRODUCTS):08}" for _ in range(MANY if kind == "many" else 1)]
    asked = urlencode({"channel": KEY, "lang": "fr", "sku": skus}, doseq=True)
    return f"/badge.svg?{asked}" if kind == "picture" else f"/api/availability?{asked}"


def milliseconds(line: HTTPConnection, path: str, turn: int) -> float:
    visitor = f"10.{turn >> 16 & 255}.{turn >> 8 & 255}.{turn & 255}"
    began = time.perf_counter()
    line.request("GET", path, headers={"X-Forwarded-For": visitor})
    answer = line.getresponse()
    body = answer.read()
    took = 1_000 * (time.perf_counter() - began)
    if answer.status != 200 or b'"error"' in body:
        raise RuntimeError(f"{path} answers {answer.status}: {body[:200]!r}")
    return took
