"""Calls to a WooCommerce shop's interface (wc/v3): by key over https, signed over plain http."""

import json
import secrets as randomness
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from stocke.channels.connectors.errors import Busy, Down, Gone, NotAllowed, Refused, ShopError, down_by
from stocke.channels.connectors.shape import Door
from stocke.channels.connectors.woocommerce.signing import signed
from stocke.core.outbound import Exchanged, OutboundError, WebAccess, exchange

SECONDS = 60
DEFAULT_ROOT = "/wp-json/"
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
BUSY_STATUSES = {429, 503}
LAME_STATUS = 500
# What it has understood and will never do, though it sends and names a 500. Any other 500 is a shop that fell over.
REFUSED_BY_500 = {"woocommerce_rest_cannot_create_order_refund"}
# Where a shop that is busy does not say for how long.
USUAL_REST = 60


@dataclass(frozen=True)
class Reply:
    """What the shop answered, as data."""

    data: Any
    headers: Mapping[str, str]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The objects of a list. Raises Down for anything else: no answer must not pass for an empty one."""
        if not isinstance(self.data, list) or not all(isinstance(row, dict) for row in self.data):
            raise Down("down", reason="not_a_list")
        return self.data

    @property
    def row(self) -> dict[str, Any]:
        if not isinstance(self.data, dict):
            raise Down("down", reason="not_an_object")
        return self.data


def call(
    door: Door,
    method: str,
    path: str,
    query: Mapping[str, str] | None = None,
    data: Any = None,
    *,
    seconds: float = SECONDS,
) -> Reply:
    """One request below wc/v3. Raises a ShopError."""
    answer = sent(door, method, f"wc/v3/{path}", query or {}, data, seconds=seconds)
    if is_wrong_clock(answer) and (theirs := answer.said_at):
        ahead = int(theirs.timestamp() - time.time())
        answer = sent(door, method, f"wc/v3/{path}", query or {}, data, seconds=seconds, ahead=ahead)
    return understood(answer)


def sent(
    door: Door,
    method: str,
    path: str,
    query: Mapping[str, str],
    data: Any,
    *,
    seconds: float,
    ahead: int = 0,
) -> Exchanged:
    door.before_each()
    url, asked = address(door, path, query)
    body = b"" if data is None else json.dumps(data).encode()
    try:
        return exchange(
            method,
            url,
            body,
            headers=JSON,
            access=access(door, method, url, asked, ahead=ahead),
            seconds=seconds,
        )
    except OutboundError as error:
        raise down_by(error) from error


def address(door: Door, path: str, query: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Where a path of the interface is: below /wp-json/, or as a parameter where addresses are not rewritten."""
    root = str(door.facts.get("root", DEFAULT_ROOT))
    if root == DEFAULT_ROOT:
        return f"{door.url.rstrip('/')}{root}{path}", dict(query)
    return f"{door.url.rstrip('/')}/", {"rest_route": f"/{path}", **query}


def access(door: Door, method: str, url: str, query: Mapping[str, str], *, ahead: int = 0) -> WebAccess:
    key, secret = door.secrets.get("key", ""), door.secrets.get("secret", "")
    if not key:
        return WebAccess(query=query)
    if url.startswith("https://"):
        return WebAccess(WebAccess.basic(key, secret).headers, query)
    at, nonce = int(time.time()) + ahead, randomness.token_hex(16)
    home = address_signed(url, door.url, str(door.facts.get("home", "")))
    return WebAccess(query=signed(method, home, query, key=key, secret=secret, at=at, nonce=nonce))


def address_signed(url: str, typed: str, home: str) -> str:
    """The address as the shop itself calls it: its home, then what follows the typed one."""
    if not home:
        return url
    own = urlsplit(home)
    path = url.removeprefix(typed.rstrip("/"))
    return urlunsplit(("http", own.netloc, f"{own.path.rstrip('/')}{path}", "", ""))


def understood(answer: Exchanged) -> Reply:
    """The answer as data. Raises the ShopError that it means."""
    if 300 <= answer.status < 400:
        raise NotAllowed("moved", to=answer.headers.get("location", "")[:200])
    data = as_json(answer.body)
    if answer.is_yes and data is not None:
        return Reply(data, answer.headers)
    raise error_of(answer, data if isinstance(data, dict) else {})


def as_json(body: bytes) -> Any:
    """Its data; None where it is no JSON. What PHP prints before it (notices, a BOM) is passed over."""
    text = body.decode("utf-8", "replace").lstrip("\ufeff")
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    for begin in dict.fromkeys((0, *sorted(starts))):
        try:
            return json.loads(text[begin:])
        except (ValueError, RecursionError):
            continue
    return None


def error_of(answer: Exchanged, data: Mapping[str, Any]) -> ShopError:
    """What an answer other than a yes means. Pure."""
    code, said = str(data.get("code", "")), str(data.get("message", ""))[:200]
    status = answer.status if answer.status != LAME_STATUS else status_meant(data) or answer.status
    if status in BUSY_STATUSES:
        wait = answer.retry_after
        return Busy("busy", wait=USUAL_REST if wait is None else wait, status=status)
    if status in {401, 403}:
        missing = "write" if "write permission" in said else ""
        wrong = "permission" if missing or status == 403 or "permission" in said else "credentials"
        return NotAllowed(wrong, missing=missing, said=said, status=status, error=code)
    if status == 404 and "no_route" not in code:
        return Gone("gone", said=said, error=code)
    if status == 404:
        return Refused("no_interface", said=said, error=code)
    if answer.is_yes:
        return Down("down", reason="not_json", status=status)
    if status >= 500 and code not in REFUSED_BY_500:
        return Down("unsure", reason="status", status=status, said=said)
    return Refused("refused", said=said, error=code, status=status)


def status_meant(told: Mapping[str, Any]) -> int:
    """The status that a refusal names, 0 where none. Some of its refusals name it where WordPress does not look, and
    are sent as a 500. Pure."""
    data = told.get("data")
    named = data.get("status") if isinstance(data, dict) else data
    return named if isinstance(named, int) else 0


def is_wrong_clock(answer: Exchanged) -> bool:
    """Whether only the clocks of shop and house are apart: it takes signatures of the last fifteen minutes."""
    return answer.status == 401 and b"timestamp" in answer.body.lower()


def pages(headers: Mapping[str, str]) -> int:
    said = headers.get("x-wp-totalpages", "")
    return int(said) if said.isdecimal() else 1
