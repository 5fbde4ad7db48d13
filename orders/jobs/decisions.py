"""Carrying out common decisions: all cases gathered, then case by case. Run twice or at once, each is decided once.

A helping at a time, so that a decision about very many cases lets others through; and whoever goes on with a
decision says whose turn it is, because the sweep cannot see whether the next helping is in the queue already.
"""

from orders.domain.cause_decisions import decide_case, fail_case, finish
from orders.domain.cause_gathering import gather
from orders.domain.cause_tallies import add_up
from orders.domain.cause_turns import take_turn
from orders.domain.cause_undoing import fail_to_take_back, finish_undoing, take_case_back
from orders.jobs.cases import each
from orders.models import DecisionStatus
from orders.queries.decisions import cases_to_take_back, unfinished_decisions, waiting_cases
from stocke.core.jobs import enqueue

HELPING = 100


def carry_out_decision(decision_id: int, turn: int | None = None) -> int:
    """Gather the next helping or, when all are gathered, decide it; and queue the one after it. How many were decided
    or left out: none out of turn.
    """
    following = take_turn(decision_id, turn)
    if following is None:
        return 0
    if gather(decision_id):
        enqueue("orders", carry_out_decision, decision_id, following)
        return 0
    waiting = waiting_cases(decision_id, HELPING)
    looked_at = each("decided case", waiting, decide_case, otherwise=fail_case)
    if not finish(decision_id) and looked_at:
        enqueue("orders", carry_out_decision, decision_id, following)
    return looked_at


def take_decision_back(decision_id: int, turn: int | None = None) -> int:
    """Take the next helping back, and queue the one after it; how many were looked at: none out of turn."""
    following = take_turn(decision_id, turn)
    if following is None:
        return 0
    decided = cases_to_take_back(decision_id, HELPING)
    looked_at = each("case to take back", decided, take_case_back, otherwise=fail_to_take_back)
    if not finish_undoing(decision_id) and looked_at:
        enqueue("orders", take_decision_back, decision_id, following)
    return looked_at


def sweep_decisions() -> int:
    """Go on with decisions that a worker has left behind."""
    unfinished = unfinished_decisions()
    for decision_id, status, turn in unfinished:
        goes_on = take_decision_back if status == DecisionStatus.UNDOING else carry_out_decision
        enqueue("orders", goes_on, decision_id, turn)
    return len(unfinished)


def add_up_causes() -> int:
    """Add up how many cases share a cause; how many causes were touched."""
    return add_up()
