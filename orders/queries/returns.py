"""Questions about returns: what could come back, the list, one of them, and where refund and credit differ."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from orders.models import Refund, Return, ReturnLine, ReturnStatus, Shipment, ShipmentLine, ShipmentState
from orders.models.returns import COMING_BACK

type Sent = tuple[int, int | None]


def returns_for_list() -> QuerySet[Return]:
    return Return.objects.select_related("order__customer", "purchase_order__supplier")


def return_in_full(**named: object) -> Return | None:
    """One return as its pages show it."""
    found = returns_for_list().filter(**named).prefetch_related("lines__line__product", "lines__refund")
    return found.first()


def returns_of(order_id: int) -> QuerySet[Return]:
    found = (
        returns_for_list().filter(order=order_id).prefetch_related("lines__line__product", "lines__refund")
    )
    return found.order_by("pk")


def search_returns(returns: QuerySet[Return], words: str) -> QuerySet[Return]:
    """By the beginning of its number, or of its order's."""
    words = words.strip().upper()
    return returns.filter(Q(number__startswith=words) | Q(order__number__startswith=words))


def units_out(order_id: int) -> Counter[Sent]:
    """Units in parcels by line and purchase order; what went back to its sender is not out."""
    entries = ShipmentLine.objects.filter(shipment__order=order_id)
    entries = entries.exclude(shipment__state=ShipmentState.RETURNED).order_by()
    rows = entries.values_list("line", "shipment__purchase_order").annotate(units=Sum("quantity"))
    return Counter({(line, purchase): units for line, purchase, units in rows})


def units_coming_back(order_id: int) -> Counter[Sent]:
    """Units of returns that were not declined, by line and purchase order."""
    entries = ReturnLine.objects.filter(returned__order=order_id)
    entries = entries.exclude(returned__status=ReturnStatus.DECLINED).order_by()
    rows = entries.values_list("line", "returned__purchase_order").annotate(units=Sum("quantity"))
    return Counter({(line, purchase): units for line, purchase, units in rows})


def units_back(order_id: int, with_return: int) -> Counter[Sent]:
    """Units of this return, and of others as far as they were received or paid back, by line and purchase order."""
    is_back = Q(returned__status=ReturnStatus.RECEIVED) | Q(refund__isnull=False) | Q(returned=with_return)
    entries = ReturnLine.objects.filter(is_back, returned__order=order_id).order_by()
    rows = entries.values_list("line", "returned__purchase_order").annotate(units=Sum("quantity"))
    return Counter({(line, purchase): units for line, purchase, units in rows})


def refunded_cents(line_ids: Collection[int], *, but: str) -> dict[int, int]:
    """What is owed back or was paid back for each line, apart from refunds for this reason."""
    refunds = Refund.objects.filter(line__in=line_ids).exclude(reason=but).order_by()
    found: dict[int, int] = defaultdict(int)
    found.update(refunds.values_list("line").annotate(cents=Sum("amount_cents")))
    return found


def arrived_on(order_id: int) -> date | None:
    """The day on which the last parcel of the order arrived, as far as carriers have said."""
    parcels = Shipment.objects.filter(order=order_id).exclude(state=ShipmentState.RETURNED)
    if parcels.filter(delivered_at=None).exists():
        return None
    last: datetime | None = parcels.aggregate(last=Max("delivered_at"))["last"]
    return timezone.localtime(last).date() if last else None


def differences(days: int) -> QuerySet[Return]:
    """Returns where the customer's refund and the supplier's credit do not match, the oldest first.

    What is merely missing counts once the goods are back for so many days, for the refund also once he has proved
    that he sent them; an amount that differs counts at once.
    """
    refunded = Exists(ReturnLine.objects.filter(returned=OuterRef("pk"), refund__isnull=False))
    limit = timezone.now() - timedelta(days=days)
    back, sent = Q(received_at__lt=limit), Q(sent_at__lt=limit)
    uncredited = Q(credit_expected_cents__isnull=False, credited_at=None)
    other_amount = Q(credited_at__isnull=False) & ~Q(credit_cents=F("credit_expected_cents"))
    open_ones = returns_for_list().filter(status__in=COMING_BACK, difference_note="")
    unpaid = Q(is_refunded=False) & (back | sent | Q(credited_at__isnull=False))
    wrong = other_amount | (back & uncredited) | unpaid
    found = open_ones.annotate(is_refunded=refunded).filter(wrong)
    return found.prefetch_related("lines__refund").order_by("received_at", "pk")


def count_for_a_person() -> int:
    """Refused by their supplier, or without a supplier who could be asked."""
    refused = Q(status=ReturnStatus.REFUSED)
    unasked = Q(status=ReturnStatus.REQUESTED, purchase_order=None)
    return Return.objects.filter(refused | unasked).count()
