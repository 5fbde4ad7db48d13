"""Carrying out common decisions, case by case. Arguments are ids; run twice or at once, each case is decided once."""

from orders.domain.cause_decisions import decide_case, finish
from orders.domain.cause_tallies import add_up
from orders.jobs.cases import each
from orders.queries.decisions import running_decisions, waiting_cases
from stocke.core.jobs import enqueue


def carry_out_decision(decision_id: int) -> int:
    """Decide every case that still waits; how many were looked at. One that fails waits for the next sweep."""
    looked_at = each("decided case", waiting_cases(decision_id), decide_case)
    finish(decision_id)
    return looked_at


def sweep_decisions() -> int:
    """Go on with decisions that a worker has left behind."""
    running = running_decisions()
    for decision_id in running:
        enqueue("orders", carry_out_decision, decision_id)
    return len(running)


def add_up_causes() -> int:
    """Add up how many cases share a cause; how many causes were touched."""
    return add_up()
