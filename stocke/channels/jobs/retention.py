"""What shops told us and were told is not kept for ever."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from stocke.channels.models import Delivery, DeliveryState, Telling

AT_ONCE = 20_000


def forget_old() -> int:
    """Forget worked messages and rounds of telling that are older than what is kept of changes; how many."""
    before = timezone.now() - timedelta(days=settings.KEEP_CHANGES_DAYS)
    worked = Delivery.objects.filter(received_at__lt=before).exclude(state=DeliveryState.WAITING)
    rounds = Telling.objects.filter(started_at__lt=before)
    forgotten = 0
    for rows in (worked, rounds):
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        forgotten += len(ids)
        rows.filter(pk__in=ids).delete()
    return forgotten
