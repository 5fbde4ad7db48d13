"""Gathering the cases of a decision for all of a cause: helping by helping, the most urgent first.

Meant is every case that was there when it was decided and waits with its cause when it is come to; one that waits for
another decision stays with that one. How far it has come is written with the helping, so whoever goes on after a
killed worker passes over nothing and adds nothing twice.
"""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Max

from orders.models import CauseDecision, DecidedCase, DecisionStatus, Gathering, StockoutCase
from orders.queries.case_queue import of_cause
from orders.queries.cause_tallies import waiting_of_cause
from stocke.core.actors import Actor
from stocke.core.domain.history import record

BY = Actor.job("decisions")
GATHERED_AT_ONCE = 2_000
# Cases are given to decisions by one at a time: two with different cases on their pages would wait for each other.
ONE_AT_A_TIME = 0x570C_DEC1

# Who is looked at has been passed, also where nothing is added; a case that waits keeps its place in this order.
GATHER = """
WITH looked_at AS (
    SELECT id, version, respond_by FROM orders_stockoutcase
    WHERE status = 'to_propose' AND cause = %(cause)s AND cause_supplier = %(supplier)s AND cause_sku = %(sku)s
        AND id <= %(newest)s AND id <> ALL(%(shown)s)
        AND (respond_by, id) > (coalesce(%(reached)s::timestamptz, '-infinity'), %(reached_case)s)
    ORDER BY respond_by, id LIMIT %(most)s
),
added AS (
    INSERT INTO orders_decidedcase (decision_id, case_id, version, status, why, holder, attempts)
    SELECT %(decision)s, id, version, 'waiting', '', '', 0 FROM looked_at ORDER BY respond_by, id
    ON CONFLICT DO NOTHING
)
SELECT count(*) OVER (), respond_by, id FROM looked_at ORDER BY respond_by DESC, id DESC LIMIT 1
"""


def lock_decisions() -> None:
    """Wait until nobody else gives cases to a decision; the others wait until this transaction is over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


def is_being_gathered(example: StockoutCase) -> bool:
    """Whether a decision is about to have every case with the cause of this one."""
    cause = {"cause": example.cause, "supplier": example.cause_supplier, "sku": example.cause_sku}
    same = {f"decision__{name}": value for name, value in cause.items()}
    return Gathering.objects.filter(**same).exists()


def begin_gathering(
    decision: CauseDecision, example: StockoutCase, *, shown: Sequence[int], taken: int
) -> int:
    """Have every case of the cause gathered that is there now, but those shown; how many are expected.

    None when no such case is free. The caller holds the lock.
    """
    free = StockoutCase.objects.filter(of_cause(example)).exclude(pk__in=shown)
    if not free.exclude(decisions__status=DecidedCase.Status.WAITING).exists():
        return 0
    expected = max(1, waiting_of_cause(example) - len(shown))
    Gathering.objects.create(
        decision=decision,
        newest_case=StockoutCase.objects.aggregate(newest=Max("pk"))["newest"],
        shown=shown,
        expected=taken + expected,
    )
    return expected


@transaction.atomic
def gather(decision_id: int) -> bool:
    """Give the next helping of cases to the decision. False when it has all of them."""
    lock_decisions()
    gathering = (
        Gathering.objects.select_for_update(of=("self",))
        .select_related("decision")
        .filter(decision=decision_id, decision__status=DecisionStatus.RUNNING)
        .first()
    )
    if gathering is None:
        return False
    if go_on(gathering):
        return True
    decision = gathering.decision
    gathering.delete()
    found = DecidedCase.objects.filter(decision=decision).count()
    record(decision, "decision.gathered", by=BY, product=decision.product_name, cases=found)
    return False


def go_on(gathering: Gathering) -> bool:
    """Gather as many as one statement may, and note how far that is. False when these were the last."""
    decision = gathering.decision
    given = {
        "decision": decision.pk,
        "cause": decision.cause,
        "supplier": decision.supplier,
        "sku": decision.sku,
        "newest": gathering.newest_case,
        "shown": gathering.shown,
        "reached": gathering.reached,
        "reached_case": gathering.reached_case,
        "most": GATHERED_AT_ONCE,
    }
    with connection.cursor() as cursor:
        cursor.execute(GATHER, given)
        last = cursor.fetchone()
    if last is None or last[0] < GATHERED_AT_ONCE:
        return False
    _looked_at, gathering.reached, gathering.reached_case = last
    gathering.save(update_fields=["reached", "reached_case"])
    return True
