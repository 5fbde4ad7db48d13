"""What a Shopify shop says of its customers: their tags."""

from collections.abc import Sequence
from itertools import batched

from stocke.channels.connectors.shape import Door, RemoteOrder
from stocke.channels.connectors.shopify import documents
from stocke.channels.connectors.shopify.transport import call, gid

AT_ONCE = 50


def groups_of(door: Door, orders: Sequence[RemoteOrder]) -> dict[str, tuple[str, ...]]:
    """By order. Needs the right to read customers."""
    found: dict[str, tuple[str, ...]] = {}
    for some in batched(orders, AT_ONCE):
        nodes = call(door, documents.TAGS, {"ids": [gid("Order", one.remote_id) for one in some]})["nodes"]
        for one, node in zip(some, nodes, strict=True):
            found[one.remote_id] = tuple(((node or {}).get("customer") or {}).get("tags") or ())
    return found
