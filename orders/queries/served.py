"""How promises ended, counted by supplier and by what they stood on: what probabilities are learned from."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from suppliers.domain.served import Count

# Suppliers change; what is older says less about tomorrow than nothing would.
LOOKED_BACK = timedelta(days=365)
# Served is a promise that its supplier accepted in full. His "no" to a question ends one before it is ordered, and
# counts as well: else only what had been asked first would look good. A refused price, or a minimum of his that we did
# not reach, says nothing about it and is left out; so is what nobody has answered yet, or what we took back ourselves.
OUTCOMES = """
SELECT offer.supplier_id, promise.stated, promise.figure_age,
       count(*) FILTER (WHERE outcome.served), count(*)
FROM orders_allocation promise
JOIN suppliers_offer offer ON offer.id = promise.offer_id
LEFT JOIN orders_purchaseorderline asked ON asked.allocation_id = promise.id
LEFT JOIN orders_question question ON question.allocation_id = promise.id
CROSS JOIN LATERAL (
    SELECT CASE WHEN question.said IN ('part', 'no', 'later', 'silent') THEN false
                WHEN asked.answer = 'accepted' THEN true
                WHEN asked.answer = 'part' THEN false
                WHEN asked.answer = 'rejected' AND asked.reason NOT IN ('price', 'minimum') THEN false
           END AS served
) outcome
WHERE promise.stated <> '' AND promise.created_at >= %s AND outcome.served IS NOT NULL
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def outcomes() -> list[Count]:
    """Of the promises of the last year: how many were answered, and how many of them served, in each cell."""
    with connection.cursor() as cursor:
        cursor.execute(OUTCOMES, [timezone.now() - LOOKED_BACK])
        return [
            Count(supplier, (stated, age), served, answered)
            for supplier, stated, age, served, answered in cursor.fetchall()
        ]
