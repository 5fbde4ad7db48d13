"""A burst of webhooks: each is proved and stored before it is answered; none is worked in the meantime.

The limit of the burst is the same number of messages of which nothing is kept, in the same process.
"""

import os
import time
from collections.abc import Iterator
from importlib import import_module
from statistics import quantiles

from django.test import Client

from stocke.channels.connectors.woocommerce.hooks import signature
from stocke.channels.models import Channel, Delivery
from stocke.core.domain.credentials import keep_secrets
from tests.bench.figure import Figure

MESSAGES = int(os.environ.get("BENCH_MESSAGES", "10000"))
PREFIX = "webhook_"
SECRET = "a-secret-for-hooks"
# Each must be answered within a second.
LONGEST = 1.0


def run() -> Iterator[Figure]:
    credential = keep_secrets(None, {"key": "k", "secret": "s", "hook": SECRET})
    Channel.objects.create(
        slug="bench", name="Bench", kind="woocommerce", url="https://shop.example", credential=credential
    )
    # As a server begins: with all addresses read.
    import_module("stocke.wsgi")
    client, spent = Client(), []
    for number in range(MESSAGES):
        body = b'{"id": %d, "status": "processing", "padding": "%s"}' % (number + 1, b"x" * 1900)
        begun = time.perf_counter()
        answer = client.post("/hooks/bench/", body, content_type="application/json", headers=headers(body))
        spent.append(time.perf_counter() - begun)
        assert answer.status_code == 200
    assert Delivery.objects.count() == MESSAGES
    yield Figure("webhook_answer_p99", quantiles(spent, n=100)[98], "s", LONGEST, 1)
    yield Figure("webhook_answer_longest", max(spent), "s", LONGEST, 1)
    yield Figure("webhook_burst", sum(spent), "s", greeted(client, MESSAGES))


def headers(body: bytes) -> dict[str, str]:
    return {
        "X-WC-Webhook-Topic": "order.created",
        "X-WC-Webhook-Resource": "order",
        "X-WC-Webhook-Signature": signature(SECRET, body),
    }


def greeted(client: Client, count: int) -> float:
    """The same number of messages of which nothing is kept."""
    begun = time.perf_counter()
    for number in range(count):
        client.post("/hooks/bench/", f"webhook_id={number}", content_type="application/x-www-form-urlencoded")
    return time.perf_counter() - begun
