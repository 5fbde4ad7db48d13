"""Taking a common decision back, case by case, as far as nothing has left the house.

Stopping it is one statement; what was decided already is taken back by a job, each case in a transaction of its own.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from orders.domain.cases import CaseClosed
from orders.domain.cause_decisions import ATTEMPTS_AT_MOST
from orders.domain.cause_plan import Misfit
from orders.domain.outright import withdraw_outright
from orders.domain.proposals import TooLate, take_back
from orders.models import CauseDecision, DecidedCase, DecisionAct, DecisionStatus, Gathering
from orders.queries.decisions import standing_of
from stocke.core.actors import Actor
from stocke.core.domain.history import record

WAITING, DONE = DecidedCase.Status.WAITING, DecidedCase.Status.DONE
LATE, UNDONE = DecidedCase.Status.LATE, DecidedCase.Status.UNDONE
BY = Actor.job("decisions")


@transaction.atomic
def undo_decision(decision_id: int, *, by: Actor) -> bool:
    """Gather and decide nothing more; a job takes back what has been decided. False when that is under way already.

    Doing it again tries once more those for which it was too late.
    """
    standing = CauseDecision.objects.exclude(status=DecisionStatus.UNDOING).filter(pk=decision_id)
    if not standing.update(status=DecisionStatus.UNDOING, undone_by=by.user_id):
        return False
    cases = DecidedCase.objects.filter(decision=decision_id)
    Gathering.objects.filter(decision=decision_id).delete()
    # Waits for whoever decides one of them at this moment: then that one is decided, and is taken back.
    cases.filter(status=WAITING).update(status=UNDONE)
    cases.filter(status__in=[DONE, LATE]).update(status=DONE, why="", attempts=0)
    return True


@transaction.atomic
def take_case_back(item_id: int) -> bool:
    """Let one decided case wait again, or note that it is too late. False when it is not to be taken back."""
    item = (
        DecidedCase.objects.select_for_update(of=("self",))
        .select_related("decision__undone_by")
        .filter(pk=item_id, status=DONE, decision__status=DecisionStatus.UNDOING)
        .first()
    )
    if item is None:
        return False
    user = item.decision.undone_by
    act = withdraw_outright if item.decision.act == DecisionAct.REFUND else take_back
    try:
        with transaction.atomic():
            act(item.case_id, version=item.version + 1, by=Actor.person(user) if user else BY)
    except (TooLate, CaseClosed):
        item.status = LATE
    else:
        item.status = UNDONE
    item.save(update_fields=["status"])
    return True


@transaction.atomic
def fail_to_take_back(item_id: int) -> None:
    """Note that a fault kept this case from being taken back; after some attempts it stays decided."""
    item = DecidedCase.objects.filter(pk=item_id, status=DONE)
    item.update(attempts=F("attempts") + 1)
    item.filter(attempts__gte=ATTEMPTS_AT_MOST).update(status=LATE, why=Misfit.FAULT)


@transaction.atomic
def finish_undoing(decision_id: int) -> bool:
    """Say so when nothing is left to be taken back: how many cases wait again, and for how many it was too late."""
    undoing = CauseDecision.objects.filter(pk=decision_id, status=DecisionStatus.UNDOING)
    over = undoing.exclude(cases__status=DONE)
    if not over.update(status=DecisionStatus.UNDONE, finished_at=timezone.now()):
        return False
    decision = CauseDecision.objects.select_related("undone_by").get(pk=decision_id)
    standing, user = standing_of(decision), decision.undone_by
    record(
        decision,
        "decision.undone",
        by=Actor.person(user) if user else BY,
        product=decision.product_name,
        back=standing.undone,
        late=standing.late,
    )
    return True
