"""What a supplier says to our questions, from his page, his interface or a call, and what follows for the lines.

Yes: the line is safe. Less, none, or not yet: his word about his stock becomes a statement, the reservation is
released, and the next source is tried. All in one transaction under the locks of the orders concerned.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from orders.domain.allocations import release_allocations
from orders.domain.confirmation import offers_of
from orders.domain.execution import carry_on
from orders.domain.reservations import end_accepted
from orders.domain.splitting import parted_from
from orders.domain.verification import verify_order
from orders.events import StockStated
from orders.models import AskingWay, LineStatus, Order, OrderLine, Question, Said
from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from stocke.core.events import publish
from suppliers.domain.observing import observe
from suppliers.domain.reserving import lock_offers

NAMED = ("line__order", "supplier", "request", "allocation__offer", "allocation__line__order")
HIS = (Said.YES, Said.PART, Said.NO, Said.LATER)


class NothingToAnswer(Exception):
    """The answer cannot be taken; nothing was changed. `code` says why.

    "closed": every question named was answered, has run out or is no longer needed. "unknown": one is not of this
    request. "quantity": a part must be at least 1. "date": a later day must be one to come. "empty": nothing was said.
    """

    def __init__(self, code: str, question_id: int | None = None) -> None:
        super().__init__(code)
        self.code, self.question_id = code, question_id


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """What he says to one question. `available` is needed for a part, `restock_on` for a later day."""

    question_id: int
    said: Said
    available: int | None = None
    restock_on: date | None = None


@transaction.atomic
def answer_questions(
    answers: Sequence[QuestionAnswer], *, way: AskingWay, by: Actor, request_id: int | None = None
) -> list[Question]:
    """Take these answers, and do what follows; the questions that they closed. Raises NothingToAnswer.

    Questions that are closed already are passed over, so that a second answer, or one that races with the end of the
    time, changes nothing. With `request_id`, all must be of that request.
    """
    if not answers:
        raise NothingToAnswer("empty")
    questions = lock_questions([one.question_id for one in answers])
    said = checked(questions, answers, request_id)
    open_ = [one for one in questions if not one.said]
    if not open_:
        raise NothingToAnswer("closed")
    close(open_, said, way=way, by=by)
    return open_


def lock_questions(question_ids: Collection[int]) -> list[Question]:
    """These questions under the locks of their orders, which come first as everywhere."""
    orders = Question.objects.filter(pk__in=question_ids).values("line__order")
    list(Order.objects.select_for_update(no_key=True).filter(pk__in=orders).order_by("pk"))
    found = Question.objects.filter(pk__in=question_ids).order_by("line__order", "pk")
    return list(found.select_related(*NAMED))


def checked(
    questions: Sequence[Question], answers: Sequence[QuestionAnswer], request_id: int | None
) -> Mapping[int, QuestionAnswer]:
    """One sound answer by question. Who says that he has as many as were asked, or more, says yes."""
    known = {one.pk: one for one in questions if request_id in (None, one.request_id)}
    said: dict[int, QuestionAnswer] = {}
    for answer in answers:
        question = known.get(answer.question_id)
        if question is None or answer.question_id in said:
            raise NothingToAnswer("unknown", answer.question_id)
        said[question.pk] = sound(answer, question.quantity)
    return said


def sound(answer: QuestionAnswer, asked: int) -> QuestionAnswer:
    """The answer as it counts. Pure, but for the day."""
    available, day = answer.available or 0, answer.restock_on
    if answer.said not in HIS:
        raise NothingToAnswer("unknown", answer.question_id)
    if answer.said == Said.PART and available < 1:
        raise NothingToAnswer("quantity", answer.question_id)
    if answer.said == Said.LATER and (day is None or day <= timezone.localdate()):
        raise NothingToAnswer("date", answer.question_id)
    has_all = answer.said == Said.PART and available >= asked
    return QuestionAnswer(answer.question_id, Said.YES, available) if has_all else answer


def close(questions: Sequence[Question], said: Mapping[int, QuestionAnswer], *, way: str, by: Actor) -> None:
    """Write the answers down and bring their lines on. The caller holds the orders."""
    hold_everything(questions)
    started = timezone.now()
    for question in questions:
        take(question, said[question.pk], way=way, at=started, by=by)
    write_down(questions, by=by)
    orders = sorted({one.line.order_id for one in questions})
    known = set(OrderLine.objects.filter(order__in=orders).values_list("pk", flat=True))
    for order_id in orders:
        verify_order(order_id, by=by)
    promised = [one.line for one in questions if one.promised_before]
    keep_promises([*(line.pk for line in promised), *parted_from(promised, known)], by=by)


def keep_promises(line_ids: Collection[int], *, by: Actor) -> None:
    """Lines that were confirmed until somebody refused go on by themselves once they are safe again."""
    if not line_ids:
        return
    Question.objects.filter(line__in=line_ids, said=Said.NONE).update(promised_before=True)
    OrderLine.objects.filter(pk__in=line_ids, status=LineStatus.SAFE).update(status=LineStatus.CONFIRMED)
    for order in Order.objects.filter(lines__in=line_ids).distinct().order_by("pk"):
        carry_on(order, by=by)


def hold_everything(questions: Sequence[Question]) -> None:
    """Lock the asked offers, and all that may step in for any line of these orders, in one go and in order."""
    orders = {one.line.order_id for one in questions}
    products = OrderLine.objects.filter(order__in=orders).values_list("product_id", flat=True)
    lock_offers({one.allocation.offer_id for one in questions} | offers_of(list(products)))


def take(question: Question, said: QuestionAnswer, *, way: str, at: datetime, by: Actor) -> None:
    question.said, question.way, question.answered_at = said.said, way, at
    question.available, question.restock_on = said.available, said.restock_on
    question.save(update_fields=["said", "way", "answered_at", "available", "restock_on"])
    serves = said.said == Said.YES
    if not serves:
        release_allocations([question.allocation], reason=f"question_{said.said}", by=by)
        state_stock(question, at=at, by=by)
    asked = OrderLine.objects.filter(pk=question.line_id, status=LineStatus.ASKED)
    asked.update(status=LineStatus.SAFE if serves else LineStatus.NEW)


def state_stock(question: Question, *, at: datetime, by: Actor) -> None:
    """What the answer says of his stock: so many and no more. Silence states nothing.

    What he has accepted before is in that figure; whatever else is promised from it is looked at after commit.
    """
    if question.said not in HIS:
        return
    offer = question.allocation.offer
    end_accepted(offer.pk, before=at, by=by)
    quantity = question.available if question.said == Said.PART else 0
    raw = f"{question.line.order.number}: {question.said} {question.available or ''}".strip()
    observe(offer, kind="exact", quantity=quantity, raw=raw, source="answer", by=by)
    publish(StockStated(question.supplier_id, (offer.pk,)))


def write_down(questions: Sequence[Question], *, by: Actor) -> None:
    record_all(
        [
            Fact(
                one.line.order,
                "question.answered",
                data={
                    "supplier": one.supplier.name,
                    "sku": one.line.ordered_sku,
                    "asked": one.quantity,
                    "said": one.said,
                    "available": one.available,
                    "restock_on": one.restock_on.isoformat() if one.restock_on else None,
                    "way": one.way,
                },
            )
            for one in questions
        ],
        by=by,
    )
