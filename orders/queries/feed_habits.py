"""How suppliers' figures moved after they had accepted our orders: what their habit is learned from."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from suppliers.domain.feed_habits import Moves

LOOKED_BACK = timedelta(days=180)
# The first complete import of his feed after his yes, beside his last exact word before it. An import that says
# nothing new of an article has written nothing about it: the figure stayed. Whatever else was said in between, by him
# or by us, makes a case useless; so does a figure that fell by less than the order, or rose.
MOVED = """
WITH accepted AS (
    SELECT promise.offer_id, offer.supplier_id, promise.quantity, promise.accepted_at, stating.feed_id
    FROM orders_allocation promise
    JOIN suppliers_offer offer ON offer.id = promise.offer_id
    JOIN suppliers_offerstock stock ON stock.offer_id = offer.id
    JOIN suppliers_run stating ON stating.id = stock.run_id
    WHERE promise.accepted_at >= %(since)s
),
seen AS (
    SELECT accepted.supplier_id, accepted.quantity, before.quantity AS was, after.quantity AS now_is,
           coalesce(after.run_id = run.id, false) AS is_said
    FROM accepted
    CROSS JOIN LATERAL (
        SELECT id FROM suppliers_run
        WHERE feed_id = accepted.feed_id AND status = 'applied' AND undoes_id IS NULL AND NOT partial
          AND coalesce(taken_at, created_at) > accepted.accepted_at
        ORDER BY coalesce(taken_at, created_at), id LIMIT 1
    ) run
    CROSS JOIN LATERAL (
        SELECT kind, quantity FROM suppliers_observation
        WHERE offer_id = accepted.offer_id AND at <= accepted.accepted_at AND at >= %(horizon)s
        ORDER BY at DESC, id DESC LIMIT 1
    ) before
    LEFT JOIN LATERAL (
        SELECT id, kind, quantity, run_id FROM suppliers_observation
        WHERE offer_id = accepted.offer_id AND at > accepted.accepted_at
        ORDER BY at, id LIMIT 1
    ) after ON true
    WHERE before.kind = 'exact' AND (after.id IS NULL OR after.run_id >= run.id)
      AND (after.run_id IS DISTINCT FROM run.id OR after.kind = 'exact')
)
SELECT supplier_id, count(*) FILTER (WHERE is_said AND was - now_is >= quantity),
       count(*) FILTER (WHERE NOT is_said OR now_is = was)
FROM seen GROUP BY supplier_id ORDER BY supplier_id
"""


def moves() -> list[Moves]:
    """Of the orders that suppliers accepted in the last half year: fell by them, and stayed."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(MOVED, {"since": now - LOOKED_BACK, "horizon": now - 3 * LOOKED_BACK})
        return [Moves(*row) for row in cursor.fetchall()]
