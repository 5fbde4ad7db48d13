"""Calls to Shopify's Admin API (GraphQL), within the budget that its own answers tell."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stocke.channels.connectors.errors import Busy, Down, Gone, NotAllowed, Refused, ShopError, down_by
from stocke.channels.connectors.shape import Door
from stocke.core.outbound import Exchanged, OutboundError, WebAccess, exchange

VERSION = "2026-07"
# No such shop, or no such version of its interface.
NOT_SPOKEN = frozenset({404, 410})
SECONDS = 45
# We wait ourselves for so long until the budget holds another call; for more, the shop is left in peace.
LONGEST_WAIT = 5.0
USUAL_REST = 10.0


@dataclass(frozen=True)
class Reply:
    """The data of one operation, and what stood around it. Names of headers are in lower case."""

    data: dict[str, Any]
    headers: Mapping[str, str]


def call(door: Door, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The data of one operation. Raises a ShopError."""
    return ask(door, document, variables).data


def ask(door: Door, document: str, variables: Mapping[str, Any] | None = None) -> Reply:
    """Raises a ShopError."""
    door.before_each()
    body = json.dumps({"query": document, "variables": dict(variables or {})}).encode()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    access = WebAccess({"X-Shopify-Access-Token": door.secrets.get("token", "")})
    url = f"{door.url}/admin/api/{VERSION}/graphql.json"
    try:
        answer = exchange("POST", url, body, headers=headers, access=access, seconds=SECONDS)
    except OutboundError as error:
        raise down_by(error) from error
    if answer.status in NOT_SPOKEN and door.facts:
        # It was there when it was connected.
        raise Refused("withdrawn", version=VERSION, status=answer.status)
    told = understood(answer)
    pace(told)
    return Reply(told["data"], answer.headers)


def understood(answer: Exchanged) -> dict[str, Any]:
    """Raises the ShopError that the answer means. Pure."""
    if not answer.is_yes:
        raise error_of_status(answer)
    try:
        told = json.loads(answer.body)
    except ValueError:
        raise Down("unsure", reason="not_json") from None
    if not isinstance(told, dict):
        raise Down("unsure", reason="not_an_object")
    if told.get("errors"):
        raise error_of(told)
    if not isinstance(told.get("data"), dict):
        raise Down("unsure", reason="no_data")
    return told


def error_of_status(answer: Exchanged) -> ShopError:
    """Of an answer that is none of the interface's own."""
    match answer.status:
        case 401 | 403:
            return NotAllowed("credentials", status=answer.status)
        case status if status in NOT_SPOKEN:
            return Refused("no_interface", status=answer.status)
        case 402 | 423:
            return NotAllowed("frozen", status=answer.status)
        case 429 | 430 | 503:
            return Busy("busy", wait=answer.retry_after or USUAL_REST, status=answer.status)
    if 300 <= answer.status < 400:
        return NotAllowed("moved", to=answer.headers.get("location", "")[:200])
    if answer.status >= 500:
        return Down("unsure", reason="status", status=answer.status)
    return Refused("refused", status=answer.status)


def error_of(told: Mapping[str, Any]) -> ShopError:
    """Of errors inside a yes. `errors` is a list of objects, or one sentence where the key is refused. Pure."""
    errors = told["errors"]
    first: dict[str, Any] = errors[0] if isinstance(errors, list) and errors else {"message": str(errors)}
    said, code = str(first.get("message", ""))[:200], str((first.get("extensions") or {}).get("code", ""))
    if code == "THROTTLED":
        return Busy("busy", wait=time_until(told), said=said)
    if code == "ACCESS_DENIED":
        return NotAllowed("permission", said=said)
    if "access token" in said.lower():
        return NotAllowed("credentials", said=said)
    if code == "INTERNAL_SERVER_ERROR":
        return Down("unsure", reason="internal", said=said)
    if code == "RESOURCE_NOT_FOUND":
        return Gone("gone", said=said)
    return Refused("refused", said=said, error=code)


def time_until(told: Mapping[str, Any]) -> float:
    """Seconds until the budget holds what was asked for; a guess where the answer does not say."""
    cost = (told.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    rate = float(status.get("restoreRate") or 0)
    lacking = float(cost.get("requestedQueryCost") or 0) - float(status.get("currentlyAvailable") or 0)
    return max(lacking, 1.0) / rate if rate > 0 else USUAL_REST


def pace(told: Mapping[str, Any]) -> None:
    """Wait until the budget holds a call like this one again."""
    cost = (told.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    if float(status.get("currentlyAvailable") or 0) < float(cost.get("requestedQueryCost") or 0):
        time.sleep(min(time_until(told), LONGEST_WAIT))


def user_errors(payload: Mapping[str, Any] | None, field: str = "userErrors") -> list[dict[str, Any]]:
    """What an operation refused. Raises Down where its payload is missing."""
    if payload is None:
        raise Down("unsure", reason="no_payload")
    return list(payload.get(field) or [])


def refuse(errors: list[dict[str, Any]]) -> None:
    """Raises Refused with the shop's own words if there are any."""
    if errors:
        first = errors[0]
        raise Refused("refused", said=str(first.get("message", ""))[:200], error=str(first.get("code", "")))


def number_of(gid: str) -> str:
    return gid.rpartition("/")[2].partition("?")[0]


def gid(kind: str, number: str) -> str:
    return f"gid://shopify/{kind}/{number}"
