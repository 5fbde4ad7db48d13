"""When a missing product comes back: only what a source has stated."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from orders.models import PurchaseOrderLine
from suppliers.queries.restocks import Restock, announced_restock

ANSWERS_COUNT_FOR = timedelta(days=60)
STATED = "SELECT product, back_on FROM orders_stated_restocks(%s, %s, %s, %s)"


def stated_restock(product_id: int) -> Restock | None:
    """The earliest date still ahead that somebody stated for this product; None when nobody did.

    A date written in an answer to a purchase order comes before a delay written in a feed.
    """
    today = timezone.localdate()
    return _answered(product_id, today) or announced_restock(product_id, today)


def _answered(product_id: int, today: date) -> Restock | None:
    lines = PurchaseOrderLine.objects.filter(
        allocation__offer__product=product_id,
        restock_on__gt=today,
        purchase_order__answered_at__gt=timezone.now() - ANSWERS_COUNT_FOR,
    ).select_related("purchase_order__supplier")
    line = lines.order_by("restock_on", "-purchase_order__answered_at").first()
    if line is None or line.restock_on is None:
        return None
    order = line.purchase_order
    return Restock(line.restock_on, order.supplier.name, order.answered_at)


def stated_restocks(product_ids: Collection[int]) -> dict[int, date]:
    """The same days for many products at once, by product; those without one are absent.

    One statement planned once, a function of the database (migration `restocks_by_their_days`): shoppers wait for it.
    """
    answered_since = timezone.now() - ANSWERS_COUNT_FOR
    zone = timezone.get_current_timezone_name()
    with connection.cursor() as cursor:
        cursor.execute(STATED, [list(product_ids), timezone.localdate(), answered_since, zone])
        return dict(cursor.fetchall())
