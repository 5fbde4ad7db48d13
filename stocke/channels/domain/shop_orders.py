"""Orders as shops have them: written down in their newest version, handed over to whoever takes orders in."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils import timezone

from stocke.channels.connectors import CONNECTORS
from stocke.channels.connectors.shape import RemoteOrder
from stocke.channels.domain.standing import SOLD, Known, judge
from stocke.channels.events import ShopOrdersRead
from stocke.channels.incoming import IncomingCustomer, IncomingLine, IncomingOrder
from stocke.channels.models import Channel, Listing, ShopOrder, ShopOrderState, Standing
from stocke.core.events import publish
from stocke.core.texts import is_storable

# What a person may take in although it does not come in by itself.
TAKEABLE = [Standing.PAID, Standing.COMPLETE]
UNREADABLE = "unreadable"
# It was not in the shop when we looked: the next look decides.
MISSING = "missing"
# It went together with all newer ones; the same word among the facts of a channel says how many did.
SET_BACK = "set_back"
# Its id there has become that of another order.
REPLACED = "replaced"
# What stands under its id in the shop, if anything, is not our order.
ASTRAY = [SET_BACK, REPLACED]
# Whoever reads an order has found it, and understood it.
PASSED = frozenset({UNREADABLE, MISSING, SET_BACK, REPLACED})
# No shop's messages are so sure that nobody need look.
LOOK_EVERY = timedelta(hours=6)
# The shop has given the money back itself.
MONEY_BACK = "refunded"
ASIDE = [ShopOrderState.APART, ShopOrderState.REFUSED]
NO_CLASSES: Mapping[str, str] = MappingProxyType({})


def note_orders(
    channel: Channel, orders: Sequence[RemoteOrder], classes: Mapping[str, str] = NO_CLASSES
) -> int:
    """Write down what was read; how many of them wait to be taken in. Older news never overwrites newer.

    `classes` are those of their customers, by order.
    """
    skus = our_skus(channel, orders)
    waiting = sum(note_order(channel, with_class(order, classes), skus) for order in orders)
    if waiting:
        publish(ShopOrdersRead(channel.pk))
    return waiting


def with_class(order: RemoteOrder, classes: Mapping[str, str]) -> RemoteOrder:
    name = classes.get(order.remote_id, "")
    return replace(order, customer={**order.customer, "customer_class": name}) if name else order


def our_skus(channel: Channel, orders: Iterable[RemoteOrder]) -> dict[str, str]:
    """Our SKU by the shop's id of a listing: what was matched counts, whatever SKU the shop writes on the line."""
    ids = {line.listing for order in orders for line in order.lines}
    found = Listing.objects.filter(channel=channel, remote_id__in=ids, product__isnull=False)
    return dict(found.values_list("remote_id", "product__sku"))


@transaction.atomic
def note_order(channel: Channel, order: RemoteOrder, skus: Mapping[str, str]) -> bool:
    """Whether it waits to be taken in now, and did not before this news."""
    read = ShopOrder(channel=channel, remote_id=order.remote_id, digest="", state=ShopOrderState.APART)
    known = (
        ShopOrder.objects.select_for_update(no_key=True)
        .filter(channel=channel, remote_id=order.remote_id)
        .first()
    )
    if known and order.changed_at < known.changed_at and not (order.is_gone or order.is_unreadable):
        return False
    if order.is_gone and is_forgotten(known):
        return False
    if known and is_another(known, order):
        ShopOrder.objects.filter(pk=known.pk).update(problems=[{"code": REPLACED}], look_at=None)
        return False
    row = known or read
    if order.is_unreadable or not can_be_kept(order):
        set_aside(row, order)
    else:
        take_over(row, order, skus, is_ours=is_ours(channel, order))
    row.save()
    return row.state == ShopOrderState.OPEN


def is_another(known: ShopOrder, order: RemoteOrder) -> bool:
    """Whether a shop that was set back has given the id of one that we took in twice: none is changed before it is
    placed. What was not taken in yet is no loss; a draft may get its date when it is paid, or ahead of the clock.
    """
    if known.state != ShopOrderState.TAKEN or known.placed_at is None or order.placed_at is None:
        return False
    return order.placed_at != known.placed_at and order.placed_at > known.changed_at


