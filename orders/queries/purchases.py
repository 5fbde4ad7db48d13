"""Questions about purchase orders: the list, one of them, what is overdue."""

from collections.abc import Collection

from django.db.models import (
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from orders.models import (
    Answer,
    LineStatus,
    Order,
    OrderLine,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderStatus,
    RefusalReason,
    Transmission,
)
from orders.queries.transmissions import FOR_A_PERSON

SEARCHED = 1000
LINES = ("lines__allocation__offer", "lines__allocation__line__product")


def purchases_for_list() -> QuerySet[PurchaseOrder]:
    """Every purchase order with what a row says of it."""
    lines = (
        PurchaseOrderLine.objects.filter(purchase_order=OuterRef("pk")).order_by().values("purchase_order")
    )
    return PurchaseOrder.objects.select_related("supplier", "order__customer").annotate(
        line_count=Subquery(lines.annotate(n=Count("pk")).values("n"), output_field=IntegerField()),
        units=Subquery(lines.annotate(n=Sum("quantity")).values("n"), output_field=IntegerField()),
    )


def purchase_with_lines(**named: object) -> PurchaseOrder | None:
    """One purchase order as its pages show it."""
    found = PurchaseOrder.objects.filter(**named).select_related(
        "supplier", "order__customer", "transmission__message"
    )
    return found.prefetch_related(*LINES).first()


def search_purchases(purchases: QuerySet[PurchaseOrder], words: str) -> QuerySet[PurchaseOrder]:
    """By the beginning of its number, or of its order's."""
    words = words.strip().upper()
    orders = Order.objects.filter(number__startswith=words).values_list("pk", flat=True)[:SEARCHED]
    return purchases.filter(Q(number__startswith=words) | Q(order__in=list(orders)))


def purchases_of(order_id: int) -> QuerySet[PurchaseOrder]:
    return (
        PurchaseOrder.objects.filter(order=order_id)
        .select_related("supplier")
        .prefetch_related(*LINES)
        .order_by("pk")
    )


def overdue() -> QuerySet[PurchaseOrder]:
    """Unanswered beyond the supplier's own time, the oldest first."""
    waiting = PurchaseOrder.objects.filter(
        status=PurchaseOrderStatus.WAITING, answer_due_at__lt=timezone.now()
    )
    return waiting.order_by("answer_due_at")


def count_overdue() -> int:
    return overdue().count()


def undecided() -> QuerySet[PurchaseOrder]:
    """What waits for a decision of ours: not handed over, or at a new price."""
    held = Transmission.objects.filter(status__in=FOR_A_PERSON).values("pk")
    return PurchaseOrder.objects.filter(
        Q(status=PurchaseOrderStatus.PRICED) | Q(status=PurchaseOrderStatus.PREPARED, transmission__in=held)
    )


def count_for_a_person() -> int:
    """Overdue answers, and what waits for a decision of ours."""
    return count_overdue() + undecided().count()


def orders_unasked(limit: int = 200) -> list[int]:
    """Orders with a confirmed line whose supplier has not been asked."""
    lines = OrderLine.objects.filter(status=LineStatus.CONFIRMED).order_by("pk")
    return list(dict.fromkeys(lines.values_list("order_id", flat=True)[: 10 * limit]))[:limit]


def offers_refused(line_id: int) -> list[int]:
    """The offers whose supplier said no, or not all, to this line."""
    answers = PurchaseOrderLine.objects.filter(
        allocation__line=line_id, answer__in=[Answer.REJECTED, Answer.PART]
    )
    return sorted(set(answers.values_list("allocation__offer_id", flat=True)))


def offers_refusing(order_ids: Collection[int], *, for_stock: bool = True) -> dict[int, frozenset[int]]:
    """By order, the offers whose supplier said no, or not all, to a line of it, or did not answer.

    Without `for_stock` only those whose reason no new figure of theirs mends. An order that nobody refused is left out.
    """
    found: dict[int, frozenset[int]] = {}
    if order_ids:
        answers = PurchaseOrderLine.objects.filter(
            purchase_order__order__in=order_ids, answer__in=[Answer.REJECTED, Answer.PART]
        )
        if not for_stock:
            answers = answers.exclude(reason__in=[RefusalReason.NO_STOCK, RefusalReason.NO_ANSWER])
        for order, offer in answers.values_list("purchase_order__order_id", "allocation__offer_id"):
            found[order] = found.get(order, frozenset()) | {offer}
    return found


def purchases_to_chase(limit: int = 500) -> list[int]:
    """Unanswered purchase orders with a step of their time due that was not taken, the nearest deadline first."""
    waiting = PurchaseOrder.objects.filter(status=PurchaseOrderStatus.WAITING).exclude(chased="over")
    asked_at = Coalesce("asked_at", "created_at")
    time = ExpressionWrapper(F("answer_due_at") - asked_at, output_field=DurationField())
    passed = ExpressionWrapper(Now() - asked_at, output_field=DurationField())
    begun = waiting.annotate(time=time, passed=passed)
    half = begun.filter(passed__gte=F("time") * 0.5, chased="")
    most = begun.filter(passed__gte=F("time") * 0.9, chased="half")
    over = begun.filter(answer_due_at__lte=Now())
    due = half | most | over
    return list(due.order_by("answer_due_at").values_list("pk", flat=True)[:limit])
