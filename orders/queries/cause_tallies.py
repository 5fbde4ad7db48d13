"""How many cases share a cause, exactly and without counting cases: tallies, and what has changed since."""

from dataclasses import dataclass

from django.db import connection

from orders.models import CaseCause, StockoutCase

SHARED_BY = 3
CAUSES_SHOWN = 3

# A cause is either among the changes, or its tally is right: so the largest are among the changed ones and the first
# of the others. The row of each is its most urgent case.
LARGEST = """
WITH changed AS (SELECT sku, supplier, cause, sum(cases) AS cases FROM orders_causechange GROUP BY 1, 2, 3),
moved AS (
    SELECT sku, supplier, cause, changed.cases + coalesce(tally.cases, 0) AS cases
    FROM changed LEFT JOIN orders_causetally tally USING (sku, supplier, cause)
),
still AS (
    SELECT sku, supplier, cause, cases FROM orders_causetally
    WHERE cases >= %(shared_by)s AND (sku, supplier, cause) NOT IN (SELECT sku, supplier, cause FROM changed)
    ORDER BY cases DESC, sku, supplier, cause LIMIT %(shown)s
),
largest AS (
    SELECT * FROM (SELECT * FROM moved UNION ALL SELECT * FROM still) AS one WHERE cases >= %(shared_by)s
    ORDER BY cases DESC, sku, supplier, cause LIMIT %(shown)s
)
SELECT largest.supplier, largest.sku, largest.cause, first.name, largest.cases, first.number
FROM largest CROSS JOIN LATERAL (
    SELECT waits.number, line.ordered_name AS name
    FROM orders_stockoutcase waits JOIN orders_orderline line ON line.id = waits.line_id
    WHERE waits.status = 'to_propose' AND waits.cause_sku = largest.sku
        AND waits.cause_supplier = largest.supplier AND waits.cause = largest.cause
    ORDER BY waits.respond_by, waits.id LIMIT 1
) AS first
ORDER BY largest.cases DESC, largest.sku, largest.supplier, largest.cause
"""
# In one statement, because changes become tallies meanwhile.
WAITING = """
SELECT coalesce(sum(cases), 0) FROM (
    SELECT cases FROM orders_causetally WHERE (sku, supplier, cause) = (%(sku)s, %(supplier)s, %(cause)s)
    UNION ALL
    SELECT cases FROM orders_causechange WHERE (sku, supplier, cause) = (%(sku)s, %(supplier)s, %(cause)s)
) AS parts
"""


@dataclass(frozen=True)
class SharedCause:
    """One cause of several cases that wait for a proposal: whose refusal, of which SKU, of what kind."""

    supplier: str
    sku: str
    cause: str
    name: str
    cases: int
    example: str

    @property
    def cause_words(self) -> str:
        return str(CaseCause(self.cause).label)


def shared_causes() -> list[SharedCause]:
    """The causes that most of the waiting cases share, the largest first. One statement, exact at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(LARGEST, {"shown": CAUSES_SHOWN, "shared_by": SHARED_BY})
        return [SharedCause(*row) for row in cursor.fetchall()]


def waiting_of_cause(case: StockoutCase) -> int:
    """How many cases with the cause of this one wait for a proposal."""
    cause = {"sku": case.cause_sku, "supplier": case.cause_supplier, "cause": case.cause}
    with connection.cursor() as cursor:
        cursor.execute(WAITING, cause)
        (cases,) = cursor.fetchone()
    return int(cases)
