"""What the clock does to an open question: his time is over, a person must decide, nobody has.

Silence is a "no" for this line and states nothing about his stock: the next source is tried. Twelve hours before the
end of the card's authorisation the question becomes a person's task. At the end itself what the rules say is done:
the next source that is safe, or a stockout case; a line in doubt is never confirmed by itself, and none is lost.
"""

from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from orders.domain.asking import decide_at
from orders.domain.giving_up import give_up_line
from orders.domain.question_answers import QuestionAnswer, close, lock_questions
from orders.models import AskingRules, LineStatus, OrderLine, Question, Said, VerificationPolicy
from stocke.core.actors import Actor
from stocke.core.domain.history import record


class Step(StrEnum):
    """How far the time of a question has run out; in the order in which they come."""

    DECIDE = "decide"
    SILENT = "silent"
    END = "end"


def step_due(
    now: datetime, *, due_at: datetime | None, expires_at: datetime, silence_is_no: bool
) -> Step | None:
    """The newest step that is due; None while he and we have time. Pure."""
    if now >= expires_at:
        return Step.END
    if silence_is_no and due_at is not None and now >= due_at:
        return Step.SILENT
    return Step.DECIDE if now >= decide_at(expires_at) else None


@transaction.atomic
def watch(question_id: int, *, by: Actor, now: datetime | None = None) -> Step | None:
    """Take the step that is due and was not taken yet. Idempotent; a question that was closed meanwhile is left."""
    [question] = lock_questions([question_id])
    moment = now or timezone.now()
    silence = VerificationPolicy.current().silence_is_no
    step = step_due(
        moment, due_at=question.answer_due_at, expires_at=question.expires_at, silence_is_no=silence
    )
    if question.said or step is None:
        return None
    if step == Step.DECIDE:
        return force(question, at=moment, by=by)
    if step == Step.SILENT or AskingRules.current().tries_on:
        close_silent(question, by=by)
    if step == Step.END:
        end_in_case(question, by=by)
    return step


@transaction.atomic
def stop_waiting(question_id: int, *, by: Actor) -> bool:
    """A person waits no longer: as silence, now. False when the question was closed meanwhile."""
    [question] = lock_questions([question_id])
    if question.said:
        return False
    close_silent(question, by=by)
    return True


def close_silent(question: Question, *, by: Actor) -> None:
    said = QuestionAnswer(question.pk, Said.SILENT)
    close([question], {question.pk: said}, way=question.request.way if question.request else "", by=by)


def force(question: Question, *, at: datetime, by: Actor) -> Step | None:
    """From now on it is a person's task, said once."""
    if not Question.objects.filter(pk=question.pk, forced_at=None).update(forced_at=at):
        return None
    record(
        question.line.order,
        "question.forced",
        by=by,
        supplier=question.supplier.name,
        sku=question.line.ordered_sku,
        until=question.expires_at.isoformat(),
    )
    return Step.DECIDE


def end_in_case(question: Question, *, by: Actor) -> None:
    """Nobody has decided, and no source is safe by itself: the line becomes a stockout case."""
    undecided = [LineStatus.ASKED, LineStatus.DOUBTFUL]
    if OrderLine.objects.filter(pk=question.line_id, status__in=undecided).exists():
        give_up_line(question.line.order_id, question.line_id, by=by)
