"""Whether those who were told that a product is back have bought it."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

# After that, it was perhaps something else that reminded him.
COUNTS_FOR = timedelta(days=30)
# A wish that somebody holds is noted the next time: whoever forgets all wishes of an address holds them in order.
BOUGHT = """
WITH bought AS MATERIALIZED (
    SELECT told.id, min(placed.placed_at) AS at
    FROM customers_wish told
    JOIN customers_customer customer ON customer.email = told.email
    JOIN orders_order placed ON placed.customer_id = customer.id AND placed.placed_at >= told.told_at
    JOIN orders_orderline line ON line.order_id = placed.id AND line.product_id = told.product_id
    WHERE told.state = 'told' AND told.bought_at IS NULL AND told.told_at > %s
    GROUP BY told.id
), free AS MATERIALIZED (
    SELECT wish.id, bought.at FROM bought JOIN customers_wish wish ON wish.id = bought.id
    WHERE wish.bought_at IS NULL FOR NO KEY UPDATE OF wish SKIP LOCKED
)
UPDATE customers_wish wish SET bought_at = free.at FROM free WHERE wish.id = free.id
"""


@transaction.atomic
def note_bought() -> int:
    """Note it with the wishes; how many were noted."""
    with connection.cursor() as cursor:
        cursor.execute(BOUGHT, [timezone.now() - COUNTS_FOR])
        return int(cursor.rowcount)
