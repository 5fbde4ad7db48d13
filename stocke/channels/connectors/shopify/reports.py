"""Parcels, refunds and cancellations written back to a Shopify shop, each once."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from stocke.channels.connectors.errors import Gone, Refused
from stocke.channels.connectors.shape import Door, ParcelReport, RefundReport
from stocke.channels.connectors.shopify import documents
from stocke.channels.connectors.shopify.transport import call, gid, number_of, refuse, user_errors

OPEN = frozenset({"OPEN", "IN_PROGRESS"})


def report_parcel(door: Door, parcel: ParcelReport, *, tried: bool) -> str:
    """Make a fulfilment of these units. A number that the order has already is this parcel: it is not made twice."""
    order = call(door, documents.TO_FULFIL, {"id": gid("Order", parcel.order)})["order"]
    if order is None:
        raise Gone("gone")
    if known := with_number(order, parcel.number):
        return known
    lines = units_by_order(order, parcel.lines)
    if not lines:
        if tried:
            return ""
        raise Refused("refused", said="nothing of it is left to be fulfilled")
    tracking = {"company": parcel.carrier, "number": parcel.number, "url": parcel.url}
    fulfillment = {
        "lineItemsByFulfillmentOrder": lines,
        "notifyCustomer": False,
        "trackingInfo": {name: value for name, value in tracking.items() if value},
    }
    payload = call(door, documents.FULFIL, {"fulfillment": fulfillment})["fulfillmentCreate"]
    refuse(user_errors(payload))
    return number_of(payload["fulfillment"]["id"])


def with_number(order: Mapping[str, Any], number: str) -> str:
    found = (
        number_of(one["id"])
        for one in order["fulfillments"]
        if number and any(tracking["number"] == number for tracking in one["trackingInfo"])
    )
    return next(found, "")


def units_by_order(order: Mapping[str, Any], wanted: Mapping[str, int]) -> list[dict[str, Any]]:
    """The units over the shop's own orders to fulfil, never more than each has left. Pure."""
    left, found = dict(wanted), []
    for one in order["fulfillmentOrders"]["nodes"]:
        lines = []
        for entry in one["lineItems"]["nodes"] if one["status"] in OPEN else ():
            line = number_of(entry["lineItem"]["id"])
            units = min(left.get(line, 0), int(entry["remainingQuantity"]))
            if units:
                left[line] -= units
                lines.append({"id": entry["id"], "quantity": units})
        if lines:
            found.append({"fulfillmentOrderId": one["id"], "fulfillmentOrderLineItems": lines})
    return found


def report_refund(door: Door, refund: RefundReport, *, tried: bool) -> str:
    """Put money that went back by our hand on the shop's record; key and note keep it from being there twice."""
    order, mark = gid("Order", refund.order), f"({refund.key})"
    if tried and (known := refund_with(call(door, documents.REFUNDS, {"id": order})["order"], mark)):
        return known
    amount = str((Decimal(refund.amount_cents) / 100).quantize(Decimal("0.01")))
    given = {"orderId": order, "amount": amount, "gateway": "manual", "kind": "REFUND"}
    asked = {"orderId": order, "note": f"Stock e {mark}", "notify": False, "transactions": [given]}
    payload = call(door, documents.REFUND, {"input": asked, "key": refund.key})["refundCreate"]
    refuse(user_errors(payload))
    return number_of((payload.get("refund") or {}).get("id", ""))


def refund_with(order: Mapping[str, Any] | None, mark: str) -> str:
    refunds = order["refunds"] if order else ()
    return next((number_of(one["id"]) for one in refunds if mark in (one.get("note") or "")), "")


def report_cancellation(door: Door, order: str, *, tried: bool) -> str:
    """Cancel an order in the shop, unless it has ended there by itself."""
    known = call(door, documents.TO_FULFIL, {"id": gid("Order", order)})["order"]
    if known is None or known.get("cancelledAt"):
        return order
    payload = call(door, documents.CANCEL, {"orderId": gid("Order", order)})["orderCancel"]
    refuse(user_errors(payload, "orderCancelUserErrors"))
    return order
