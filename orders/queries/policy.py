"""What a trial of other rules looks at."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orders.models import Order, OrderLine, OrderStatus
from orders.queries.sourcing_policies import Scope


@dataclass(frozen=True, slots=True)
class VerifiedLine:
    """A line with what was known when it was last verified."""

    evidence: Mapping[str, object]
    unit_price_cents: int
    currency: str


def verified_lines(orders: int) -> dict[str, Sequence[VerifiedLine]]:
    """The lines of the latest orders by the order's number; orders without kept evidence are left out."""
    latest = Order.objects.exclude(status=OrderStatus.RECEIVED).order_by("-placed_at", "-pk")[:orders]
    numbers = {order.pk: (order.number, order.currency) for order in latest.only("number", "currency")}
    lines = OrderLine.objects.filter(order__in=numbers, evidence__has_key="candidates").order_by("pk")
    found: dict[str, list[VerifiedLine]] = defaultdict(list)
    for order_id, evidence, price in lines.values_list("order_id", "evidence", "unit_price_cents"):
        number, currency = numbers[order_id]
        found[number].append(VerifiedLine(evidence, price, currency))
    return dict(found)


@dataclass(frozen=True, slots=True)
class PastLine(VerifiedLine):
    """The same with what its policy is found by."""

    sku: str
    category_id: int | None

    @property
    def suppliers(self) -> set[int]:
        """Everybody who offered its product then."""
        kept: Mapping[str, Any] = self.evidence
        return {one["supplier_id"] for one in (*kept["candidates"], *kept["rejected"])}


@dataclass(frozen=True, slots=True)
class PastOrder:
    number: str
    channel: str
    customer_class: str
    placed_at: datetime
    lines: Sequence[PastLine]

    def scope(self, line: PastLine) -> Scope:
        return Scope(self.channel, line.category_id, self.customer_class.strip().casefold())


def latest_orders(limit: int) -> list[int]:
    """The keys of the latest orders that were verified once."""
    found = Order.objects.exclude(status=OrderStatus.RECEIVED).order_by("-placed_at", "-pk")
    return list(found.values_list("pk", flat=True)[:limit])


def past_orders(order_ids: Collection[int]) -> list[PastOrder]:
    """These orders with their lines, as they were verified; those without kept evidence are left out."""
    lines: dict[int, list[PastLine]] = defaultdict(list)
    kept = OrderLine.objects.filter(order__in=order_ids, evidence__has_key="candidates").order_by("position")
    rows = kept.values_list(
        "order_id", "evidence", "unit_price_cents", "order__currency", "ordered_sku", "product__category_id"
    )
    for order_id, *facts in rows:
        lines[order_id].append(PastLine(*facts))
    orders = Order.objects.filter(pk__in=lines).order_by("-placed_at", "-pk")
    return [
        PastOrder(number, channel, customer_class, placed_at, lines[pk])
        for pk, number, channel, customer_class, placed_at in orders.values_list(
            "pk", "number", "channel", "customer__customer_class", "placed_at"
        )
    ]
