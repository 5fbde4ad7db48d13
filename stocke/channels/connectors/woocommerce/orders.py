"""Orders of a WooCommerce shop: read in the order of their changes, and understood."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from itertools import batched
from types import MappingProxyType
from typing import Any

from stocke.channels.connectors.errors import Down, Gone
from stocke.channels.connectors.shape import Door, OrderPage, RemoteLine, RemoteOrder
from stocke.channels.connectors.woocommerce.transport import call

PER_PAGE = 100
# The order in which changes are seen is that of whole seconds, and an order may be written a moment after its time.
OVERLAP = timedelta(seconds=2)
STANDINGS: Mapping[str, str] = MappingProxyType(
    {
        "pending": "unpaid",
        "checkout-draft": "unpaid",
        "auto-draft": "unpaid",
        "failed": "unpaid",
        "on-hold": "held",
        "processing": "paid",
        "completed": "complete",
        "cancelled": "cancelled",
        "refunded": "cancelled",
        "trash": "cancelled",
    }
)
NAMES = (
    ("company", "company"),
    ("street", "address_1"),
    ("street2", "address_2"),
    ("postal_code", "postcode"),
    ("city", "city"),
    ("country", "country"),
    ("phone", "phone"),
)
# What plugins for several languages write on an order.
LANGUAGE_KEYS = ("wpml_language", "_wpml_language", "lang", "trp_language")
FRENCH_SPEAKING = frozenset({"FR", "BE", "LU", "MC", "CH", "RE", "GP", "MQ", "GF", "YT", "NC", "PF"})


def orders_since(door: Door, since: datetime) -> Iterator[OrderPage]:
    """Every order changed since, page by page; the same order may come again when it changes meanwhile.

    Each page begins where the last one ended, because an order that changes moves to the end of the list and would
    pull an unread one onto a page that was read. Within one second there is nothing but the number of the page.
    """
    number = 1
    while True:
        query = {
            "modified_after": written(since - OVERLAP),
            "dates_are_gmt": "true",
            "orderby": "modified",
            "order": "asc",
            "per_page": str(PER_PAGE),
            "page": str(number),
        }
        rows = call(door, "GET", "orders", query).rows
        orders = tuple(order_of(door, row) for row in rows)
        until = max((order.changed_at for order in orders), default=since)
        yield OrderPage(orders, max(until, since))
        if len(rows) < PER_PAGE:
            return
        number, since = (1, until) if until > since + OVERLAP else (number + 1, since)


def orders_named(door: Door, remote_ids: Sequence[str]) -> list[RemoteOrder]:
    """These orders as they are now, also those that are gone."""
    found: dict[str, RemoteOrder] = {}
    for ids in batched(remote_ids, PER_PAGE):
        query = {"include": ",".join(ids), "per_page": str(PER_PAGE), "status": "any"}
        found |= {str(row["id"]): order_of(door, row) for row in call(door, "GET", "orders", query).rows}
    # The list leaves out what lies in the bin, and cannot say what was deleted for good.
    return [found.get(one) or order_alone(door, one) for one in remote_ids]


def order_alone(door: Door, remote_id: str) -> RemoteOrder:
    try:
        return order_of(door, call(door, "GET", f"orders/{remote_id}").row)
    except Gone:
        now = datetime.now(UTC).replace(microsecond=0)
        return RemoteOrder(remote_id, "cancelled", "gone", now, is_gone=True)


def order_of(door: Door, row: Mapping[str, Any]) -> RemoteOrder:
    """The order with the units that were refunded taken off."""
    taken_off = refunded_units(door, str(row["id"])) if row.get("refunds") else {}
    return understood(row, taken_off)


def refunded_units(door: Door, remote_id: str) -> dict[str, int]:
    """Units given back by line, over all refunds of the order."""
    units: dict[str, int] = {}
    for refund in call(door, "GET", f"orders/{remote_id}/refunds", {"per_page": "100"}).rows:
        for line in refund.get("line_items") or ():
            origin = meta_of(line).get("_refunded_item_id")
            if origin is not None:
                units[str(origin)] = units.get(str(origin), 0) - int(line.get("quantity") or 0)
    return units


def understood(row: Mapping[str, Any], taken_off: Mapping[str, int]) -> RemoteOrder:
    """What the shop says of an order, in our words. Pure. Raises Down where it is not an order."""
    try:
        return reading(row, taken_off)
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as error:
        raise Down("down", reason="not_an_order") from error


def reading(row: Mapping[str, Any], taken_off: Mapping[str, int]) -> RemoteOrder:
    status = str(row["status"]).removeprefix("wc-")
    return RemoteOrder(
        remote_id=str(row["id"]),
        standing=STANDINGS.get(status, "unknown"),
        status=status,
        changed_at=moment(row.get("date_modified_gmt") or row.get("date_created_gmt")) or datetime.now(UTC),
        number=str(row.get("number") or row["id"]),
        placed_at=moment(row.get("date_created_gmt") or row.get("date_created")),
        paid_at=moment(row.get("date_paid_gmt")),
        currency=str(row["currency"]),
        customer=customer_of(row),
        ship_to=address_of(row),
        lines=tuple(lines_of(row, taken_off)),
        shipping_cents=charges_of(row),
        note=str(row.get("customer_note") or ""),
    )


def lines_of(row: Mapping[str, Any], taken_off: Mapping[str, int]) -> Iterator[RemoteLine]:
    """What is still to be delivered. The price of a unit is what was paid for the line, with tax, over its units."""
    for line in row["line_items"]:
        bought = int(line["quantity"])
        left = bought - taken_off.get(str(line["id"]), 0)
        if left > 0:
            paid = cents(line["total"]) + cents(line["total_tax"])
            yield RemoteLine(
                remote_id=str(line["id"]),
                listing=str(line.get("variation_id") or line.get("product_id") or ""),
                sku=str(line.get("sku") or ""),
                name=str(line.get("name") or ""),
                quantity=left,
                unit_price_cents=int((Decimal(paid) / bought).quantize(Decimal(1), ROUND_HALF_UP)),
            )


def charges_of(row: Mapping[str, Any]) -> int:
    """Shipping and fees that were charged, with tax; a fee below zero is a discount, and no charge."""
    fees = [cents(fee.get("total")) + cents(fee.get("total_tax")) for fee in row.get("fee_lines") or ()]
    shipping = cents(row.get("shipping_total")) + cents(row.get("shipping_tax"))
    return shipping + sum(fee for fee in fees if fee > 0)


def customer_of(row: Mapping[str, Any]) -> dict[str, str]:
    billing = row.get("billing") or {}
    country = str(billing.get("country") or "").upper()
    return {
        "email": str(billing.get("email") or "").strip(),
        "first_name": str(billing.get("first_name") or ""),
        "last_name": str(billing.get("last_name") or ""),
        "phone": str(billing.get("phone") or ""),
        "language": language_of(row, country),
        "country": country or "FR",
    }


def language_of(row: Mapping[str, Any], country: str) -> str:
    known = meta_of(row)
    said = next((str(known[key]) for key in LANGUAGE_KEYS if known.get(key)), "")
    if said:
        return "fr" if said.lower().startswith("fr") else "en"
    return "fr" if not country or country in FRENCH_SPEAKING else "en"


def address_of(row: Mapping[str, Any]) -> dict[str, str]:
    """Where to ship to: the billing address where the shop asked for no other."""
    shipping, billing = row.get("shipping") or {}, row.get("billing") or {}
    to = shipping if shipping.get("address_1") or shipping.get("city") else billing
    name = f"{to.get('first_name') or ''} {to.get('last_name') or ''}".strip()
    said = {"name": name, **{ours: str(to.get(theirs) or "") for ours, theirs in NAMES}}
    said["phone"] = said["phone"] or str(billing.get("phone") or "")
    return {key: value for key, value in said.items() if value}


def meta_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return {str(one["key"]): one.get("value") for one in row.get("meta_data") or () if one.get("key")}


def cents(amount: Any) -> int:
    """Hundredths, as the house counts money."""
    return int((Decimal(str(amount or 0)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def moment(said: Any) -> datetime | None:
    """WooCommerce writes times of UTC without saying so, and sometimes none."""
    if not said:
        return None
    read = datetime.fromisoformat(str(said))
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def written(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
