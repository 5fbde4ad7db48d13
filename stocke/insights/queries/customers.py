"""What a customer's page shows from above: his orders, what went wrong with them, what he gets back."""

from collections.abc import Sequence
from dataclasses import dataclass

from orders.models import Order, Refund, StockoutCase, Voucher

SHOWN = 10


@dataclass(frozen=True)
class Dealings:
    """The latest of each kind, newest first; `order_count` is of all orders."""

    orders: Sequence[Order]
    order_count: int
    cases: Sequence[StockoutCase]
    refunds: Sequence[Refund]
    vouchers: Sequence[Voucher]

    @property
    def threads(self) -> tuple[str, ...]:
        """The timelines that belong to this customer because of his dealings."""
        orders = (f"order:{order.pk}" for order in self.orders)
        return (*orders, *(f"stockoutcase:{case.pk}" for case in self.cases))


def dealings_of(customer_id: int) -> Dealings:
    orders = Order.objects.filter(customer=customer_id)
    cases = StockoutCase.objects.filter(line__order__customer=customer_id).select_related("line")
    refunds = Refund.objects.filter(line__order__customer=customer_id).select_related("line__order")
    vouchers = Voucher.objects.filter(customer=customer_id)
    return Dealings(
        list(orders.order_by("-placed_at", "-pk")[:SHOWN]),
        orders.count(),
        list(cases.order_by("-pk")[:SHOWN]),
        list(refunds.order_by("-pk")[:SHOWN]),
        list(vouchers.order_by("-pk")[:SHOWN]),
    )
