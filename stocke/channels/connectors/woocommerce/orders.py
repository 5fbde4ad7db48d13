"""Orders of a WooCommerce shop: read in the order of their changes, and understood."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from itertools import batched
from types import MappingProxyType
from typing import Any

from stocke.channels.connectors.clocks import shop_clock
from stocke.channels.connectors.errors import Gone, NotAnOrder
from stocke.channels.connectors.shape import NEVER, Door, OrderPage, RemoteLine, RemoteOrder, unreadable
from stocke.channels.connectors.woocommerce.transport import Reply, call
from stocke.channels.connectors.woocommerce.transport import pages as pages_of

PER_PAGE = 100
# The order in which changes are seen is that of whole seconds, and an order may be written a moment after its time.
OVERLAP = timedelta(seconds=2)
SECOND = timedelta(seconds=1)
# More than a page within so much time is a crowd.
CROWDED = 2 * OVERLAP + SECOND
SORTED: Mapping[str, str] = MappingProxyType(
    {"dates_are_gmt": "true", "orderby": "modified", "order": "asc", "per_page": str(PER_PAGE)}
)
MISREAD = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)
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
    pull an unread one onto a page that was read. Where more than a page has changed within moments, those are read by
    themselves.
    """
    until, after = since, since - OVERLAP
    while True:
        reply = call(door, "GET", "orders", {**SORTED, "modified_after": written(after)})
        until = max(until, last_change(reply))
        yield OrderPage(tuple(order_of(door, row) for row in reply.rows), until)
        if len(reply.rows) < PER_PAGE:
            return
        if until - OVERLAP > after:
            after = until - OVERLAP
        else:
            yield from (OrderPage(orders, until) for orders in crowd(door, after))
            # The list is by whole seconds, and excludes the one after which it begins.
            after += CROWDED - SECOND


def crowd(door: Door, after: datetime) -> Iterator[tuple[RemoteOrder, ...]]:
    """Everything changed within some seconds, by id, so that nothing changes its place.

    One that is changed anew meanwhile leaves the list, and pulls one onto a page that was read: then all of it is read
    once more. It can only become shorter.
    """
    window = {"modified_after": written(after), "modified_before": written(after + CROWDED)}
    is_whole = False
    while not is_whole:
        totals, number, pages = set[str](), 0, 1
        while number < pages:
            number += 1
            query = {**SORTED, **window, "orderby": "id", "page": str(number)}
            reply = call(door, "GET", "orders", query)
            pages = pages_of(reply.headers)
            totals.add(reply.headers.get("x-wp-total", ""))
            yield tuple(order_of(door, row) for row in reply.rows)
        is_whole = len(totals) == 1


def last_change(reply: Reply) -> datetime:
    """The newest change of a page; nothing of it lies in the shop's own future, whatever an order says."""
    told = [at for row in reply.rows if (at := changed_of(row))]
    return min(max(told, default=NEVER), shop_clock(reply.headers))


def changed_of(row: Mapping[str, Any]) -> datetime | None:
    try:
        return moment(row.get("date_modified_gmt") or row.get("date_created_gmt"))
    except ValueError:
        return None


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
    except Gone as error:
        # A page of whoever stands before the shop says nothing of its orders.
        if "invalid_id" not in str(error.facts.get("error", "")):
            raise
        now = datetime.now(UTC).replace(microsecond=0)
        return RemoteOrder(remote_id, "cancelled", "gone", now, is_gone=True)


def order_of(door: Door, row: Mapping[str, Any]) -> RemoteOrder:
    """The order with the units that were refunded taken off."""
    try:
        taken_off = refunded_units(door, str(row["id"])) if row.get("refunds") else {}
        return understood(row, taken_off)
    except NotAnOrder:
        return unreadable(str(row.get("id")), changed_of(row))


def refunded_units(door: Door, remote_id: str) -> dict[str, int]:
    """Units given back by line, over all refunds of the order. Raises NotAnOrder."""
    refunds = call(door, "GET", f"orders/{remote_id}/refunds", {"per_page": "100"}).rows
    try:
        return units_of(refunds)
    except MISREAD as error:
        raise NotAnOrder from error


def units_of(refunds: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    units: dict[str, int] = {}
    for refund in refunds:
        for line in refund.get("line_items") or ():
            origin = meta_of(line).get("_refunded_item_id")
            if origin is not None:
                units[str(origin)] = units.get(str(origin), 0) - whole(line.get("quantity") or 0)
    return units


def understood(row: Mapping[str, Any], taken_off: Mapping[str, int]) -> RemoteOrder:
    """What the shop says of an order, in our words. Pure. Raises NotAnOrder."""
    try:
        return reading(row, taken_off)
    except MISREAD as error:
        raise NotAnOrder from error


def reading(row: Mapping[str, Any], taken_off: Mapping[str, int]) -> RemoteOrder:
    status = str(row["status"]).removeprefix("wc-")
    return RemoteOrder(
        remote_id=str(row["id"]),
        standing=STANDINGS.get(status, "unknown"),
        status=status,
        changed_at=changed_of(row) or NEVER,
        number=str(row.get("number") or row["id"]),
        placed_at=moment(row.get("date_created_gmt") or row.get("date_created")),
        paid_at=moment(row.get("date_paid_gmt")),
        currency=str(row["currency"]),
        customer=customer_of(row),
        ship_to=address_of(row),
        lines=tuple(lines_of(row, taken_off)),
        shipping_cents=max(charges_of(row), 0),
        note=str(row.get("customer_note") or ""),
        buyer=str(row.get("customer_id") or ""),
    )


def lines_of(row: Mapping[str, Any], taken_off: Mapping[str, int]) -> Iterator[RemoteLine]:
    """What is still to be delivered. The price of a unit is what was paid for the line, with tax, over its units.

    What was let off the order as a whole, by a fee below zero, is let off its lines by what they cost.
    """
    let_off = max(-charges_of(row), 0)
    in_all = sum(paid_for(line) for line in row["line_items"])
    for line in row["line_items"]:
        bought = whole(line["quantity"])
        left = bought - taken_off.get(str(line["id"]), 0)
        if left > 0:
            paid = paid_for(line)
            price = Decimal(paid) / bought
            rounding = ROUND_HALF_UP
            if let_off:
                # Never more than was paid.
                price, rounding = price * max(in_all - let_off, 0) / max(in_all, 1), ROUND_FLOOR
            yield RemoteLine(
                remote_id=str(line["id"]),
                listing=str(line.get("variation_id") or line.get("product_id") or ""),
                sku=str(line.get("sku") or ""),
                name=str(line.get("name") or ""),
                quantity=left,
                unit_price_cents=int(price.quantize(Decimal(1), rounding)),
            )


def whole(quantity: Any) -> int:
    """Units. Plugins sell by weight or length: half a unit must not pass for none. Raises ValueError."""
    if int(quantity) != Decimal(str(quantity)):
        raise ValueError(quantity)
    return int(quantity)


def paid_for(line: Mapping[str, Any]) -> int:
    return cents(line["total"]) + cents(line["total_tax"])


def charges_of(row: Mapping[str, Any]) -> int:
    """Shipping and fees, with tax. Below zero where more was let off by fees than was charged."""
    fees = [cents(fee.get("total")) + cents(fee.get("total_tax")) for fee in row.get("fee_lines") or ()]
    return cents(row.get("shipping_total")) + cents(row.get("shipping_tax")) + sum(fees)


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
