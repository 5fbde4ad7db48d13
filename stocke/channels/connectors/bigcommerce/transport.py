"""Calls to a BigCommerce store (REST, v2 and v3), within the budget that its own answers tell.

The address of a channel is that of the store's interface: https://api.bigcommerce.com/stores/HASH.
"""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stocke.channels.connectors.errors import Busy, Down, Gone, NotAllowed, Refused, ShopError, down_by
from stocke.channels.connectors.shape import Door
from stocke.core.outbound import Exchanged, OutboundError, WebAccess, exchange

SECONDS = 60
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
# The budget is shared by all programs of the store: we do not spend the last of it.
LEFT_TO_OTHERS = 3
# A whole window: after less, the last calls would be spent and the next one refused.
LONGEST_WAIT = 30.0
# A 429 without figures means that the platform itself is under load.
USUAL_REST = 30.0


@dataclass(frozen=True)
class Reply:
    """The data of one answer, None for an empty one, and what stood around it. Names of headers are in lower case."""

    data: Any
    headers: Mapping[str, str]


def call(door: Door, method: str, path: str, query: Mapping[str, str] | None = None, data: Any = None) -> Any:
    """The data of one answer; None for an empty one. Raises a ShopError."""
    return ask(door, method, path, query, data).data


def ask(
    door: Door, method: str, path: str, query: Mapping[str, str] | None = None, data: Any = None
) -> Reply:
    """Raises a ShopError."""
    door.before_each()
    body = b"" if data is None else json.dumps(data).encode()
    access = WebAccess({"X-Auth-Token": door.secrets.get("token", "")}, dict(query or {}))
    try:
        answer = exchange(method, f"{door.url}/{path}", body, headers=JSON, access=access, seconds=SECONDS)
    except OutboundError as error:
        raise down_by(error) from error
    told = understood(answer)
    pace(answer.headers)
    return Reply(told, answer.headers)


def understood(answer: Exchanged) -> Any:
    """Raises the ShopError that the answer means. Pure."""
    if answer.is_yes and not answer.body.strip():
        return None
    try:
        told = json.loads(answer.body)
    except ValueError:
        told = None
        if answer.is_yes:
            raise Down("unsure", reason="not_json") from None
    if answer.is_yes:
        return told
    raise error_of(answer, words_of(told))


def words_of(told: Any) -> str:
    """v3 has a title, v2 a list of messages."""
    first = told[0] if isinstance(told, list) and told else told
    if not isinstance(first, dict):
        return ""
    return str(first.get("title") or first.get("message") or "")[:200]


def error_of(answer: Exchanged, said: str) -> ShopError:
    match answer.status:
        case 401:
            return NotAllowed("credentials", said=said)
        case 403:
            return NotAllowed("permission", said=said)
        case 404:
            return Gone("gone", said=said)
        case 410:
            return Refused("withdrawn", said=said)
        case 429 | 503:
            return Busy("busy", wait=reset_of(answer.headers) or USUAL_REST, status=answer.status)
    if 300 <= answer.status < 400:
        return NotAllowed("moved", to=answer.headers.get("location", "")[:200])
    if answer.status >= 500:
        return Down("unsure", reason="status", status=answer.status)
    return Refused("refused", said=said, status=answer.status)


def reset_of(headers: Mapping[str, str]) -> float:
    said = headers.get("x-rate-limit-time-reset-ms", "")
    return int(said) / 1000 if said.isdecimal() else 0.0


def pace(headers: Mapping[str, str]) -> None:
    """Wait for the next window where this one is nearly spent."""
    left = headers.get("x-rate-limit-requests-left", "")
    if left.isdecimal() and int(left) <= LEFT_TO_OTHERS:
        time.sleep(min(reset_of(headers), LONGEST_WAIT))


def v3_pages(door: Door, path: str, query: Mapping[str, str] | None = None) -> Iterator[list[dict[str, Any]]]:
    """The rows of a v3 list, page by page. Raises Down for an answer that is none."""
    return (reply.data for reply in v3_replies(door, path, query))


def v3_replies(door: Door, path: str, query: Mapping[str, str] | None = None) -> Iterator[Reply]:
    """The same with what stood around the rows."""
    page = 1
    while True:
        reply = ask(door, "GET", path, {**(query or {}), "limit": "250", "page": str(page)})
        try:
            rows, last = reply.data["data"], int(reply.data["meta"]["pagination"]["total_pages"])
        except (KeyError, TypeError, ValueError) as error:
            raise Down("down", reason="not_a_list") from error
        yield Reply(rows, reply.headers)
        if page >= last:
            return
        page += 1
