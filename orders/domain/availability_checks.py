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
from stocke.core.outbound import OutboundError, WebAccess, post
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


class Declined(Exception):
    """His interface has a status that is no yes; with what it said."""


@dataclass(frozen=True)
class Line:
    """One thing that his interface is asked of, under his SKU and by a number of ours."""

    pk: int
    sku: str
    quantity: int


@dataclass(frozen=True)
class Door:
    """Where his interface is, and what opens it."""

    url: str
    access: WebAccess


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
    lines = [line_of(question) for question in asked.questions]
    try:
        return converse(door_of(interface), lines, key=str(asked.request.key), seconds=SECONDS), ""
    except Declined as declined:
        return [], str(declined)[:500]
    except (OutboundError, NotOpened, KeyError, BadReply) as error:
        return [], f"{type(error).__name__}: {error}"[:500]


def line_of(question: Question) -> Line:
    return Line(question.pk, question.allocation.offer.supplier_sku, question.quantity)


def door_of(interface: AvailabilityInterface) -> Door:
    """His interface, opened. Raises NotOpened or KeyError for one that cannot be."""
    return Door(str(interface.access["url"]), web_access(interface.access, reveal(interface.credential)))


def converse(door: Door, lines: Sequence[Line], *, key: str, seconds: float) -> list[QuestionAnswer]:
    """Ask his interface of these lines; it needs no database. Raises OutboundError, Declined or BadReply."""
    said = [{"line": line.pk, "sku": line.sku, "quantity": line.quantity} for line in lines]
    body = json.dumps({"request": key, "lines": said}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    reply = post(door.url, body, headers=headers, access=door.access, seconds=seconds)
    if not reply.is_yes:
        raise Declined(f"{reply.status} {' '.join(reply.text.split())}")
    return read_reply(reply.text, lines, timezone.localdate())


def read_reply(text: str, lines: Sequence[Line], today: date) -> list[QuestionAnswer]:
    """The answers in a reply; a line of which it says nothing is left out. Raises BadReply. Pure."""
    try:
        told = json.loads(text)
        rows = [row for row in told["lines"] if row.get("available") is not None]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadReply("not the JSON that was described") from None
    by_line = {line.pk: line.pk for line in lines}
    by_sku = {line.sku: line.pk for line in lines}
    answers: dict[int, QuestionAnswer] = {}
    for row in rows:
        pk = by_line.get(key_of(row)) if "line" in row else by_sku.get(str(row.get("sku")))
        if pk is None or pk in answers:
            raise BadReply("a line that was not asked, or the same one twice")
        answers[pk] = answer_in(row, pk, today)
    return list(answers.values())


def key_of(row: Mapping[str, Any]) -> int:
    return row["line"] if type(row["line"]) is int else -1


def answer_in(row: Mapping[str, Any], pk: int, today: date) -> QuestionAnswer:
    """His word about one line: a number of units, or plainly yes or no, and perhaps a day."""
    available = row["available"]
    if available is True:
        return QuestionAnswer(pk, Said.YES)
    if available is False:
        available = 0
    if type(available) is not int or not 0 <= available <= MOST_UNITS:
        raise BadReply("a number of units that is none")
    if available:
        return QuestionAnswer(pk, Said.PART, available)
    day = day_in(row.get("from"))
    return QuestionAnswer(pk, Said.LATER if day and day > today else Said.NO, restock_on=day)


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
