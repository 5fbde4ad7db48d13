"""Parcels, refunds and cancellations written back to a WooCommerce shop, each once.

The shop knows no keys that make a call safe to repeat, so whatever may have arrived before is looked for first.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from stocke.channels.connectors.errors import Gone, Refused
from stocke.channels.connectors.shape import Door, ParcelReport, RefundReport
from stocke.channels.connectors.woocommerce.orders import meta_of
from stocke.channels.connectors.woocommerce.transport import Reply, call

KEY = "_stocke_key"
TRACKING = "_tracking_number"
ENDED = {"cancelled", "refunded", "trash"}


def report_parcel(door: Door, parcel: ParcelReport, *, tried: bool) -> str:
    """Write a parcel down in the shop, and complete the order with the last one; how the shop names it.

    Shops that keep parcels get one; the others a note on the order and the number in its data.
    """
    written = parcel_of_its_own(door, parcel, tried=tried) if door.facts.get("fulfilments") else None
    if written is None:
        written = note_of_parcel(door, parcel, tried=tried)
    if parcel.completes:
        complete(door, parcel.order)
    return written


def parcel_of_its_own(door: Door, parcel: ParcelReport, *, tried: bool) -> str | None:
    """None where somebody has switched them off since we knocked."""
    try:
        known = parcel_written(door, parcel) if tried else ""
        return known or write_parcel(door, parcel)
    except Refused as error:
        if error.code != "no_interface":
            raise
        return None


def parcel_written(door: Door, parcel: ParcelReport) -> str:
    told = bare(call(door, "GET", path_of_parcels(parcel)), "fulfillments").rows
    return next((str(row["id"]) for row in told if is_parcel(meta_of(row), parcel)), "")


def write_parcel(door: Door, parcel: ParcelReport) -> str:
    meta = {
        "_items": [{"item_id": int(line), "qty": units} for line, units in parcel.lines.items()],
        TRACKING: parcel.number,
        "_shipment_provider": parcel.carrier,
        "_tracking_url": parcel.url,
        KEY: parcel.key,
    }
    data = {
        "status": "fulfilled",
        "is_fulfilled": True,
        "notify_customer": False,
        # Versions before 11 pass over what has no id.
        "meta_data": [{"id": 0, "key": key, "value": value} for key, value in meta.items() if value],
    }
    made = bare(call(door, "POST", path_of_parcels(parcel), data=data), "fulfillment")
    return str(made.row.get("id", ""))


def path_of_parcels(parcel: ParcelReport) -> str:
    return f"orders/{parcel.order}/fulfillments"


def bare(reply: Reply, name: str) -> Reply:
    """What the first versions that keep parcels wrap up in its name."""
    wrapped = reply.data.get(name) if isinstance(reply.data, dict) else None
    return reply if wrapped is None else replace(reply, data=wrapped)


def is_parcel(meta: Mapping[str, Any], parcel: ParcelReport) -> bool:
    """Whether the shop's parcel is this one: by our key, or by its number, should the shop not keep our key."""
    return meta.get(KEY) == parcel.key or bool(parcel.number and meta.get(TRACKING) == parcel.number)


def note_of_parcel(door: Door, parcel: ParcelReport, *, tried: bool) -> str:
    """A note that ends with our key, which is how it is found again."""
    path, mark = f"orders/{parcel.order}/notes", f"({parcel.key})"
    written = (
        next((str(row["id"]) for row in call(door, "GET", path).rows if mark in row["note"]), "")
        if tried
        else ""
    )
    if not written:
        words = " ".join(word for word in (parcel.carrier, parcel.number, parcel.url, mark) if word)
        written = str(call(door, "POST", path, data={"note": words, "customer_note": False}).row["id"])
    if parcel.number:
        meta = [
            {"key": TRACKING, "value": parcel.number},
            {"key": "_tracking_provider", "value": parcel.carrier},
        ]
        call(door, "POST", f"orders/{parcel.order}", data={"meta_data": known_meta(door, parcel.order, meta)})
    return written


def known_meta(door: Door, order: str, meta: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The data with the ids that the order has for it already: without, each writing would add another row."""
    row = call(door, "GET", f"orders/{order}", {"_fields": "meta_data"}).row
    ids = {one["key"]: one["id"] for one in row.get("meta_data") or ()}
    return [{**one, "id": ids[one["key"]]} if one["key"] in ids else one for one in meta]


def complete(door: Door, order: str) -> None:
    row = call(door, "GET", f"orders/{order}", {"_fields": "status"}).row
    if row.get("status") == "processing":
        call(door, "POST", f"orders/{order}", data={"status": "completed"})


def report_refund(door: Door, refund: RefundReport, *, tried: bool) -> str:
    """Put a refund on the shop's record: the money has gone back by our hand, and the stock we tell ourselves."""
    path = f"orders/{refund.order}/refunds"
    if tried and (known := refund_by_key(call(door, "GET", path, {"per_page": "100"}).rows, refund.key)):
        return known
    data = {
        "amount": str((Decimal(refund.amount_cents) / 100).quantize(Decimal("0.01"))),
        "reason": f"Stock e ({refund.key})",
        "api_refund": False,
        "api_restock": False,
        "meta_data": [{"key": KEY, "value": refund.key}],
    }
    return str(call(door, "POST", path, data=data).row["id"])


def refund_by_key(rows: list[dict[str, Any]], key: str) -> str:
    """Older versions keep no data of a refund, but all keep its reason."""
    found = (row for row in rows if meta_of(row).get(KEY) == key or is_reason(row, key))
    return next((str(row["id"]) for row in found), "")


def is_reason(row: Mapping[str, Any], key: str) -> bool:
    return f"({key})" in str(row.get("reason", ""))


def report_cancellation(door: Door, order: str, *, tried: bool) -> str:
    """Cancel an order in the shop, unless it has ended there by itself. Harmless any number of times."""
    try:
        row = call(door, "GET", f"orders/{order}", {"_fields": "status"}).row
    except Gone:
        return ""
    if row.get("status") not in ENDED:
        call(door, "POST", f"orders/{order}", data={"status": "cancelled"})
    return order
