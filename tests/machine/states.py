"""Where the things of a house stand: by it is known which steps make sense now, and what a walk has seen."""

from django.db import connection

# One row for each state in which at least one thing is at this moment.
SEEN = """
SELECT 'order ' || status FROM orders_order
UNION SELECT 'line ' || status FROM orders_orderline
UNION SELECT 'promise ' || status FROM orders_allocation
UNION SELECT 'purchase order ' || status FROM orders_purchaseorder
UNION SELECT 'purchase order of a late yes' FROM orders_purchaseorder WHERE late_yes_at IS NOT NULL
UNION SELECT 'purchase order to be cancelled' FROM orders_purchaseorder
      WHERE cancel_asked_at IS NOT NULL AND cancel_answer = ''
UNION SELECT 'cancellation ' || cancel_answer FROM orders_purchaseorder WHERE cancel_answer <> ''
UNION SELECT 'answer ' || answer FROM orders_purchaseorderline WHERE answer <> ''
UNION SELECT 'answer by silence' FROM orders_purchaseorderline WHERE reason = 'no_answer'
UNION SELECT 'question open' FROM orders_question WHERE said = ''
UNION SELECT 'question ' || said FROM orders_question WHERE said <> ''
UNION SELECT 'case ' || status FROM orders_stockoutcase
UNION SELECT 'choice ' || kind FROM orders_caseoption o JOIN orders_stockoutcase c ON c.choice_id = o.id
UNION SELECT 'case of a part' FROM orders_stockoutcase c JOIN orders_orderline l ON l.id = c.line_id
      WHERE c.quantity < l.quantity
UNION SELECT 'line with a substitute' FROM orders_orderline l JOIN products_product p ON p.id = l.product_id
      WHERE p.sku <> l.ordered_sku
UNION SELECT 'line split over suppliers' FROM orders_allocation WHERE status IN ('held', 'accepted')
      GROUP BY line_id HAVING count(*) > 1
UNION SELECT 'parcel ' || state FROM orders_shipment
UNION SELECT 'return ' || status FROM orders_return
UNION SELECT 'return credited' FROM orders_return WHERE credited_at IS NOT NULL
UNION SELECT 'return paid back' FROM orders_returnline WHERE refund_id IS NOT NULL
UNION SELECT 'refund ' || status FROM orders_refund
UNION SELECT 'voucher ' || CASE WHEN returned_at IS NULL THEN 'given' ELSE 'returned' END FROM orders_voucher
UNION SELECT 'goodwill' FROM orders_goodwill
UNION SELECT 'refund of a difference' FROM orders_refund WHERE reason = 'difference'
UNION SELECT 'mail ' || kind FROM core_message
UNION SELECT 'purchase order kept in the house' FROM core_message
      WHERE kind = 'purchase_order' AND status = 'cancelled'
UNION SELECT 'push ' || CASE WHEN run.status IN ('applied', 'unchanged') THEN 'counted' WHEN run.status = 'held'
      THEN 'held' WHEN run.status IN ('rejected', 'undone') THEN run.status ELSE 'waiting' END
      FROM suppliers_push push LEFT JOIN suppliers_run run ON run.id = push.run_id
UNION SELECT 'levels of a program' FROM suppliers_offerstock stock JOIN suppliers_run run ON run.id = stock.run_id
      WHERE run.trigger = 'push'
UNION SELECT 'level that was overtaken' FROM suppliers_withheldline WHERE state = 'overtaken'
UNION SELECT 'import held' FROM suppliers_run WHERE status = 'held'
UNION SELECT 'import undone' FROM suppliers_run WHERE status = 'undone'
"""
# What the walks of every test run must have seen. Which others they see is up to chance.
NAMED = frozenset(
    {
        *("line asked", "line doubtful", "line short", "line accepted", "line shipped", "line delivered"),
        *("line waiting", "line refunded", "line vouchered", "line cancelled", "line with a substitute"),
        *("line split over suppliers", "promise held", "promise accepted", "promise contained"),
        *("promise chosen", "case to_execute"),
        *("purchase order waiting", "purchase order answered", "purchase order of a late yes"),
        *("purchase order to be cancelled", "answer accepted", "answer part", "answer rejected"),
        *("answer by silence", "question open", "case to_propose", "case with_customer", "case settled"),
        *("case of a part", "choice refund", "choice substitute", "choice voucher", "choice wait"),
        *("parcel in_transit", "parcel delivered", "return approved", "return paid back"),
        *("cancellation cancelled", "purchase order kept in the house", "refund of a difference"),
        *("push waiting", "push counted", "push undone", "levels of a program", "level that was overtaken"),
        *("refund due", "voucher given", "order cancelled", "order done"),
    }
)


def seen() -> frozenset[str]:
    """The states in which something is now."""
    with connection.cursor() as cursor:
        cursor.execute(SEEN)
        return frozenset(state for (state,) in cursor.fetchall())
