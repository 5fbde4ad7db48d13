"""What shops told us and were told is not kept for ever."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from stocke.channels.models import Delivery, Telling

AT_ONCE = 20_000


def forget_old() -> int:
    """Forget messages and rounds of telling that are older than what is kept of changes; how many.

    A message that nobody worked, because the channel takes no orders, is a hint too old to be one: what changed in
    the shop is read from the shop.
    """
    before = timezone.now() - timedelta(days=settings.KEEP_CHANGES_DAYS)
    heard = Delivery.objects.filter(received_at__lt=before)
    rounds = Telling.objects.filter(started_at__lt=before)
    forgotten = 0
    for rows in (heard, rounds):
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        forgotten += len(ids)
        rows.filter(pk__in=ids).delete()
    return forgotten
