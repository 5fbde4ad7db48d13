"""Questions about orders that wait for verification."""

from datetime import datetime

from orders.models import LineStatus, Order, OrderStatus
from suppliers.models import Run


def received_orders(*, limit: int, before: datetime | None = None) -> list[int]:
    """Orders that nobody has verified, the oldest first."""
    orders = Order.objects.filter(status=OrderStatus.RECEIVED).order_by("pk")
    if before is not None:
        orders = orders.filter(received_at__lt=before)
    return list(orders.values_list("pk", flat=True)[:limit])


def doubtful_orders_of_run(run_id: int, *, limit: int) -> list[int]:
    """Orders on the desk with a doubtful line that the run's supplier could serve, the oldest promise first."""
    supplier = Run.objects.filter(pk=run_id).values("feed__supplier")
    orders = Order.objects.filter(
        status=OrderStatus.TO_VERIFY,
        lines__status=LineStatus.DOUBTFUL,
        lines__product__offers__supplier__in=supplier,
    )
    return list(orders.order_by("promised_on", "pk").values_list("pk", flat=True).distinct()[:limit])
