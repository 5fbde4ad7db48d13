"""An ad feed of many products: its first file, the same again, and one per cent changed, beside a COPY of its rows; a
supplemental feed of the same products as RSS; and what it costs to hand the large file out at its signed address.

The limit is PostgreSQL's own COPY TO of the same products' columns to a file: it decides, words and remembers nothing.
Of handing out it is reading the same file from the disk.
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from django.db import connection
from django.test import Client

from stocke.channels.adfeeds.domain.building import ad_storage, build
from stocke.channels.adfeeds.domain.links import address_of
from stocke.channels.adfeeds.models import AdFeed
from stocke.channels.models import Channel
from tests.bench.figure import Figure
from tests.bench.peaks import forget_peak, peak

PRODUCTS = int(os.environ.get("BENCH_PRODUCTS", "1000000"))
PREFIX = "adfeed_"
LARGEST_MB = 600
# One in ten unknown, one in five out of stock, the others there.
FILL = """
INSERT INTO products_product (sku, name, brand, gtin, price_cents, currency, image_url, attributes, fulfilment, active,
                              created_at, updated_at)
SELECT 'AD-' || lpad(n::text, 8, '0'), 'Tasse Brume en grès émaillé n° ' || n, 'Onde', '4006381333931', 1490, 'EUR',
       'https://shop.example/i/' || n || '.jpg',
       '{"description": "Grès émaillé, 35 cl, passe au lave-vaisselle."}'::jsonb, 'dropship', true, now(), now()
FROM generate_series(1, %(products)s) n;
INSERT INTO products_level (product_id, sellable, light, confidence, as_of, steps, computed_at, told_at)
SELECT id, CASE WHEN id %% 10 < 3 THEN 0 ELSE 7 END,
       CASE WHEN id %% 10 = 0 THEN 'unknown' WHEN id %% 10 < 3 THEN 'out' ELSE 'in_stock' END,
       1, now(), '[]', now(), now()
FROM products_product;
INSERT INTO channels_listing (channel_id, product_id, remote_id, remote_parent, facts, sku, gtin, name, keeping,
                              backorders, matched_by, problem, problem_facts, own_stock, read_at)
SELECT %(channel)s, id, id, '', '{}', sku, gtin, name, 'own', false, 'sku', '', '{}', false, now()
FROM products_product;
"""
COPY = """
COPY (SELECT sku, name, brand, gtin, price_cents, currency, image_url, attributes, sellable, light
      FROM products_product product JOIN products_level level ON level.product_id = product.id ORDER BY product.id)
TO STDOUT
"""


def run() -> Iterator[Figure]:
    channel = Channel.objects.create(slug="bench", name="Bench", kind="generic", url="https://shop.example")
    feed = feed_for(channel, target="google", format="tsv")
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"products": PRODUCTS, "channel": channel.pk})
        cursor.execute("VACUUM ANALYZE")
    size, copied = f"{PRODUCTS // 1000}k", seconds(copy)
    forget_peak()
    yield Figure(f"adfeed_{size}_first_file", seconds(lambda: build(feed.pk)), "s", copied)
    yield Figure(f"adfeed_{size}_peak", peak(), "MB", LARGEST_MB, 1)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    yield Figure(f"adfeed_{size}_same_again", seconds(lambda: build(feed.pk)), "s", copied)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE products_level SET sellable = 0, light = 'out' WHERE product_id %% 100 = 7", []
        )
    taken = seconds(lambda: build(feed.pk))
    yield Figure(f"adfeed_{size}_1_percent", taken, "s", copied)
    extra = feed_for(channel, target="google_extra", format="rss")
    forget_peak()
    yield Figure(f"adfeed_{size}_supplemental_rss_first_file", seconds(lambda: build(extra.pk)), "s", copied)
    yield Figure(f"adfeed_{size}_supplemental_rss_peak", peak(), "MB", LARGEST_MB, 1)
    assert list(AdFeed.objects.values_list("rows", flat=True)) == [PRODUCTS, PRODUCTS]
    feed.refresh_from_db()
    yield from handed_out(feed, size)


def feed_for(channel: Channel, **given: str) -> AdFeed:
    return AdFeed.objects.create(
        name="Bench", channel=channel, link_template="https://shop.example/p/{sku}", **given
    )


def handed_out(feed: AdFeed, size: str) -> Iterator[Figure]:
    """Packed, as it lies there; unpacked on its way; and to somebody who has it already."""
    tag = f'"{feed.sha256[:32]}-gz"'
    # What a process does once is no part of it.
    fetch(feed, 304, 0, known=tag)
    read = seconds(lambda: ad_storage().open(feed.file).read())
    forget_peak()
    yield Figure(
        f"adfeed_{size}_fetched_packed", seconds(lambda: fetch(feed, 200, feed.packed_bytes)), "s", read
    )
    plain = seconds(lambda: fetch(feed, 200, feed.size_bytes, accepted="identity"))
    yield Figure(f"adfeed_{size}_fetched_unpacked", plain, "s", read)
    yield Figure(f"adfeed_{size}_fetched_peak", peak(), "MB", LARGEST_MB, 1)
    yield Figure(f"adfeed_{size}_fetched_known", seconds(lambda: fetch(feed, 304, 0, known=tag)), "s", read)


def fetch(feed: AdFeed, status: int, size: int, *, accepted: str = "gzip", known: str = "") -> None:
    """By its signed address, and of that nothing is kept but its length."""
    address = urlsplit(address_of(feed)).path
    answer: Any = Client().get(address, headers={"Accept-Encoding": accepted, "If-None-Match": known})
    pieces = answer.streaming_content if answer.streaming else [answer.content]
    told = (answer.status_code, sum(map(len, pieces)))
    answer.close()
    if told != (status, size):
        raise RuntimeError(f"{address} answers {told}")


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def copy() -> None:
    with (
        TemporaryDirectory() as folder,
        (Path(folder) / "copy").open("wb") as file,
        connection.cursor() as cursor,
        cursor.copy(COPY) as rows,
    ):
        for block in rows:
            file.write(block)
