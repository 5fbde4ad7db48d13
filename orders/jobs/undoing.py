"""Undoing an import: the suppliers' numbers and our promises move in one transaction, so it is worked off up here."""

from orders.domain.reservations import reopen_contained
from stocke.core.actors import Actor
from suppliers.domain.heartbeats import Heartbeat
from suppliers.domain.undoing import work_off_undo
from suppliers.domain.undoing_plan import Plan
from suppliers.jobs.feeds import work_off
from suppliers.models import Run


def undo_import(run_id: int) -> None:
    """Work off one run that undoes another, unless another worker has it."""
    work_off(run_id, undo, is_undo=True)


def undo(run: Run, heart: Heartbeat, *, by: Actor) -> None:
    work_off_undo(run, heart, by=by, settle_promises=settle_promises)


def settle_promises(plan: Plan) -> None:
    """What only the undone import contained, our counters must contain again. The reaction ends what is contained."""
    if not plan.comes_back:
        reopen_contained(plan.root)
