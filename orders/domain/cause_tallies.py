"""Adding the changes of causes up, so that those who ask for the largest causes read few rows."""

from django.db import connection, transaction

ADDED_AT_ONCE = 20_000

# By a range of keys: the table is nearly always empty, so a plan that joins it is made for very few rows.
ADD_UP = """
WITH gone AS (
    DELETE FROM orders_causechange
    WHERE id <= (SELECT max(id) FROM (SELECT id FROM orders_causechange ORDER BY id LIMIT %s) AS first)
    RETURNING sku, supplier, cause, cases
)
INSERT INTO orders_causetally AS tally (sku, supplier, cause, cases)
SELECT sku, supplier, cause, sum(cases) FROM gone GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (sku, supplier, cause) DO UPDATE SET cases = tally.cases + excluded.cases
"""
FORGET = "DELETE FROM orders_causetally WHERE cases = 0"


@transaction.atomic
def add_up() -> int:
    """Move changes into their tallies; how many causes were touched. What is asked of both stays the same."""
    with connection.cursor() as cursor:
        cursor.execute(ADD_UP, [ADDED_AT_ONCE])
        touched: int = cursor.rowcount
        cursor.execute(FORGET)
    return touched
