"""Undoing an import: the suppliers' numbers and our promises move in one transaction, so it is worked off up here."""

from orders.domain.reservations import offers_to_reopen, reopen_contained
from stocke.core.actors import Actor
from suppliers.domain.heartbeats import Heartbeat
from suppliers.domain.undoing import Promises, work_off_undo
from suppliers.domain.undoing_plan import Plan
from suppliers.jobs.feeds import work_off
from suppliers.models import Run


def undo_import(run_id: int) -> None:
    """Work off one run that undoes another, unless another worker has it."""
    work_off(run_id, undo, is_undo=True)


def undo(run: Run, heart: Heartbeat, *, by: Actor) -> None:
    work_off_undo(run, heart, by=by, promises=PROMISES)


def settle_promises(plan: Plan) -> None:
    """What only the undone import contained, our counters must contain again. The reaction ends what is contained."""
    if not plan.comes_back:
        reopen_contained(plan.root)


def offers_of_promises(plan: Plan) -> set[int]:
    return set() if plan.comes_back else offers_to_reopen(plan.root)


PROMISES = Promises(offers=offers_of_promises, settle=settle_promises)
