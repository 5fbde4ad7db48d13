"""What a BigCommerce store says of its customers: the group of each."""

from collections.abc import Sequence
from itertools import batched
from typing import Any

from stocke.channels.connectors.bigcommerce.transport import call
from stocke.channels.connectors.shape import Door, RemoteOrder

AT_ONCE = 50
GROUPS_AT_MOST = 250


def groups_of(door: Door, orders: Sequence[RemoteOrder]) -> dict[str, tuple[str, ...]]:
    """By order. Needs the right to read customers; who is in no group has none."""
    buyers = sorted({order.buyer for order in orders if order.buyer})
    if not buyers:
        return {}
    names = {str(row["id"]): str(row["name"]) for row in named_groups(door)}
    known: dict[str, tuple[str, ...]] = {}
    for ids in batched(buyers, AT_ONCE):
        query = {"id:in": ",".join(ids), "limit": str(AT_ONCE)}
        rows = (call(door, "GET", "v3/customers", query) or {}).get("data") or []
        for row in rows:
            name = names.get(str(row.get("customer_group_id") or ""))
            known[str(row.get("id"))] = (name,) if name else ()
    return {order.remote_id: known.get(order.buyer, ()) for order in orders}


def named_groups(door: Door) -> list[dict[str, Any]]:
    rows = call(door, "GET", "v2/customer_groups", {"limit": str(GROUPS_AT_MOST)}) or []
    return [row for row in rows if row.get("id") and row.get("name")]