def is_forgotten(known: ShopOrder | None) -> bool:
    """Whether it is so old that its shop would not show it to us either way."""
    lasts = CONNECTORS[known.channel.kind].remembers if known else None
    if known is None or lasts is None:
        return False
    return (known.placed_at or known.changed_at) < timezone.now() - lasts


def is_ours(channel: Channel, order: RemoteOrder) -> bool:
    """Whether it was placed since the shop was connected."""
    return order.placed_at is None or order.placed_at >= channel.connected_at.replace(microsecond=0)


def can_be_kept(order: RemoteOrder) -> bool:
    """Whether the database can keep every word of it."""
    words = json.dumps(asdict(order), default=str, ensure_ascii=False)
    return "\\u0000" not in words and is_storable(words)


def set_aside(row: ShopOrder, order: RemoteOrder) -> None:
    """An order that nobody understands: what we have of it stays, and a person looks. Pure but for the row."""
    if not row.pk:
        row.standing = Standing.UNKNOWN
        row.remote_status = order.status[:40] if is_storable(order.status) else ""
        row.changed_at, row.uncounted = order.changed_at, False
    if row.state == ShopOrderState.OPEN:
        row.state = ShopOrderState.APART
    row.problems, row.read_at = [{"code": UNREADABLE}], timezone.now()


def take_over(row: ShopOrder, order: RemoteOrder, skus: Mapping[str, str], *, is_ours: bool) -> None:
    """Bring the row to what was read. Pure but for the row."""
    if order.standing == Standing.PAID and not order.lines:
        # All of its units were given back: to the shop it may go on, for the postage or a fee.
        order = replace(order, standing=Standing.CANCELLED, status=MONEY_BACK)
    known = known_of(row)
    content = content_of(row.channel.slug, order, skus) if order.lines else {}
    digest = digest_of(content)
    is_paid_back = order.status == MONEY_BACK
    verdict = judge(known, order.standing, digest, is_ours=is_ours, is_paid_back=is_paid_back)
    row.changed_at = max(order.changed_at, row.changed_at) if known else order.changed_at
    row.remote_status, row.read_at = order.status[:40], timezone.now()
    row.number, row.placed_at = order.number[:64] or row.number, order.placed_at or row.placed_at
    row.look_at = timezone.now() + LOOK_EVERY if order.standing in SOLD else None
    row.problems = [{"code": verdict.problem}] if verdict.problem else problems_kept(row, verdict.keeps)
    row.state = verdict.state
    if order.standing == Standing.COMPLETE and row.state == ShopOrderState.REFUSED:
        # Somebody has served it: its units are no longer to be kept for it.
        row.units, row.uncounted = {}, False
    if verdict.keeps:
        return
    row.standing, row.digest = order.standing, digest
    is_wanted = verdict.state == ShopOrderState.OPEN or order.standing in TAKEABLE
    row.content = content if is_wanted else {}
    row.units = units_of(order, skus) if order.standing in SOLD else {}
    row.uncounted = bool(row.units)


def known_of(row: ShopOrder) -> Known | None:
    if not row.pk:
        return None
    return Known(row.state, row.standing, row.digest, is_paid_back=row.remote_status == MONEY_BACK)


def problems_kept(row: ShopOrder, keeps: bool) -> list[Any]:
    return [one for one in row.problems if one.get("code") not in PASSED] if keeps else []


def units_of(order: RemoteOrder, skus: Mapping[str, str]) -> dict[str, int]:
    units: dict[str, int] = {}
    for line in order.lines:
        sku = skus.get(line.listing, line.sku)
        units[sku] = units.get(sku, 0) + line.quantity
    return units


