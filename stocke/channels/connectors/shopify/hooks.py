"""Webhooks of a Shopify shop: made and watched; and how their messages are told from forgeries."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from stocke.channels.connectors.clocks import clock_facts
from stocke.channels.connectors.errors import NotGenuine
from stocke.channels.connectors.shape import Door, Greeting, Notice, Tended
from stocke.channels.connectors.shopify import documents
from stocke.channels.connectors.shopify.transport import VERSION, ask, call, number_of, refuse, user_errors

TOPICS = ("ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_CANCELLED", "ORDERS_DELETE", "APP_UNINSTALLED")
# A message that failed is sent again for four hours, with the time of the first.
OLDEST = timedelta(days=1)


def recognise(secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> Notice | Greeting:
    """What a message is. Raises NotGenuine. The names of `headers` are in lower case."""
    given = headers.get("x-shopify-hmac-sha256", "")
    # The secret before the last change still signs for a while: every one is tried.
    genuine = [hmac.compare_digest(signature(secret, body).encode(), given.encode()) for secret in secrets]
    if not any(genuine):
        raise NotGenuine("wrong signature")
    if is_old(headers.get("x-shopify-triggered-at", "")):
        raise NotGenuine("too old")
    topic = headers.get("x-shopify-topic", "")[:60]
    return Notice(
        topic=topic,
        resource="order" if topic.startswith("orders/") else topic.partition("/")[0][:30],
        resource_id=id_in(body),
        version=hashlib.sha256(body).hexdigest(),
        delivery_id=headers.get("x-shopify-event-id", "")[:80],
    )


def signature(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def is_old(triggered_at: str) -> bool:
    """Of a message that does not say when, nobody knows; it is only a hint."""
    try:
        at = datetime.fromisoformat(triggered_at)
    except ValueError:
        return False
    return datetime.now(UTC) - (at if at.tzinfo else at.replace(tzinfo=UTC)) > OLDEST


def id_in(body: bytes) -> str:
    """Ids are larger than a program that takes numbers for floating ones can tell apart; ours are whole."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    found = told.get("id") if isinstance(told, dict) else None
    return str(found) if isinstance(found, int) and found > 0 else ""


def tend_hooks(door: Door, target: str, secret: str, known: Mapping[str, str]) -> Tended:
    """Have one webhook for each subject that leads to us: Shopify takes those away that fail too often."""
    rows, headers = hooks_of(door)
    ours = {row["topic"]: number_of(row["id"]) for row in rows if row["uri"] == target}
    missing = [topic for topic in TOPICS if topic not in ours]
    for topic in missing:
        payload = call(door, documents.MAKE_HOOK, {"topic": topic, "uri": target})[
            "webhookSubscriptionCreate"
        ]
        refuse(user_errors(payload))
        ours[topic] = number_of(payload["webhookSubscription"]["id"])
    return Tended({topic: ours[topic] for topic in TOPICS}, made=tuple(missing), facts=facts_of(headers))


def facts_of(headers: Mapping[str, str]) -> dict[str, Any]:
    """Where our version was withdrawn, Shopify answers by the oldest one that it still speaks."""
    answered = headers.get("x-shopify-api-version", VERSION)
    return {**clock_facts(headers), "version_withdrawn": "" if answered == VERSION else VERSION}


def hooks_of(door: Door) -> tuple[list[dict[str, Any]], Mapping[str, str]]:
    """All of them, and the headers of the last answer."""
    found, after = list[dict[str, Any]](), None
    while True:
        reply = ask(door, documents.HOOKS, {"after": after})
        page = reply.data["webhookSubscriptions"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found, reply.headers
        after = page["pageInfo"]["endCursor"]
