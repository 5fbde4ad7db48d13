"""Which lines may be late: those whose promised day has come, and those for which a supplier named a later day."""

from datetime import date, timedelta

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from orders.models import Answer, OrderLine, OrderStatus, PurchaseOrderLine
from orders.models.order import PROMISED


def lines_to_warn_of(today: date, *, days: int = 30, limit: int = 500) -> list[int]:
    """Lines of which their customers may have to be told, the oldest promise first; at most `limit` of each kind.

    A promise that was missed more than `days` ago is no news.
    """
    return list(dict.fromkeys([*missed(today, days, limit), *moved(limit)]))


def missed(today: date, days: int, limit: int) -> list[int]:
    owed = OrderLine.objects.filter(
        status__in=PROMISED,
        order__status=OrderStatus.CONFIRMED,
        told_late_for=None,
        promised_on__range=(today - timedelta(days=days), today),
    )
    return list(owed.order_by("promised_on", "pk").values_list("pk", flat=True)[:limit])


def moved(limit: int) -> list[int]:
    """A supplier ships on the promised day or later, and the customer was not told of that day."""
    promised = Coalesce("allocation__line__promised_on", "allocation__line__order__promised_on")
    said = PurchaseOrderLine.objects.filter(
        ship_on__isnull=False,
        answer__in=[Answer.ACCEPTED, Answer.PART],
        allocation__line__status__in=PROMISED,
        allocation__line__order__status=OrderStatus.CONFIRMED,
    )
    later = said.annotate(promised=promised).filter(ship_on__gte=F("promised"))
    untold = Q(allocation__line__told_late_for=None) | Q(allocation__line__told_late_for__lte=F("ship_on"))
    found = later.filter(untold).order_by("ship_on", "pk")
    return list(found.values_list("allocation__line_id", flat=True)[:limit])
