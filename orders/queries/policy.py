"""What a trial of other rules looks at."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orders.models import Order, OrderLine, OrderStatus


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
