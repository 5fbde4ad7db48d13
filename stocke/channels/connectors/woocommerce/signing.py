"""OAuth 1.0a as WooCommerce checks it over plain http: one leg, everything in the query.

WooCommerce signs over its own home address and not over the one that was called, so that address is asked for first.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote


def signed(
    method: str, address: str, query: Mapping[str, str], *, key: str, secret: str, at: int, nonce: str
) -> dict[str, str]:
    """The query with the parameters that prove who we are. Pure."""
    parameters = {
        **query,
        "oauth_consumer_key": key,
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(at),
    }
    base = "&".join([method.upper(), escaped(address), escaped(joined(parameters))])
    # One leg: the token's half of the key stays empty.
    digest = hmac.new(f"{secret}&".encode(), base.encode(), hashlib.sha256).digest()
    return {**parameters, "oauth_signature": base64.b64encode(digest).decode()}


def joined(parameters: Mapping[str, str]) -> str:
    pairs = sorted((escaped(name), escaped(value)) for name, value in parameters.items())
    return "&".join(f"{name}={value}" for name, value in pairs)


def escaped(word: str) -> str:
    return quote(word, safe="-._~")
