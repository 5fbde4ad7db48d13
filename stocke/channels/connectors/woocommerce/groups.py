"""What a WooCommerce shop says of its customers: the role of each, and what plugins have written on him."""

from collections.abc import Mapping, Sequence
from itertools import batched
from typing import Any

from stocke.channels.connectors.shape import Door, RemoteOrder
from stocke.channels.connectors.woocommerce.transport import call

AT_ONCE = 100
LONGEST = 80


def groups_of(door: Door, orders: Sequence[RemoteOrder]) -> dict[str, tuple[str, ...]]:
    """By order. A guest has no groups, and so has a customer whose account is gone."""
    buyers = sorted({order.buyer for order in orders if order.buyer})
    known: dict[str, tuple[str, ...]] = {}
    for ids in batched(buyers, AT_ONCE):
        query = {"include": ",".join(ids), "role": "all", "per_page": str(AT_ONCE)}
        reply = call(door, "GET", "customers", {**query, "_fields": "id,role,meta_data"})
        known |= {str(row.get("id")): said_of(row) for row in reply.rows}
    return {order.remote_id: known.get(order.buyer, ()) for order in orders}


def said_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The role, then each fact of a plugin as “key=value”. Pure."""
    facts = [
        f"{one['key']}={one['value']}"
        for one in row.get("meta_data") or ()
        if isinstance(one, dict) and one.get("key") and isinstance(one.get("value"), str | int)
    ]
    return tuple(said for said in (str(row.get("role") or ""), *facts) if 0 < len(said) <= LONGEST)
