"""When a missing product comes back: only what a source has stated."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from orders.models import PurchaseOrderLine
from stocke.channels.queries.availability import Standing
from suppliers.queries.restocks import Restock, announced_restock

ANSWERS_COUNT_FOR = timedelta(days=60)
# Planned once per connection, because shoppers wait for it: migration `stated_of_products` says what it tells.
DAYS = "SELECT product, back_on FROM orders_stated(%s, %s, %s, %s) WHERE back_on IS NOT NULL"


def stated_restock(product_id: int) -> Restock | None:
    """The earliest date still ahead that somebody stated for this product; None when nobody did.

    A date written in an answer to a purchase order comes before a delay written in a feed.
    """
    today = timezone.localdate()
    return _answered(product_id, today) or announced_restock(product_id, today)


def _answered(product_id: int, today: date) -> Restock | None:
    lines = PurchaseOrderLine.objects.filter(
        restock_offer__product=product_id,
        restock_on__gt=today,
        purchase_order__answered_at__gt=timezone.now() - ANSWERS_COUNT_FOR,
    ).select_related("purchase_order__supplier")
    line = lines.order_by("restock_on", "-purchase_order__answered_at").first()
    if line is None or line.restock_on is None:
        return None
    order = line.purchase_order
    return Restock(line.restock_on, order.supplier.name, order.answered_at)


def stated_restocks(product_ids: Collection[int]) -> dict[int, date]:
    """The same days for many products at once, by product, in one statement; those without one are absent."""
    with connection.cursor() as cursor:
        cursor.execute(DAYS, [list(product_ids), *stated_when()])
        return dict(cursor.fetchall())


def stated_when() -> tuple[date, datetime, str]:
    """Today, since when answers count, and the zone in which statements have their day."""
    return timezone.localdate(), timezone.now() - ANSWERS_COUNT_FOR, timezone.get_current_timezone_name()


SHOWN = Standing("orders_shown", stated_when)
