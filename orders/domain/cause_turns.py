"""Whose turn it is to go on with a common decision: of all who were told to, one does.

Each helping queues the next, and the sweep queues one as well, as it cannot know whether that happened. All of them
name the turn that they were told of; the first to come takes it, and the others find that it has passed. So however
often the sweep comes by, one chain of helpings goes on.
"""

from django.db import transaction

from orders.models import CauseDecision
from orders.models.decision import UNFINISHED


@transaction.atomic
def take_turn(decision_id: int, turn: int | None) -> int | None:
    """The number of the turn that follows this one. None when it has passed, or when nothing is left to do.

    Without a turn, whoever has begun before loses his: a person has just said what is to be done.
    """
    unfinished = CauseDecision.objects.select_for_update(no_key=True).filter(status__in=UNFINISHED)
    decision = unfinished.filter(pk=decision_id).first()
    if decision is None or turn not in (None, decision.turn):
        return None
    decision.turn += 1
    decision.save(update_fields=["turn"])
    return decision.turn
