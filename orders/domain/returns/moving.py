"""A return on its way: handed over by the customer, received by us or by the supplier."""

from django.db import transaction
from django.utils import timezone

from orders.domain.carriers import normalised
from orders.domain.returns.deciding import lock_return
from orders.domain.returns.letters import tell_received
from orders.domain.returns.money import owe_in_full
from orders.domain.returns.requesting import note_down
from orders.models import Condition, Receiver, Return, ReturnStatus
from stocke.core.actors import Actor


@transaction.atomic
def note_sent(return_id: int, *, tracking_number: str, by: Actor) -> Return:
    """The customer has handed it over, with the proof of it. A second number changes nothing. Raises ReturnMoved."""
    returned = lock_return(return_id, [ReturnStatus.APPROVED, ReturnStatus.SENT])
    if returned.status == ReturnStatus.SENT:
        return returned
    returned.status, returned.sent_at = ReturnStatus.SENT, timezone.now()
    returned.tracking_number = normalised(tracking_number)[:60]
    returned.save(update_fields=["status", "sent_at", "tracking_number"])
    note_down(returned, "return.sent", by=by, tracking_number=returned.tracking_number)
    return returned


@transaction.atomic
def receive(return_id: int, *, receiver: Receiver, condition: Condition, by: Actor) -> Return:
    """It is back. As new, its price is owed to the customer at once; else a person decides how much.

    Raises ReturnMoved.
    """
    returned = lock_return(return_id, [ReturnStatus.APPROVED, ReturnStatus.SENT])
    returned.status, returned.received_at = ReturnStatus.RECEIVED, timezone.now()
    returned.received_by, returned.condition = receiver, condition
    returned.save(update_fields=["status", "received_at", "received_by", "condition"])
    note_down(returned, "return.received", by=by, receiver=receiver.value, condition=condition.value)
    owed = owe_in_full(returned, by=by) if condition == Condition.AS_NEW else []
    tell_received(
        returned,
        amount_cents=sum(one.amount_cents for one in owed) if owed else None,
        due_on=max((one.due_on for one in owed), default=None),
        by=by,
    )
    return returned
