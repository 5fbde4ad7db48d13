"""What we do while a supplier does not answer: remind him twice, then stop waiting.

The moments are shares of his own time: he is reminded when half of it, and when nine tenths of it, have passed. Only
the newest step that is due is taken, so that a pause of ours never ends in two reminders at once.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from orders.domain.answers import LineAnswer, answer_purchase, lock_purchase, open_lines
from orders.domain.group_letters import remind
from orders.models import (
    Answer,
    PurchaseOrder,
    PurchaseOrderStatus,
    RefusalReason,
    TransmissionStatus,
    VerificationPolicy,
)
from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record, record_all
from stocke.core.models import MessageStatus
from suppliers.domain.calendars import answer_due_at


class Step(StrEnum):
    """How far his time has run out; in the order in which they come."""

    HALF = "half"
    MOST = "most"
    OVER = "over"


# Of such a mail the supplier knows nothing, or perhaps nothing.
NOT_THERE = frozenset(
    {
        MessageStatus.DRAFT,
        MessageStatus.FAILED,
        MessageStatus.BOUNCED,
        MessageStatus.UNSURE,
        MessageStatus.CANCELLED,
    }
)
# A mail that left so much later than it was written gives him his whole time from then.
LATE = timedelta(minutes=15)
SHARES = ((Step.OVER, 1.0), (Step.MOST, 0.9), (Step.HALF, 0.5))


def step_due(asked_at: datetime, due_at: datetime, now: datetime) -> Step | None:
    """The newest step that is due; None while less than half of the time has passed."""
    whole = (due_at - asked_at).total_seconds()
    share = (now - asked_at).total_seconds() / whole if whole > 0 else 1.0
    return next((step for step, from_share in SHARES if share >= from_share), None)


@transaction.atomic
def chase(purchase_id: int, *, by: Actor, now: datetime | None = None) -> Step | None:
    """Take the step that is due and was not taken yet: remind, or say that the time is over. Idempotent.

    Nobody is reminded of what has not reached him: his time begins anew for as long as the mail that asks him was
    held or given up, came back, does not leave, or is not known to have left, and while he is yet to be called. Once
    such a mail has left, it runs from then.

    Over: it is on the record and among what waits for a person; where the policy says so, silence then counts as
    a refusal (`give_up`).
    """
    purchase = lock_purchase(purchase_id)
    if purchase.status != PurchaseOrderStatus.WAITING:
        return None
    if left_late := left_late_at(purchase):
        begin_anew(purchase, left_late, by=by)
    asked_at = purchase.asked_at or purchase.created_at
    step = step_due(asked_at, purchase.answer_due_at, now or timezone.now())
    if step is None or step == purchase.chased:
        return None
    if not was_asked(purchase):
        begin_anew(purchase, timezone.now(), by=by)
        return None
    if not PurchaseOrder.objects.filter(pk=purchase.pk).exclude(chased=step).update(chased=step):
        return None
    if step != Step.OVER:
        remind(purchase, step=step, by=by)
        return step
    told = {"purchase": purchase.number, "supplier": purchase.supplier.name}
    record_all(
        [Fact(subject, "purchase.overdue", data=told) for subject in (purchase.order, purchase)], by=by
    )
    if VerificationPolicy.current().silence_is_no:
        give_up(purchase, by=by)
    return step


def was_asked(purchase: PurchaseOrder) -> bool:
    """Whether it has reached the supplier, as far as we know, or is on its way to him."""
    transmission = purchase.transmission
    if transmission is None:
        return True
    if transmission.message is None:
        return transmission.status == TransmissionStatus.SENT
    letter = transmission.message
    is_stuck = letter.status == MessageStatus.APPROVED and letter.attempts > 0
    return not is_stuck and letter.status not in NOT_THERE


def left_late_at(purchase: PurchaseOrder) -> datetime | None:
    """When the mail that asks him left, where that was so late that his time must run from then and does not yet."""
    letter = purchase.transmission.message if purchase.transmission else None
    if letter is None or letter.status != MessageStatus.SENT or letter.sent_at is None:
        return None
    counted_from = purchase.asked_at or purchase.created_at
    is_late = letter.sent_at > letter.created_at + LATE and letter.sent_at > counted_from
    return letter.sent_at if is_late else None


def begin_anew(purchase: PurchaseOrder, at: datetime, *, by: Actor) -> None:
    """His whole time from that moment; on the record."""
    before = purchase.answer_due_at
    purchase.asked_at, purchase.answer_due_at, purchase.chased = at, answer_due_at(purchase.supplier, at), ""
    purchase.save(update_fields=["asked_at", "answer_due_at", "chased"])
    record(
        purchase,
        "purchase.begun_anew",
        by=by,
        before={"answer_due_at": before.isoformat()},
        after={"answer_due_at": purchase.answer_due_at.isoformat()},
        supplier=purchase.supplier.name,
    )


def give_up(purchase: PurchaseOrder, *, by: Actor) -> PurchaseOrder:
    """Stop waiting: his silence is a "no" without a zero, and the next source is asked. Raises AnswerImpossible."""
    silence = [
        LineAnswer(line.pk, Answer.REJECTED, reason=RefusalReason.NO_ANSWER) for line in open_lines(purchase)
    ]
    return answer_purchase(purchase.pk, silence, by=by)
