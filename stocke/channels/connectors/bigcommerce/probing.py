"""Knocking at a BigCommerce store: what it is, what our token may do, and which location carries our stock."""

from stocke.channels.connectors.bigcommerce.transport import ask, call
from stocke.channels.connectors.errors import NotAllowed, Refused
from stocke.channels.connectors.shape import Door, Found

# Reading tells whether a scope is there at all; whether it is for reading only is seen when something is written.
NEEDED = {
    "store_v2_orders": "v2/orders?limit=1",
    "store_v2_products": "v3/catalog/variants?limit=1",
    "store_inventory": "v3/inventory/locations",
}


def probe(door: Door) -> Found:
    """Raises a ShopError where the store cannot be reached or does not know our token."""
    reply = ask(door, "GET", "v2/store")
    store = reply.data or {}
    missing = tuple(scope for scope, path in NEEDED.items() if not may(door, path))
    facts = {
        "name": str(store.get("name") or ""),
        "currency": str(store.get("currency") or ""),
        "location": 1,
        "clock": reply.headers.get("date", ""),
    }
    if "store_inventory" not in missing:
        places = (call(door, "GET", "v3/inventory/locations") or {}).get("data") or []
        open_ = [place["id"] for place in places if place.get("enabled", True)]
        if not open_:
            raise Refused("no_location")
        facts["location"] = open_[0]
    return Found(facts, missing)


def may(door: Door, path: str) -> bool:
    bare, _mark, query = path.partition("?")
    try:
        call(door, "GET", bare, dict([query.split("=")]) if query else {})
    except NotAllowed:
        return False
    return True
