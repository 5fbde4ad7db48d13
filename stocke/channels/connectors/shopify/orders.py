"""Orders of a Shopify shop: read in the order of their changes, and understood."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import batched
from types import MappingProxyType
from typing import Any

from stocke.channels.connectors.clocks import shop_clock
from stocke.channels.connectors.errors import NotAnOrder
from stocke.channels.connectors.shape import NEVER, Door, OrderPage, RemoteLine, RemoteOrder, unreadable
from stocke.channels.connectors.shopify import documents
from stocke.channels.connectors.shopify.transport import ask, call, gid, number_of

NAMED_AT_ONCE = 10
# An order may be seen in the list a moment after the time that it bears.
OVERLAP = timedelta(seconds=5)
MISREAD = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)
# Every order takes its units from stock at once, paid or not.
FINANCIAL: Mapping[str, str] = MappingProxyType(
    {
        "PAID": "paid",
        "PARTIALLY_REFUNDED": "paid",
        "PENDING": "held",
        "AUTHORIZED": "held",
        "PARTIALLY_PAID": "held",
        "EXPIRED": "unpaid",
        "REFUNDED": "cancelled",
        "VOIDED": "cancelled",
    }
)
ADDRESS = (
    ("company", "company"),
    ("street", "address1"),
    ("street2", "address2"),
    ("postal_code", "zip"),
    ("city", "city"),
    ("country", "countryCodeV2"),
    ("phone", "phone"),
)


def orders_since(door: Door, since: datetime) -> Iterator[OrderPage]:
    """Every order changed since, page by page. The cursor of a page holds while orders change."""
    asked: dict[str, Any] = {"query": f"updated_at:>='{written(since - OVERLAP)}'", "after": None}
    until = since
    while True:
        reply = ask(door, documents.ORDERS, asked)
        found = reply.data["orders"]
        orders = tuple(order_of(door, node) for node in found["nodes"])
        newest = max((order.changed_at for order in orders), default=NEVER)
        # Nothing lies in the shop's own future, whatever an order says.
        until = max(until, min(newest, shop_clock(reply.headers)))
        yield OrderPage(orders, until)
        if not found["pageInfo"]["hasNextPage"]:
            return
        asked["after"] = found["pageInfo"]["endCursor"]


def orders_named(door: Door, remote_ids: Sequence[str]) -> list[RemoteOrder]:
    """These orders as they are now, also those that are gone."""
    found: list[RemoteOrder] = []
    for ids in batched(remote_ids, NAMED_AT_ONCE):
        nodes = call(door, documents.ORDERS_NAMED, {"ids": [gid("Order", one) for one in ids]})["nodes"]
        found += [order_of(door, node) if node else gone(one) for one, node in zip(ids, nodes, strict=True)]
    return found


def gone(remote_id: str) -> RemoteOrder:
    now = datetime.now(UTC).replace(microsecond=0)
    return RemoteOrder(remote_id, "cancelled", "gone", now, is_gone=True)


def order_of(door: Door, node: Mapping[str, Any]) -> RemoteOrder:
    try:
        return with_all_lines(door, node)
    except NotAnOrder:
        return unreadable(number_of(str(node.get("id"))), changed_of(node))


def changed_of(node: Mapping[str, Any]) -> datetime | None:
    try:
        return moment(node["updatedAt"])
    except MISREAD:
        return None


def with_all_lines(door: Door, node: Mapping[str, Any]) -> RemoteOrder:
    """The order with all of its lines, however many pages they take. Raises NotAnOrder."""
    lines, info = list(node["lineItems"]["nodes"]), node["lineItems"]["pageInfo"]
    while info["hasNextPage"]:
        asked = {"id": node["id"], "after": info["endCursor"]}
        more = call(door, documents.MORE_LINES, asked)["order"]["lineItems"]
        lines, info = [*lines, *more["nodes"]], more["pageInfo"]
    return understood(node, lines)


def understood(node: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> RemoteOrder:
    """What the shop says of an order, in our words. Pure. Raises NotAnOrder."""
    try:
        return reading(node, lines)
    except MISREAD as error:
        raise NotAnOrder from error


def reading(node: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> RemoteOrder:
    financial = str(node["displayFinancialStatus"] or "PENDING")
    return RemoteOrder(
        remote_id=str(node["legacyResourceId"]),
        standing=standing_of(node, financial),
        status="refunded" if financial == "REFUNDED" else financial.lower(),
        changed_at=moment(node["updatedAt"]),
        number=str(node["name"]),
        placed_at=moment(node.get("processedAt") or node["createdAt"]),
        currency=str(node["currencyCode"]),
        customer=customer_of(node),
        ship_to=address_of(node),
        lines=tuple(lines_of(lines, taxed=bool(node["taxesIncluded"]))),
        shipping_cents=cents((node.get("totalShippingPriceSet") or {}).get("shopMoney", {}).get("amount")),
        note=str(node.get("note") or ""),
    )


def standing_of(node: Mapping[str, Any], financial: str) -> str:
    if node.get("cancelledAt"):
        return "cancelled"
    standing = FINANCIAL.get(financial, "unknown")
    is_sent = node["displayFulfillmentStatus"] == "FULFILLED"
    return "complete" if standing == "paid" and is_sent else standing


def lines_of(lines: Sequence[Mapping[str, Any]], *, taxed: bool) -> Iterator[RemoteLine]:
    """What is still to be delivered: `currentQuantity` is without what was refunded or taken off."""
    for line in lines:
        left, bought = int(line["currentQuantity"]), int(line["quantity"])
        if left > 0:
            price = Decimal(line["discountedUnitPriceAfterAllDiscountsSet"]["shopMoney"]["amount"])
            told = [tax["priceSet"]["shopMoney"]["amount"] for tax in line.get("taxLines") or ()]
            taxes = sum(map(Decimal, told), Decimal(0))
            yield RemoteLine(
                remote_id=number_of(line["id"]),
                listing=str((line.get("variant") or {}).get("legacyResourceId") or ""),
                sku=str(line.get("sku") or ""),
                name=str(line.get("name") or ""),
                quantity=left,
                unit_price_cents=cents(price if taxed else price + taxes / bought),
            )


def customer_of(node: Mapping[str, Any]) -> dict[str, str]:
    billing = node.get("billingAddress") or node.get("shippingAddress") or {}
    return {
        "email": str(node.get("email") or ""),
        "first_name": str(billing.get("firstName") or ""),
        "last_name": str(billing.get("lastName") or ""),
        "phone": str(node.get("phone") or billing.get("phone") or ""),
        "language": "fr" if str(node.get("customerLocale") or "fr").lower().startswith("fr") else "en",
        "country": str(billing.get("countryCodeV2") or "FR"),
    }


def address_of(node: Mapping[str, Any]) -> dict[str, str]:
    to = node.get("shippingAddress") or {}
    said = {
        "name": str(to.get("name") or ""),
        **{ours: str(to.get(theirs) or "") for ours, theirs in ADDRESS},
    }
    return {key: value for key, value in said.items() if value}


def cents(amount: Any) -> int:
    return int((Decimal(str(amount or 0)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def moment(said: str) -> datetime:
    return datetime.fromisoformat(said)


def written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
