"""Knocking at a WooCommerce shop: where its interface is, what it is, and what our key may do."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stocke.channels.connectors.errors import Down, Gone, NotAllowed, Refused, ShopError
from stocke.channels.connectors.shape import Door, Found
from stocke.channels.connectors.woocommerce.transport import DEFAULT_ROOT, Reply, call, sent, understood

PLAIN_ROOT = "?rest_route="
INDEX = {"_fields": "name,home,namespaces"}
ORDERS = "/wc/v3/orders"
FULFILMENTS = "/wc/v3/orders/(?P<order_id>[\\d]+)/fulfillments"
# Reading is tried on one object, writing on none: an empty batch is checked for permission and changes nothing.
READS = {"read_orders": "orders", "read_products": "products", "read_webhooks": "webhooks"}
WRITES = {
    "write_orders": "orders/batch",
    "write_products": "products/batch",
    "write_webhooks": "webhooks/batch",
}


def probe(door: Door) -> Found:
    """Raises a ShopError where the shop cannot be reached, is none or too old, or does not know our key at all."""
    bare = Door(door.url, type(door.secrets)())
    facts = root_of(bare)
    routes = routes_of(replace(bare, facts=facts))
    if is_blind(routes):
        raise Refused("too_old")
    open_door = replace(door, facts=facts)
    missing = [name for name, path in READS.items() if not may(open_door, "GET", path)]
    if len(missing) == len(READS):
        # It lets us see nothing: the key is unknown, rather than a small one.
        call(open_door, "GET", "orders", {"per_page": "1"})
    missing += [name for name, path in WRITES.items() if not may(open_door, "POST", path)]
    facts |= {"fulfilments": FULFILMENTS in routes, **money_of(open_door), **version_of(open_door)}
    return Found(facts, tuple(missing))


def root_of(bare: Door) -> dict[str, Any]:
    """Where the interface is, and how the shop calls itself. Raises Refused("no_interface") where there is none."""
    for root in (DEFAULT_ROOT, PLAIN_ROOT):
        try:
            answer = asked(replace(bare, facts={"root": root}), "", INDEX)
            told = answer.row
        except (Gone, Refused, Down) as error:
            if isinstance(error, Down) and error.facts.get("reason") not in {
                "not_json",
                "status",
                "not_an_object",
            }:
                raise
            continue
        if "wc/v3" in (told.get("namespaces") or ()):
            names = {"home": str(told.get("home") or ""), "name": str(told.get("name") or "")}
            return {"root": root, **names, "clock": answer.headers.get("date", "")}
    raise Refused("no_interface")


def asked(door: Door, path: str, query: dict[str, str]) -> Reply:
    """Something that every visitor may read."""
    return understood(sent(door, "GET", path, query, None, seconds=30))


def may(door: Door, method: str, path: str) -> bool:
    """Whether our key may. Raises whatever else goes wrong."""
    try:
        if method == "GET":
            call(door, method, path, {"per_page": "1", "_fields": "id"})
        else:
            call(door, method, path, data={"update": []})
    except NotAllowed:
        return False
    return True


def routes_of(bare: Door) -> Mapping[str, Any]:
    """What the interface can do, as it describes itself: newer versions keep parcels, once that is switched on."""
    try:
        return asked(bare, "wc/v3", {"_fields": "routes"}).row.get("routes") or {}
    except ShopError:
        return {}


def is_blind(routes: Mapping[str, Any]) -> bool:
    """Whether it says of itself that it cannot list orders by their changes, as older versions cannot. Pure."""
    described = [one.get("args") or {} for one in routes.get(ORDERS, {}).get("endpoints") or ()]
    return bool(described) and not any(follows_changes(arguments) for arguments in described)


def follows_changes(arguments: Mapping[str, Any]) -> bool:
    return "modified_after" in arguments and "modified" in arguments.get("orderby", {}).get("enum", ())


def money_of(door: Door) -> dict[str, str]:
    try:
        return {
            "currency": str(call(door, "GET", "data/currencies/current", {"_fields": "code"}).row["code"])
        }
    except (ShopError, KeyError):
        return {}


def version_of(door: Door) -> dict[str, str]:
    """WooCommerce's own version, as an order of it tells: asking the shop for its state takes it many seconds."""
    try:
        rows = call(door, "GET", "orders", {"per_page": "1", "_fields": "version"}).rows
    except ShopError:
        return {}
    return {"version": str(rows[0]["version"])} if rows and rows[0].get("version") else {}
