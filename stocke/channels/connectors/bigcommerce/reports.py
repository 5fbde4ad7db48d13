"""Parcels, refunds and cancellations written back to a BigCommerce store, each once."""

from collections.abc import Mapping, Sequence
from typing import Any

from stocke.channels.connectors.bigcommerce.transport import call
from stocke.channels.connectors.errors import Gone, Refused
from stocke.channels.connectors.shape import Door, ParcelReport, RefundReport

CANCELLED, ENDED = 5, frozenset({4, 5, 6})
# As much as the store takes: a longer one would keep the parcel from its record.
LONGEST_NUMBER, LONGEST_LINK = 50, 500


def report_parcel(door: Door, parcel: ParcelReport, *, tried: bool) -> str:
    """Make a shipment; the store marks the order as shipped with the last one by itself."""
    path, mark = f"v2/orders/{parcel.order}/shipments", f"({parcel.key})"
    number = parcel.number[:LONGEST_NUMBER]
    if tried and (known := shipment_with(call(door, "GET", path) or [], number, mark)):
        return known
    addresses = call(door, "GET", f"v2/orders/{parcel.order}/shipping_addresses") or []
    if not addresses:
        raise Refused("refused", said="the order has no address")
    data = {
        "order_address_id": addresses[0]["id"],
        "items": [{"order_product_id": int(line), "quantity": units} for line, units in parcel.lines.items()],
        "tracking_number": number,
        "tracking_link": parcel.url if len(parcel.url) <= LONGEST_LINK else "",
        "comments": f"{parcel.carrier} {mark}".strip(),
    }
    return str(call(door, "POST", path, data=data)["id"])


def shipment_with(rows: Sequence[Mapping[str, Any]], number: str, mark: str) -> str:
    found = (
        str(row["id"])
        for row in rows
        if mark in str(row.get("comments", "")) or (number and row.get("tracking_number") == number)
    )
    return next(found, "")


def report_refund(door: Door, refund: RefundReport, *, tried: bool) -> str:
    """Put money that went back by our hand on the record: by a way of payment outside the store, or not at all."""
    path, mark = f"v3/orders/{refund.order}/payment_actions", f"({refund.key})"
    if tried and (known := refund_with(call(door, "GET", f"{path}/refunds"), mark)):
        return known
    amount = refund.amount_cents / 100
    reason = f"Stock e {mark}"
    items = [{"item_type": "ORDER", "item_id": int(refund.order), "amount": amount, "reason": reason}]
    quote = call(door, "POST", f"{path}/refund_quotes", data={"items": items})["data"]
    payments = outside(quote.get("refund_methods") or [])
    data = {"items": items, "payments": payments}
    return str(call(door, "POST", f"{path}/refunds", data=data)["data"]["id"])


def refund_with(told: Any, mark: str) -> str:
    """A refund has its reason where it was given, at what was refunded, and perhaps as a whole."""
    for row in told["data"] if told else []:
        reasons = [row.get("reason"), *(item.get("reason") for item in row.get("items") or [])]
        if any(mark in str(reason) for reason in reasons):
            return str(row["id"])
    return ""


def outside(methods: Sequence[Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """The first offered way that pays nothing out. Raises Refused: the store must not give the money a second time."""
    for method in methods:
        if method and all(payment.get("offline") for payment in method):
            return [
                {name: payment[name] for name in ("provider_id", "amount", "offline")} for payment in method
            ]
    raise Refused("refused", said="the store offers no refund outside its own payments")


def report_cancellation(door: Door, order: str, *, tried: bool) -> str:
    """Cancel an order in the store, unless it has ended there by itself. Harmless any number of times."""
    try:
        row = call(door, "GET", f"v2/orders/{order}")
    except Gone:
        return ""
    if int(row["status_id"]) not in ENDED and not row.get("is_deleted"):
        call(door, "PUT", f"v2/orders/{order}", data={"status_id": CANCELLED})
    return order