def content_of(slug: str, order: RemoteOrder, skus: Mapping[str, str]) -> dict[str, Any]:
    """The order to be taken in, as data."""
    incoming = IncomingOrder(
        channel=slug,
        external_id=order.remote_id,
        placed_at=order.placed_at or order.changed_at,
        currency=order.currency,
        customer=IncomingCustomer(**order.customer),
        lines=tuple(
            IncomingLine(
                sku=skus.get(line.listing, line.sku),
                quantity=line.quantity,
                unit_price_cents=line.unit_price_cents,
                name=line.name,
                external_id=line.remote_id,
            )
            for line in order.lines
        ),
        shipping_cents=order.shipping_cents,
        ship_to=dict(order.ship_to),
        note=order.note[:4000],
    )
    return {
        **incoming.as_data(),
        "placed_at": incoming.placed_at.astimezone(UTC).isoformat(),
        # Beside the order: by which listing each line was bought.
        "listings": [line.listing for line in order.lines],
    }


def incoming_of(content: Mapping[str, Any]) -> IncomingOrder:
    """The same back as a value."""
    told = {name: value for name, value in content.items() if name != "listings"}
    return IncomingOrder(
        **{
            **told,
            "placed_at": datetime.fromisoformat(content["placed_at"]),
            "customer": IncomingCustomer(**content["customer"]),
            "lines": tuple(IncomingLine(**line) for line in content["lines"]),
        }
    )


def digest_of(content: Mapping[str, Any]) -> str:
    """By which it is known again. The class of its customer is no part of it: with another one it is the same order."""
    told = dict(content)
    if "customer" in told:
        told["customer"] = {name: said for name, said in told["customer"].items() if name != "customer_class"}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def open_orders(limit: int) -> list[int]:
    """Those that wait to be taken in, oldest first."""
    found = ShopOrder.objects.filter(state=ShopOrderState.OPEN, channel__takes_orders=True)
    return list(found.order_by("pk").values_list("pk", flat=True)[:limit])


def lock_open(shop_order_id: int) -> ShopOrder | None:
    """The order, for this transaction, if it still waits and nobody else has it in hand."""
    rows = ShopOrder.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    return rows.filter(pk=shop_order_id, state=ShopOrderState.OPEN).select_related("channel").first()


def settle(row: ShopOrder, state: str, *, our_number: str = "", problems: Sequence[Any] = ()) -> None:
    """What became of it. Who it is from and where it goes is kept no longer than it waits."""
    row.state, row.problems = state, list(problems)
    row.our_number = our_number or row.our_number
    if state == ShopOrderState.TAKEN:
        row.content = {}
    row.save(update_fields=["state", "problems", "our_number", "content"])


def mark_counted(ids: Iterable[int]) -> None:
    """Our levels contain the units of these orders by now, or will as soon as nothing of them is dirty."""
    # Not where the shop has changed it since it was looked at: those units are in no level yet.
    rows = ShopOrder.objects.filter(pk__in=list(ids), uncounted=True).exclude(state=ShopOrderState.OPEN)
    rows.update(uncounted=False)


@transaction.atomic
def take_anyway(row_id: int) -> bool:
    """A person wants an order taken in that stands apart or was refused; whether it could be.

    What it sells is named anew: perhaps somebody has said meanwhile which products its listings are.
    """
    rows = ShopOrder.objects.select_for_update(no_key=True, of=("self",)).select_related("channel")
    row = rows.filter(pk=row_id, state__in=ASIDE, standing__in=TAKEABLE).exclude(content={}).first()
    if row is None:
        return False
    row.content = named_anew(row)
    row.state, row.problems, row.digest = ShopOrderState.OPEN, [], digest_of(row.content)
    row.save(update_fields=["content", "state", "problems", "digest"])
    return True


def named_anew(row: ShopOrder) -> dict[str, Any]:
    """The content with the SKUs that its listings have by now."""
    listings = row.content.get("listings", [])
    found = Listing.objects.filter(channel=row.channel, remote_id__in=listings, product__isnull=False)
    skus = dict(found.values_list("remote_id", "product__sku"))
    lines = [
        {**line, "sku": skus.get(listing, line["sku"])}
        for line, listing in zip(row.content["lines"], listings, strict=True)
    ]
    return {**row.content, "lines": lines}
