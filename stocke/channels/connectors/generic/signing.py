"""Standard Webhooks: what we send carries an id, a time and a signature over both and the body."""

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"


def key_of(secret: str) -> bytes:
    """The key behind a secret as it is written down; one that is no base64 counts as it stands."""
    bare = secret.removeprefix(PREFIX)
    try:
        return base64.b64decode(bare, validate=True)
    except binascii.Error:
        return bare.encode()


def signature(secret: str, message_id: str, at: int, body: bytes) -> str:
    signed = b".".join([message_id.encode(), str(at).encode(), body])
    digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def headers(secret: str, message_id: str, at: int, body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(secret, message_id, at, body),
    }
