"""Which promises were counted at a moment of the past."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from orders.models import Allocation, AllocationRevision


def promised_at(offer_ids: Collection[int], at: datetime) -> QuerySet[Allocation]:
    """The allocations that counted then, with the `units` they were of, oldest first."""
    counted = Allocation.objects.filter(offer__in=offer_ids, created_at__lte=at)
    counted = counted.filter(Q(ended_at=None) | Q(ended_at__gt=at))
    later = AllocationRevision.objects.filter(allocation=OuterRef("pk"), at__gt=at).order_by("at", "pk")
    units = Coalesce(Subquery(later.values("quantity")[:1]), F("quantity"))
    return counted.annotate(units=units).order_by("pk")


def units_promised_at(offer_ids: Collection[int], at: datetime) -> dict[int, int]:
    """How many units were promised from each offer then; offers without any are not named."""
    sums = promised_at(offer_ids, at).order_by().values("offer").annotate(total=Sum("units"))
    return dict(sums.values_list("offer", "total"))
