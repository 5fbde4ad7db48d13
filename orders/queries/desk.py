"""Questions about orders that wait for verification."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from orders.models import LineStatus, Order, OrderLine, OrderStatus, Question, Said
from suppliers.models import Run

DECIDABLE = [LineStatus.NEW, LineStatus.SAFE, LineStatus.DOUBTFUL]


def received_orders(*, limit: int, before: datetime | None = None) -> list[int]:
    """Orders that nobody has verified, the oldest first."""
    orders = Order.objects.filter(status=OrderStatus.RECEIVED).order_by("pk")
    if before is not None:
        orders = orders.filter(received_at__lt=before)
    return list(orders.values_list("pk", flat=True)[:limit])


def waiting_orders() -> QuerySet[Order]:
    """Orders in which a person can decide something, the oldest promise first.

    An order whose open lines are all in stockout cases waits on the other desk; one whose supplier is being asked
    waits for him, until its doubts or the end of his time need a person.
    """
    asked = Question.objects.filter(line__order=OuterRef("pk"), said=Said.NONE)
    doubtful = OrderLine.objects.filter(order=OuterRef("pk"), status=LineStatus.DOUBTFUL)
    # Found from the few lines and questions that are open, by their own indexes, and not by a look at each order.
    lines = OrderLine.objects.filter(status__in=DECIDABLE).order_by().values("order")
    forced = Question.objects.filter(said=Said.NONE, forced_at__isnull=False).order_by().values("line__order")
    candidates = Order.objects.filter(pk__in=lines.union(forced, all=True), status=OrderStatus.TO_VERIFY)
    waiting = candidates.filter(
        ~Exists(asked) | Exists(doubtful) | Exists(asked.filter(forced_at__isnull=False))
    )
    return waiting.order_by("promised_on", "pk")


def desk_queue(limit: int) -> list[Order]:
    """The first of the queue, with what a row says of them."""
    return list(waiting_orders().select_related("customer").prefetch_related("lines__product")[:limit])


def count_waiting() -> int:
    return waiting_orders().count()


def doubtful_orders_of_run(run_id: int, *, limit: int) -> list[int]:
    """Orders on the desk with a doubtful line that the run's supplier could serve, the oldest promise first."""
    supplier = Run.objects.filter(pk=run_id).values_list("feed__supplier", flat=True).first()
    return doubtful_orders_of(supplier, limit=limit) if supplier else []


def doubtful_orders_of(supplier_id: int, *, limit: int) -> list[int]:
    """The same for a supplier who has said something."""
    orders = Order.objects.filter(
        status=OrderStatus.TO_VERIFY,
        lines__status=LineStatus.DOUBTFUL,
        lines__product__offers__supplier=supplier_id,
    )
    return list(orders.order_by("promised_on", "pk").values_list("pk", flat=True).distinct()[:limit])
