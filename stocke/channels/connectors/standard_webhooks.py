"""Standard Webhooks: a message carries an id, a time, and a signature over both and its body."""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence

from stocke.channels.connectors.errors import NotGenuine

PREFIX = "whsec_"
# How far the clocks of both sides may be apart; what is older may be a message that somebody sends once more.
WINDOW_SECONDS = 300


def key_of(secret: str) -> bytes:
    """The key behind a secret as it is written down; one that is no base64 counts as it stands."""
    bare = secret.removeprefix(PREFIX)
    try:
        return base64.b64decode(bare, validate=True)
    except binascii.Error:
        return bare.encode()


def signature(key: bytes, message_id: str, at: str, body: bytes) -> str:
    signed = b".".join([message_id.encode(), at.encode(), body])
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def headers(key: bytes, message_id: str, at: int, body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(key, message_id, str(at), body),
    }


def prove(
    keys: Sequence[bytes], given: Mapping[str, str], body: bytes, *, window: int = WINDOW_SECONDS
) -> None:
    """Raises NotGenuine. Several signatures, and several keys, are each tried; names of headers are in lower case."""
    message_id, at = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    shown = given.get("webhook-signature", "").split()
    wanted = [signature(key, message_id, at, body).encode() for key in keys]
    matches = [hmac.compare_digest(one.encode(), right) for one in shown for right in wanted]
    if not any(matches):
        raise NotGenuine("wrong signature")
    if not at.isdecimal() or abs(time.time() - int(at)) > window:
        raise NotGenuine("too old")
