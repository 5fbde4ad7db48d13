"""Knocking at a Shopify shop: what it is, what our token may do, and which of its locations carries our stock."""

from stocke.channels.connectors.errors import Refused
from stocke.channels.connectors.shape import Door, Found
from stocke.channels.connectors.shopify import documents
from stocke.channels.connectors.shopify.transport import ask

NEEDED = (
    "read_orders",
    "write_orders",
    "read_products",
    "read_inventory",
    "write_inventory",
    "read_locations",
    "read_merchant_managed_fulfillment_orders",
    "write_merchant_managed_fulfillment_orders",
)


def probe(door: Door) -> Found:
    """Raises a ShopError where the shop cannot be reached or does not know our token."""
    reply = ask(door, documents.PROBE)
    told = reply.data
    scopes = {one["handle"] for one in told["currentAppInstallation"]["accessScopes"]}
    # Who may write may read as well, and the list then names only the former.
    held = scopes | {scope.replace("write_", "read_", 1) for scope in scopes}
    open_ = [one for one in told["locations"]["nodes"] if one["isActive"]]
    online = [one for one in open_ if one["fulfillsOnlineOrders"]] or open_
    if not online:
        raise Refused("no_location")
    facts = {
        "name": told["shop"]["name"],
        "currency": told["shop"]["currencyCode"],
        "location": online[0]["id"],
        "clock": reply.headers.get("date", ""),
    }
    return Found(facts, tuple(scope for scope in NEEDED if scope not in held))
