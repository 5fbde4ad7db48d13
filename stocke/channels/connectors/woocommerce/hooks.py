"""Hooks of a WooCommerce shop: made, watched and mended; and how their messages are told from forgeries."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from stocke.channels.connectors.clocks import clock_facts
from stocke.channels.connectors.errors import NotGenuine
from stocke.channels.connectors.shape import Door, Greeting, Notice, Tended
from stocke.channels.connectors.woocommerce.transport import call, pages

TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")
NAME = "Stock e: {topic}"


def recognise(secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> Notice | Greeting:
    """What a message is. Raises NotGenuine. The names of `headers` are in lower case.

    The message that tests a new hook carries no signature and wants a 200; nothing is made of it, so that it does
    not matter who sends it.
    """
    given = headers.get("x-wc-webhook-signature", "")
    if not given:
        if is_greeting(headers, body):
            return Greeting()
        raise NotGenuine("no signature")
    # Every secret is tried, so that the time tells nothing of which.
    genuine = [hmac.compare_digest(signature(secret, body).encode(), given.encode()) for secret in secrets]
    if not any(genuine):
        raise NotGenuine("wrong signature")
    return notice(headers, body)


def is_greeting(headers: Mapping[str, str], body: bytes) -> bool:
    if any(name.startswith("x-wc-") for name in headers) or len(body) > 200:
        return False
    fields = parse_qs(body.decode("ascii", "replace"))
    return fields.keys() == {"webhook_id"} and fields["webhook_id"][0].isdecimal()


def signature(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def notice(headers: Mapping[str, str], body: bytes) -> Notice:
    """An order that was gone before its message left comes as an error without an id: something has changed."""
    return Notice(
        topic=headers.get("x-wc-webhook-topic", "")[:60],
        resource=headers.get("x-wc-webhook-resource", "")[:30],
        resource_id=id_in(body),
        version=hashlib.sha256(body).hexdigest(),
        delivery_id=headers.get("x-wc-webhook-delivery-id", "")[:80],
    )


def id_in(body: bytes) -> str:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    found = told.get("id") if isinstance(told, dict) else None
    return str(found) if isinstance(found, int) and 0 < found < 2**63 else ""


def tend_hooks(door: Door, target: str, secret: str, known: Mapping[str, str]) -> Tended:
    """Have one active hook for each subject that leads to us: make what is missing, wake what was switched off.

    WooCommerce switches a hook off after some failures in a row, and never tries a message again.
    """
    rows, headers = hooks_of(door)
    ours = {row["topic"]: row for row in rows if row.get("delivery_url") == target}
    hooks, made, mended = {}, [], []
    for topic in TOPICS:
        row = ours.get(topic)
        if row is None:
            row = make(door, topic, target, secret)
            made.append(topic)
        elif row.get("status") != "active" or str(row["id"]) != known.get(topic):
            # One that we do not know may carry another secret: it gets ours.
            row = wake(door, row, secret)
            mended.append(topic)
        hooks[topic] = str(row["id"])
    return Tended(hooks, tuple(made), tuple(mended), clock_facts(headers))


def hooks_of(door: Door) -> tuple[list[dict[str, Any]], Mapping[str, str]]:
    """All of them, and the headers of the last answer."""
    found, page = list[dict[str, Any]](), 1
    while True:
        reply = call(door, "GET", "webhooks", {"per_page": "100", "page": str(page), "status": "all"})
        found += reply.rows
        if page >= pages(reply.headers):
            return found, reply.headers
        page += 1


def make(door: Door, topic: str, target: str, secret: str) -> dict[str, Any]:
    data = {
        "name": NAME.format(topic=topic),
        "topic": topic,
        "delivery_url": target,
        "secret": secret,
        "status": "active",
    }
    return call(door, "POST", "webhooks", data=data).row


def wake(door: Door, row: Mapping[str, Any], secret: str) -> dict[str, Any]:
    return call(door, "POST", f"webhooks/{row['id']}", data={"status": "active", "secret": secret}).row
