"""Webhooks of a BigCommerce store: made, watched and woken; and how their messages are told from forgeries."""

import hashlib
import json
from collections.abc import Mapping, Sequence

from stocke.channels.connectors.bigcommerce.transport import call, v3_replies
from stocke.channels.connectors.clocks import clock_facts
from stocke.channels.connectors.shape import Door, Greeting, Notice, Tended
from stocke.channels.connectors.standard_webhooks import prove

SCOPES = (
    "store/order/created",
    "store/order/updated",
    "store/order/archived",
    "store/order/statusUpdated",
    "store/order/refund/created",
    "store/app/uninstalled",
)
# What a message says is read back, and the same message is one row: that it comes twice does no harm. So the clocks may
# be further apart than usual, before a platform that is refused too often blocks our address.
WINDOW_SECONDS = 1800


def recognise(secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> Notice | Greeting:
    """What a message is; it names an order and says no more. Raises NotGenuine."""
    prove([secret.encode() for secret in secrets], headers, body, window=WINDOW_SECONDS)
    scope, found, digest = named_in(body)
    resource = "order" if scope.startswith("store/order/") else scope.removeprefix("store/").partition("/")[0]
    return Notice(scope[:60], resource[:30], found, digest, headers.get("webhook-id", "")[:80])


def named_in(body: bytes) -> tuple[str, str, str]:
    """Scope, id of the order, and the hash that the same event has each time. A refund is not named by its order."""
    try:
        told = json.loads(body)
        scope, data = str(told["scope"]), told["data"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "", "", hashlib.sha256(body).hexdigest()
    is_order = isinstance(data, dict) and data.get("type") == "order" and isinstance(data.get("id"), int)
    return scope, str(data["id"]) if is_order else "", str(told.get("hash") or "")[:64]


def tend_hooks(door: Door, target: str, secret: str, known: Mapping[str, str]) -> Tended:
    """Have one active webhook for each scope that leads to us; what fails for two days is switched off there."""
    replies = list(v3_replies(door, "v3/hooks"))
    rows = [row for reply in replies for row in reply.data]
    ours = {row["scope"]: row for row in rows if row["destination"] == target}
    made, mended, hooks = [], [], {}
    for scope in SCOPES:
        row = ours.get(scope)
        if row is None:
            data = {"scope": scope, "destination": target, "is_active": True, "headers": {}}
            row = call(door, "POST", "v3/hooks", data=data)["data"]
            made.append(scope)
        elif not row["is_active"]:
            call(door, "PUT", f"v3/hooks/{row['id']}", data={"is_active": True})
            mended.append(scope)
        hooks[scope] = str(row["id"])
    return Tended(hooks, tuple(made), tuple(mended), clock_facts(replies[-1].headers))
