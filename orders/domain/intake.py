"""Taking orders in: the same order twice is one order, a changed one is an amendment, a wrong one is refused whole."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from django.db import IntegrityError, transaction

from customers.domain.customers import find_or_create
from orders.domain.amending import Amendment, plan_amendment
from orders.domain.amendments import NEEDED, amend, state_of
from orders.domain.problems import AmendmentRefused, OrderRefused, Problem
from orders.domain.soundness import problems_of, total_cents
from orders.events import OrderReceived
from orders.models import Order, OrderLine
from stocke.channels.incoming import IncomingOrder
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.domain.numbers import next_numbers
from stocke.core.events import publish
from stocke.core.models import HistoryEntry
from stocke.core.texts import is_storable
from stocke.products.models import Product


class Outcome(StrEnum):
    CREATED = "created"
    SAME = "same"
    AMENDED = "amended"
    REFUSED = "refused"


@dataclass(frozen=True)
class Taken:
    order: Order
    outcome: Outcome


@dataclass(frozen=True)
class Preview:
    """What taking this order in would do now."""

    incoming: IncomingOrder
    outcome: Outcome
    number: str = ""
    amendment: Amendment | None = None
    problems: tuple[Problem, ...] = ()


def take_in(incoming: IncomingOrder, *, by: Actor) -> Taken:
    """Create the order, or amend the one we have, or find that nothing has changed.

    Idempotent, and safe under a race, by (channel, external id). Raises OrderRefused, or AmendmentRefused when it
    contradicts what was already done, and then changes nothing; a refused amendment is put on the order's record.
    """
    try:
        return _take_in(incoming, by=by)
    except AmendmentRefused as refused:
        note_refusal(refused, digest_of(incoming), by=by)
        raise


@transaction.atomic
def _take_in(incoming: IncomingOrder, *, by: Actor) -> Taken:
    products = products_of([incoming])
    if problems := problems_of(incoming, products):
        raise OrderRefused(problems)
    order = find_locked(incoming)
    if order is None:
        try:
            # A savepoint: losing the race to another request must not cost us this transaction.
            with transaction.atomic():
                return Taken(create(incoming, products, by=by), Outcome.CREATED)
        except IntegrityError:
            order = find_locked(incoming)
            if order is None:
                raise
    if order.digest == digest_of(incoming):
        return Taken(order, Outcome.SAME)
    amend(order, incoming, products, digest=digest_of(incoming), by=by)
    return Taken(order, Outcome.AMENDED)


def find_locked(incoming: IncomingOrder) -> Order | None:
    named = Order.objects.filter(channel=incoming.channel, external_id=incoming.external_id)
    return named.select_for_update(no_key=True).first()


def create(incoming: IncomingOrder, products: Mapping[str, Product], *, by: Actor) -> Order:
    order = Order.objects.create(
        number=str(next_numbers("order_number")[0]),
        channel=incoming.channel,
        external_id=incoming.external_id,
        digest=digest_of(incoming),
        customer=find_or_create(**asdict(incoming.customer), by=by),
        placed_at=incoming.placed_at,
        promised_on=incoming.promised_on,
        currency=incoming.currency,
        shipping_cents=incoming.shipping_cents,
        total_cents=total_cents(incoming),
        ship_to=incoming.ship_to,
        note=incoming.note,
    )
    OrderLine.objects.bulk_create(
        [
            OrderLine(
                order=order,
                position=position,
                external_id=line.external_id,
                ordered_sku=line.sku,
                ordered_name=line.name[:250] or products[line.sku].name,
                product=products[line.sku],
                quantity=line.quantity,
                unit_price_cents=line.unit_price_cents,
                promised_on=incoming.promised_on,
            )
            for position, line in enumerate(incoming.lines, start=1)
        ]
    )
    record(order, "order.received", by=by, lines=len(incoming.lines), total_cents=order.total_cents)
    publish(OrderReceived(order.pk))
    return order


def products_of(incomings: Iterable[IncomingOrder]) -> dict[str, Product]:
    """The products that these orders name, by SKU."""
    return products_named(line.sku for incoming in incomings for line in incoming.lines)


def products_named(skus: Iterable[str]) -> dict[str, Product]:
    wanted = {sku for sku in skus if is_storable(sku)}
    return {product.sku: product for product in Product.objects.filter(sku__in=wanted).only("sku", "name")}


def digest_of(incoming: IncomingOrder) -> str:
    """Of everything the shop told us; equal digests mean that nothing has changed."""
    content = json.dumps(incoming.as_data(), sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def note_refusal(refused: AmendmentRefused, digest: str, *, by: Actor) -> None:
    """Staff must learn that shop and record have parted; once per content, however often the shop tries again."""
    order = Order.objects.get(number=refused.number)
    known = HistoryEntry.objects.filter(
        thread=f"order:{order.pk}", kind="order.amendment_refused", data__digest=digest
    )
    if not known.exists():
        problems = [
            {"row": p.row, "field": p.field, "code": p.code, "value": str(p.value)} for p in refused.problems
        ]
        record(order, "order.amendment_refused", by=by, digest=digest, problems=problems)


def preview(incomings: Collection[IncomingOrder]) -> list[Preview]:
    """What `take_in` would do with each of them, in a handful of statements and without writing anything."""
    products = products_of(incomings)
    existing = existing_orders(incomings)
    return [
        preview_one(incoming, products, existing.get((incoming.channel, incoming.external_id)))
        for incoming in incomings
    ]


def existing_orders(incomings: Iterable[IncomingOrder]) -> dict[tuple[str, str], Order]:
    by_channel: dict[str, list[str]] = {}
    for incoming in incomings:
        if is_storable(incoming.external_id):
            by_channel.setdefault(incoming.channel, []).append(incoming.external_id)
    found = (
        Order.objects.filter(channel=channel, external_id__in=ids)
        .select_related("customer")
        .prefetch_related(*NEEDED)
        for channel, ids in by_channel.items()
    )
    return {(order.channel, order.external_id): order for orders in found for order in orders}


def preview_one(incoming: IncomingOrder, products: Mapping[str, Product], order: Order | None) -> Preview:
    if problems := problems_of(incoming, products):
        return Preview(incoming, Outcome.REFUSED, problems=tuple(problems))
    if order is None:
        return Preview(incoming, Outcome.CREATED)
    if order.digest == digest_of(incoming):
        return Preview(incoming, Outcome.SAME, order.number)
    plan = plan_amendment(state_of(order), incoming)
    outcome = Outcome.REFUSED if plan.problems else Outcome.AMENDED
    return Preview(incoming, outcome, order.number, plan, plan.problems)
