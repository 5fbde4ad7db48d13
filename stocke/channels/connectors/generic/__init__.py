"""Any program that takes signed messages (Standard Webhooks) and hands its orders over by our own API.

The same message may come twice under the same id; a program that keeps the ids it has seen does nothing twice.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any

from stocke.channels.connectors.errors import Busy, Down, NotAllowed, NotGenuine, Refused, down_by
from stocke.channels.connectors.shape import (
    Batch,
    Door,
    Found,
    Greeting,
    Notice,
    OrderPage,
    ParcelReport,
    RefundReport,
    RemoteListing,
    RemoteOrder,
    Said,
    Tended,
    Wanted,
)
from stocke.channels.connectors.standard_webhooks import headers, key_of
from stocke.core.outbound import OutboundError, exchange

LARGEST_BATCH = 500
SECONDS = 20


def send(door: Door, kind: str, message_id: str, data: Mapping[str, Any]) -> None:
    """One message. Raises a ShopError unless it was taken."""
    at = int(time.time())
    told = {"type": kind, "timestamp": datetime.fromtimestamp(at, UTC).isoformat(), "data": data}
    body = json.dumps(told).encode()
    signed = headers(key_of(door.secrets.get("signing", "")), message_id, at, body)
    door.before_each()
    try:
        answer = exchange("POST", door.url, body, headers=signed, seconds=SECONDS, most_bytes=65536)
    except OutboundError as error:
        raise down_by(error) from error
    said = " ".join(answer.body.decode("utf-8", "replace").split())[:200]
    if answer.status in {429, 503}:
        raise Busy("busy", wait=answer.retry_after, status=answer.status)
    if answer.status in {401, 403}:
        raise NotAllowed("credentials", status=answer.status, said=said)
    if 300 <= answer.status < 400:
        raise NotAllowed("moved", to=answer.headers.get("location", "")[:200])
    if answer.status >= 500:
        raise Down("down", reason="status", status=answer.status)
    if not answer.is_yes:
        raise Refused("refused", status=answer.status, said=said)


class Generic:
    """The parts of this connector in the shape of all. Nothing is read: the program hands its orders over."""

    kind = "generic"
    secret_names: tuple[str, ...] = ("signing",)
    signs_with = ""
    reads_orders = False
    reads_listings = False
    looks_at = 0
    remembers: timedelta | None = None

    def probe(self, door: Door) -> Found:
        """The program must take a message that only tests the line."""
        send(door, "channel.test", f"test_{time.time_ns()}", {})
        return Found({})

    def orders_since(self, door: Door, since: datetime) -> Iterator[OrderPage]:
        return iter(())

    def orders_named(self, door: Door, remote_ids: Sequence[str]) -> list[RemoteOrder]:
        return []

    def groups_of(self, door: Door, orders: Sequence[RemoteOrder]) -> dict[str, tuple[str, ...]]:
        return {}

    def recognise(self, secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> Notice | Greeting:
        raise NotGenuine("this channel speaks by the API")

    def tend_hooks(self, door: Door, target: str, secret: str, known: Mapping[str, str]) -> Tended:
        return Tended({})

    def listings(self, door: Door) -> Iterator[Sequence[RemoteListing]]:
        return iter(())

    def batches(self, wanted: Sequence[Wanted]) -> list[Batch]:
        return [Batch(tuple(chunk)) for chunk in batched(wanted, LARGEST_BATCH)]

    def tell(self, door: Door, batch: Batch, key: str) -> list[Said]:
        levels = [{"sku": one.sku, "sellable": one.quantity, "light": one.light} for one in batch.wanted]
        send(door, "stock.changed", f"stock_{key}", {"levels": levels})
        return [Said(one.remote_id, quantity=one.quantity) for one in batch.wanted]

    def report_parcel(self, door: Door, parcel: ParcelReport, *, tried: bool) -> str:
        lines = [{"line_id": line, "quantity": units} for line, units in parcel.lines.items()]
        tracking = {"carrier": parcel.carrier, "number": parcel.number, "url": parcel.url}
        data = {
            "external_id": parcel.order,
            "lines": lines,
            "tracking": tracking,
            "complete": parcel.completes,
        }
        send(door, "order.parcel_sent", parcel.key, data)
        return parcel.key

    def report_refund(self, door: Door, refund: RefundReport, *, tried: bool) -> str:
        data = {
            "external_id": refund.order,
            "amount_cents": refund.amount_cents,
            "currency": refund.currency,
        }
        send(door, "order.refunded", refund.key, data)
        return refund.key

    def report_cancellation(self, door: Door, order: str, *, tried: bool) -> str:
        send(door, "order.cancelled", f"cancellation:{order}", {"external_id": order})
        return order


GENERIC = Generic()
