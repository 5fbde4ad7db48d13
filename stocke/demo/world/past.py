"""Ninety days of orders that went well: bought, confirmed, accepted by a supplier, delivered.

Not always by the first one who was asked: how often each of them refused is what the product learns from.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db.models import F, OuterRef, Subquery

from customers.models import Customer
from orders.models import (
    Allocation,
    AllocationStatus,
    Answer,
    LineStatus,
    Order,
    OrderLine,
    OrderStatus,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderStatus,
    RefusalReason,
)
from stocke.core.domain.numbers import next_numbers
from stocke.core.models import HistoryEntry
from stocke.core.models.history import ActorKind
from stocke.demo.world.traders import BY_CODE, Temper
from stocke.demo.world.words import TOWNS
from stocke.products.models import Product
from suppliers.models import Offer
from suppliers.models.served import AgeBand, StatedBand

DAYS = 90
CHANNEL = "boutique"


@dataclass(frozen=True)
class Promised:
    """An offer that a line was promised from, on what statement, and whether its supplier served it."""

    offer: Offer
    stated: str
    age: str
    is_served: bool


@dataclass(frozen=True)
class Sale:
    """One past order: who, when, and what; of each line whoever was asked, the one who served it last."""

    number: str
    customer: Customer
    placed_at: datetime
    lines: tuple[tuple[Product, tuple[Promised, ...], int], ...]


def make_sales(
    products: list[Product], customers: list[Customer], now: datetime, random: Random, *, per_day: int
) -> list[Sale]:
    """Sales from 90 days ago until the day before yesterday; more on Mondays, like in a real shop."""
    offers: Mapping[int | None, list[Offer]] = defaultdict(list)
    for offer in Offer.objects.select_related("supplier").order_by("rank", "pk"):
        offers[offer.product_id].append(offer)
    sellable = [(p, offers[p.pk]) for p in products if p.pk in offers]
    moments = sorted(
        now - timedelta(days=day, minutes=random.randrange(60, 900))
        for day in range(3, DAYS + 1)
        for _ in range(per_day + 4 * ((now - timedelta(days=day)).weekday() == 0))
    )
    numbers = next_numbers("order_number", len(moments))
    return [
        Sale(str(number), random.choice(customers), at, _basket(sellable, random))
        for number, at in zip(numbers, moments, strict=True)
    ]


def _basket(
    sellable: list[tuple[Product, list[Offer]]], random: Random
) -> tuple[tuple[Product, tuple[Promised, ...], int], ...]:
    size = random.choices((1, 2, 3), weights=(6, 3, 1))[0]
    return tuple(
        (p, asked_in_turn(offers, random), random.choices((1, 2, 4), weights=(8, 2, 1))[0])
        for p, offers in random.sample(sellable, size)
    )


def asked_in_turn(offers: Sequence[Offer], random: Random) -> tuple[Promised, ...]:
    """Whoever was asked, down the backup list, until somebody served it.

    Every past order was delivered, so the last one always serves; on what statement is not noted, because nobody should
    learn from that.
    """
    asked: list[Promised] = []
    for offer in offers[:-1]:
        temper = BY_CODE[offer.supplier.code]
        stated, age = stated_by(temper, random), age_of(temper)
        serves = random.randrange(100) < (temper.serves_few if stated == StatedBand.FEW else temper.serves)
        if serves:
            return (*asked, Promised(offer, stated, age, is_served=True))
        asked.append(Promised(offer, stated, age, is_served=False))
    return (*asked, Promised(offers[-1], "", "", is_served=True))


def stated_by(temper: Temper, random: Random) -> str:
    """The band of what he had stated: as his files write it."""
    if temper.dialect in ("flags", "words_in_french"):
        return StatedBand.FLAG
    band = random.choices(list(StatedBand)[:4], weights=(3, 2, 4, 2))[0]
    return StatedBand.AT_LEAST if temper.dialect == "at_least" and band == StatedBand.PLENTY else band


def age_of(temper: Temper) -> str:
    if temper.every_minutes > 12 * 60:
        return AgeBand.OLD
    return AgeBand.FRESH if temper.every_minutes <= 4 * 60 else AgeBand.DAY


def address_of(customer: Customer, random: Random) -> dict[str, str]:
    postcode, town = random.choice(TOWNS)
    return {
        "name": customer.full_name,
        "street": f"{random.randrange(1, 90)} rue de la Démonstration",
        "postal_code": postcode,
        "city": town,
        "country": customer.country,
    }


def save_sales(sales: list[Sale], random: Random) -> None:
    orders = Order.objects.bulk_create([_order(sale, random) for sale in sales], batch_size=1000)
    Order.objects.filter(pk__in=[o.pk for o in orders]).update(received_at=F("placed_at"))
    lines = OrderLine.objects.bulk_create(
        [
            _line(order, sale, i)
            for order, sale in zip(orders, sales, strict=True)
            for i in range(len(sale.lines))
        ],
        batch_size=2000,
    )
    asked = [promises for sale in sales for _, promises, _ in sale.lines]
    allocations = Allocation.objects.bulk_create(
        [_allocation(line, one) for line, promises in zip(lines, asked, strict=True) for one in promises],
        batch_size=2000,
    )
    _save_purchases(orders, allocations)
    HistoryEntry.objects.bulk_create([e for o in orders for e in _history(o)], batch_size=2000)


def _order(sale: Sale, random: Random) -> Order:
    return Order(
        number=sale.number,
        channel=CHANNEL,
        external_id=f"web-{sale.number}",
        digest="",
        customer=sale.customer,
        status=OrderStatus.DONE,
        placed_at=sale.placed_at,
        promised_on=(sale.placed_at + timedelta(days=7)).date(),
        shipping_cents=590,
        total_cents=590 + sum(p.price_cents * n for p, _, n in sale.lines),
        ship_to=address_of(sale.customer, random),
        verified_at=sale.placed_at + timedelta(minutes=1),
        confirmed_at=sale.placed_at + timedelta(minutes=1),
    )


def _line(order: Order, sale: Sale, index: int) -> OrderLine:
    product, _, quantity = sale.lines[index]
    return OrderLine(
        order=order,
        position=index + 1,
        ordered_sku=product.sku,
        ordered_name=product.name,
        product=product,
        quantity=quantity,
        unit_price_cents=product.price_cents,
        status=LineStatus.DELIVERED,
        promised_on=order.promised_on,
    )


def _allocation(line: OrderLine, promised: Promised) -> Allocation:
    at = line.order.placed_at
    served = {
        "status": AllocationStatus.CONTAINED,
        "accepted_at": at + timedelta(hours=5),
        "ended_at": at + timedelta(days=1),
        "end_reason": "contained",
    }
    refused = {
        "status": AllocationStatus.RELEASED,
        "ended_at": at + timedelta(hours=3),
        "end_reason": "refused",
    }
    return Allocation(
        line=line,
        offer=promised.offer,
        quantity=line.quantity,
        stated=promised.stated,
        figure_age=promised.age,
        **(served if promised.is_served else refused),
    )


def _save_purchases(orders: list[Order], allocations: list[Allocation]) -> None:
    """One purchase order per customer's order and supplier, answered the same day."""
    grouped: dict[tuple[int, int], list[Allocation]] = {}
    for allocation in allocations:
        grouped.setdefault((allocation.line.order_id, allocation.offer.supplier_id), []).append(allocation)
    placed = {order.pk: order.placed_at for order in orders}
    numbers = next_numbers("purchase_number", len(grouped))
    purchases = PurchaseOrder.objects.bulk_create(
        [
            PurchaseOrder(
                number=f"CF-{number}",
                supplier_id=supplier_id,
                order_id=order_id,
                status=PurchaseOrderStatus.ANSWERED,
                answer_due_at=placed[order_id] + timedelta(days=1),
                answered_at=placed[order_id] + timedelta(hours=5),
            )
            for number, (order_id, supplier_id) in zip(numbers, grouped, strict=True)
        ],
        batch_size=1000,
    )
    placed_then = Order.objects.filter(pk=OuterRef("order_id")).values("placed_at")
    made = PurchaseOrder.objects.filter(pk__in=[p.pk for p in purchases])
    made.update(created_at=Subquery(placed_then))
    PurchaseOrderLine.objects.bulk_create(
        [_purchase_line(p, a) for p, group in zip(purchases, grouped.values(), strict=True) for a in group],
        batch_size=2000,
    )


def _purchase_line(purchase: PurchaseOrder, allocation: Allocation) -> PurchaseOrderLine:
    return PurchaseOrderLine(
        purchase_order=purchase,
        allocation=allocation,
        quantity=allocation.quantity,
        cost_cents=allocation.offer.cost_cents,
        **(
            {"answer": Answer.ACCEPTED, "accepted_quantity": allocation.quantity}
            if allocation.status == AllocationStatus.CONTAINED
            else {"answer": Answer.REJECTED, "reason": RefusalReason.NO_STOCK}
        ),
    )


def _history(order: Order) -> list[HistoryEntry]:
    moments = (
        ("order.received", ActorKind.CHANNEL, CHANNEL, timedelta()),
        ("order.confirmed", ActorKind.JOB, "verification", timedelta(minutes=1)),
        ("order.delivered", ActorKind.JOB, "demo", timedelta(days=5)),
    )
    return [
        HistoryEntry(
            thread=f"order:{order.pk}",
            kind=kind,
            at=order.placed_at + later,
            actor_kind=actor,
            actor_label=label,
        )
        for kind, actor, label, later in moments
    ]
