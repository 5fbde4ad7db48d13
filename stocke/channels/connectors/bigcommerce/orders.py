"""Orders of a BigCommerce store: read in the order of their changes, and understood."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from email.utils import format_datetime, parsedate_to_datetime
from types import MappingProxyType
from typing import Any

from stocke.channels.connectors.bigcommerce.transport import ask, call
from stocke.channels.connectors.clocks import shop_clock
from stocke.channels.connectors.errors import Gone
from stocke.channels.connectors.shape import NEVER, Door, OrderPage, RemoteLine, RemoteOrder, unreadable

PER_PAGE = 50
PAGE: Mapping[str, str] = MappingProxyType({"limit": str(PER_PAGE)})
OVERLAP = timedelta(seconds=2)
SECOND = timedelta(seconds=1)
# More than a page within so much time is a crowd.
CROWDED = 2 * OVERLAP
MISREAD = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)
# An order is there before it is paid, and stays there when the payment fails (incomplete, 0).
STANDINGS: Mapping[int, str] = MappingProxyType(
    {
        0: "unpaid",
        1: "held",
        7: "held",
        12: "held",
        3: "paid",
        9: "paid",
        11: "paid",
        14: "paid",
        2: "complete",
        10: "complete",
        4: "cancelled",
        5: "cancelled",
        6: "cancelled",
    }
)
REFUNDED = 4
ADDRESS = (
    ("company", "company"),
    ("street", "street_1"),
    ("street2", "street_2"),
    ("postal_code", "zip"),
    ("city", "city"),
    ("country", "country_iso2"),
    ("phone", "phone"),
)


def orders_since(door: Door, since: datetime) -> Iterator[OrderPage]:
    """Every order changed since. Each page begins where the last one ended, because an order that changes moves to the
    end; where more than a page has changed within moments, those are read by themselves."""
    until, begin = since, since - OVERLAP
    while True:
        query = {"min_date_modified": format_datetime(begin), "sort": "date_modified:asc"}
        reply = ask(door, "GET", "v2/orders", {**query, **PAGE})
        rows = list(reply.data or [])
        newest = max((at for row in rows if (at := changed_of(row))), default=NEVER)
        # Nothing lies in the store's own future, whatever an order says.
        until = max(until, min(newest, shop_clock(reply.headers)))
        yield OrderPage(tuple(order_of(door, row) for row in rows), until)
        if len(rows) < PER_PAGE:
            return
        if until - OVERLAP > begin:
            begin = until - OVERLAP
        else:
            yield from (OrderPage(orders, until) for orders in crowd(door, begin))
            begin += CROWDED + SECOND


def crowd(door: Door, begin: datetime) -> Iterator[tuple[RemoteOrder, ...]]:
    """Everything changed within some seconds, each page from the last id on: nothing can be pulled past it."""
    window = {
        "min_date_modified": format_datetime(begin),
        "max_date_modified": format_datetime(begin + CROWDED),
    }
    query = {**window, "sort": "id:asc"}
    while rows := call(door, "GET", "v2/orders", {**query, **PAGE}):
        yield tuple(order_of(door, row) for row in rows)
        query["min_id"] = str(max(int(row["id"]) for row in rows) + 1)


def changed_of(row: Mapping[str, Any]) -> datetime | None:
    try:
        return moment(row.get("date_modified") or row["date_created"])
    except MISREAD:
        return None


def orders_named(door: Door, remote_ids: Sequence[str]) -> list[RemoteOrder]:
    return [order_named(door, one) for one in remote_ids]


def order_named(door: Door, remote_id: str) -> RemoteOrder:
    try:
        return order_of(door, call(door, "GET", f"v2/orders/{remote_id}"))
    except Gone:
        now = datetime.now(UTC).replace(microsecond=0)
        return RemoteOrder(remote_id, "cancelled", "gone", now, is_gone=True)


def order_of(door: Door, row: Mapping[str, Any]) -> RemoteOrder:
    """With its lines and address, which are asked for only where they matter."""
    try:
        standing = standing_of(row)
        if standing not in {"paid", "held"}:
            return understood(row, [], [])
        products = list(products_of(door, str(row["id"])))
        addresses = call(door, "GET", f"v2/orders/{row['id']}/shipping_addresses") or []
        return understood(row, products, addresses)
    except MISREAD:
        return unreadable(str(row.get("id")), changed_of(row))


def products_of(door: Door, remote_id: str) -> Iterator[dict[str, Any]]:
    page = 1
    while rows := call(
        door, "GET", f"v2/orders/{remote_id}/products", {"limit": str(PER_PAGE), "page": str(page)}
    ):
        yield from rows
        if len(rows) < PER_PAGE:
            return
        page += 1


def standing_of(row: Mapping[str, Any]) -> str:
    return "cancelled" if row.get("is_deleted") else STANDINGS.get(int(row["status_id"]), "unknown")


def understood(
    row: Mapping[str, Any], products: Sequence[Mapping[str, Any]], addresses: Sequence[Mapping[str, Any]]
) -> RemoteOrder:
    """What the store says of an order, in our words. Pure."""
    status = int(row["status_id"])
    return RemoteOrder(
        remote_id=str(row["id"]),
        standing=standing_of(row),
        status="refunded" if status == REFUNDED else str(row.get("status") or status).lower(),
        changed_at=changed_of(row) or NEVER,
        number=str(row["id"]),
        placed_at=moment(row["date_created"]),
        currency=str(row.get("default_currency_code") or row.get("currency_code") or ""),
        customer=customer_of(row),
        ship_to=address_of(addresses[0] if addresses else row.get("billing_address") or {}),
        lines=tuple(lines_of(products)),
        shipping_cents=cents(row.get("shipping_cost_inc_tax")) + cents(row.get("handling_cost_inc_tax")),
        note=str(row.get("customer_message") or ""),
        buyer=str(row.get("customer_id") or ""),
    )


def lines_of(products: Sequence[Mapping[str, Any]]) -> Iterator[RemoteLine]:
    for one in products:
        bought = int(one["quantity"])
        left = bought - int(one.get("quantity_refunded") or 0)
        if left > 0:
            paid = Decimal(str(one["total_inc_tax"])) / bought
            yield RemoteLine(
                remote_id=str(one["id"]),
                listing=str(one.get("variant_id") or ""),
                sku=str(one.get("sku") or ""),
                name=str(one.get("name") or ""),
                quantity=left,
                unit_price_cents=cents(paid),
            )


def customer_of(row: Mapping[str, Any]) -> dict[str, str]:
    billing = row.get("billing_address") or {}
    locale = str(row.get("customer_locale") or "")
    return {
        "email": str(billing.get("email") or ""),
        "first_name": str(billing.get("first_name") or ""),
        "last_name": str(billing.get("last_name") or ""),
        "phone": str(billing.get("phone") or ""),
        "language": "fr" if not locale or locale.lower().startswith("fr") else "en",
        "country": str(billing.get("country_iso2") or "FR"),
    }


def address_of(to: Mapping[str, Any]) -> dict[str, str]:
    name = f"{to.get('first_name') or ''} {to.get('last_name') or ''}".strip()
    said = {"name": name, **{ours: str(to.get(theirs) or "") for ours, theirs in ADDRESS}}
    return {key: value for key, value in said.items() if value}


def cents(amount: Any) -> int:
    return int((Decimal(str(amount or 0)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def moment(said: str) -> datetime:
    return parsedate_to_datetime(said)
