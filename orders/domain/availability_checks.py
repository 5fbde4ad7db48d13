"""Asking a supplier's interface what he has: claim, ask outside any transaction, settle.

A question orders nothing, so it is simply asked again when its answer was lost. What his interface does not tell after
a few tries is asked by mail, or by telephone. docs/availability.md describes both sides.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from orders.domain.handing_over import web_access
from orders.domain.question_answers import NothingToAnswer, QuestionAnswer, answer_questions
from orders.domain.question_asking import ask_otherwise, questions_in
from orders.models import (
    AskingWay,
    AvailabilityInterface,
    AvailabilityRequest,
    Question,
    RequestStatus,
    Said,
)
from stocke.core.actors import Actor
from stocke.core.domain.credentials import reveal
from stocke.core.outbound import OutboundError, post
from stocke.core.sealing import NotOpened

CHECKER = Actor.job("availability")
SECONDS = 15
PAUSES = (5, 30, 120)
LONGEST = timedelta(minutes=2)
MOST_UNITS = 10_000_000

NEXT = """
SELECT id FROM orders_availabilityrequest
WHERE ((status = 'ready' AND not_before <= clock_timestamp())
       OR (status = 'sending' AND claimed_at <= %(lost_before)s))
    AND (%(only)s::bigint IS NULL OR id = %(only)s::bigint)
ORDER BY not_before, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
"""


class BadReply(Exception):
    """What his interface said is not the answer that was described to it."""


@dataclass(frozen=True)
class Asked:
    """One claimed request and what is asked in it."""

    request: AvailabilityRequest
    questions: Sequence[Question]


def check_waiting(*, limit: int = 100, only: int | None = None) -> int:
    """Ask what is due, at most `limit`; how many were asked."""
    done = 0
    while done < limit and (asked := claim(only)):
        answers, problem = ask(asked)
        settle(asked, answers, problem)
        done += 1
    return done


@transaction.atomic
def claim(only: int | None = None) -> Asked | None:
    """Take one for this worker, also one that a dead worker left behind."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, {"lost_before": timezone.now() - LONGEST, "only": only})
        row = cursor.fetchone()
    if row is None:
        return None
    request = AvailabilityRequest.objects.select_related("supplier").get(pk=row[0])
    request.status, request.claimed_at = RequestStatus.SENDING, timezone.now()
    request.attempts += 1
    request.save(update_fields=["status", "claimed_at", "attempts"])
    return Asked(request, questions_in(request))


def ask(asked: Asked) -> tuple[list[QuestionAnswer], str]:
    """One conversation with his interface: what it told, or why it did not. Writes nothing."""
    interface = AvailabilityInterface.objects.filter(supplier=asked.request.supplier_id).first()
    if interface is None or not asked.questions:
        return [], ""
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(asked.request.key)}
    try:
        access = web_access(interface.access, reveal(interface.credential))
        url = str(interface.access["url"])
        reply = post(url, body_of(asked), headers=headers, access=access, seconds=SECONDS)
        if not reply.is_yes:
            return [], f"{reply.status} {' '.join(reply.text.split())}"[:500]
        return read_reply(reply.text, asked.questions, timezone.localdate()), ""
    except (OutboundError, NotOpened, KeyError, BadReply) as error:
        return [], f"{type(error).__name__}: {error}"[:500]


def body_of(asked: Asked) -> bytes:
    said = {
        "request": str(asked.request.key),
        "lines": [
            {"line": one.pk, "sku": one.allocation.offer.supplier_sku, "quantity": one.quantity}
            for one in asked.questions
        ],
    }
    return json.dumps(said).encode()


def read_reply(text: str, questions: Sequence[Question], today: date) -> list[QuestionAnswer]:
    """The answers in a reply; a line of which it says nothing is left out. Raises BadReply. Pure."""
    try:
        told = json.loads(text)
        lines = told["lines"]
        rows = [row for row in lines if row.get("available") is not None]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadReply("not the JSON that was described") from None
    by_line = {one.pk: one for one in questions}
    by_sku = {one.allocation.offer.supplier_sku: one for one in questions}
    answers: dict[int, QuestionAnswer] = {}
    for row in rows:
        question = by_line.get(key_of(row)) if "line" in row else by_sku.get(str(row.get("sku")))
        if question is None or question.pk in answers:
            raise BadReply("a line that was not asked, or the same one twice")
        answers[question.pk] = answer_in(row, question, today)
    return list(answers.values())


def key_of(row: Mapping[str, Any]) -> int:
    return row["line"] if type(row["line"]) is int else -1


def answer_in(row: Mapping[str, Any], question: Question, today: date) -> QuestionAnswer:
    """His word about one line: a number of units, or plainly yes or no, and perhaps a day."""
    available = row["available"]
    if available is True:
        return QuestionAnswer(question.pk, Said.YES)
    if available is False:
        available = 0
    if type(available) is not int or not 0 <= available <= MOST_UNITS:
        raise BadReply("a number of units that is none")
    if available:
        return QuestionAnswer(question.pk, Said.PART, available)
    day = day_in(row.get("from"))
    return QuestionAnswer(question.pk, Said.LATER if day and day > today else Said.NO, restock_on=day)


def day_in(value: object) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadReply("a day that is none") from None


@transaction.atomic
def settle(asked: Asked, answers: Sequence[QuestionAnswer], problem: str) -> None:
    """Write down what was told, if the claim is still ours; ask again later, or otherwise, what was not."""
    if answers:
        take(asked, answers)
    mine = AvailabilityRequest.objects.select_for_update(no_key=True, of=("self",)).select_related("supplier")
    held = mine.filter(
        pk=asked.request.pk, claimed_at=asked.request.claimed_at, status=RequestStatus.SENDING
    ).first()
    if held is None:
        return
    if problem and held.attempts <= len(PAUSES):
        held.status, held.error = RequestStatus.READY, problem
        held.not_before = timezone.now() + timedelta(seconds=PAUSES[held.attempts - 1])
        held.save(update_fields=["status", "error", "not_before"])
        return
    held.status, held.error = RequestStatus.ASKED, problem
    held.save(update_fields=["status", "error"])
    if questions_in(held):
        ask_otherwise(held, by=CHECKER)


def take(asked: Asked, answers: Sequence[QuestionAnswer]) -> None:
    """Answers to questions that were closed meanwhile, by a person or by the clock, change nothing."""
    by = Actor.supplier(asked.request.supplier.name)
    try:
        answer_questions(answers, way=AskingWay.API, by=by, request_id=asked.request.pk)
    except NothingToAnswer as refused:
        if refused.code != "closed":
            raise
