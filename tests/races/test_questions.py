"""A supplier who answers twice at once, and one who answers while his time ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orders.domain.allocations import prove_counters
from orders.domain.cancelling_lines import CannotCancel, cancel_lines
from orders.domain.question_answers import NothingToAnswer, QuestionAnswer, answer_questions
from orders.domain.question_asking import ask_supplier
from orders.domain.question_clock import watch
from orders.models import AskingWay, AvailabilityRequest, OrderLine, Question, Said
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from tests.factories.questions import QuestionFactory
from tests.races.threads import at_once, times

pytestmark = pytest.mark.django_db(transaction=True)
BY = Actor.job("test")


def say(question: Question, said: Said) -> str:
    try:
        answer_questions([QuestionAnswer(question.pk, said)], way=AskingWay.MAIL, by=BY)
    except NothingToAnswer as refused:
        return refused.code
    return said.value


def test_two_answers_at_the_same_moment_are_one() -> None:
    question = QuestionFactory(backups=1)

    outcomes = at_once(*[lambda: say(question, Said.YES), lambda: say(question, Said.NO)] * 3)

    assert outcomes.count("closed") == 5
    assert HistoryEntry.objects.filter(thread__startswith="order:", kind="question.answered").count() == 1
    assert prove_counters() == []


def test_an_answer_while_the_time_ends_is_one_or_the_other() -> None:
    question = QuestionFactory(backups=1)
    Question.objects.update(answer_due_at=timezone.now() - timedelta(minutes=1))

    at_once(lambda: say(question, Said.YES), lambda: str(watch(question.pk, by=BY)))

    question.refresh_from_db()
    line = OrderLine.objects.get()
    offer = line.allocations.get(status="held").offer
    assert (question.said, offer.rank) in {("yes", 1), ("silent", 2)}
    assert (line.status, prove_counters()) == ("confirmed", [])


def test_an_order_cancelled_while_its_supplier_answers_promises_nothing() -> None:
    question = QuestionFactory(backups=1)
    line = OrderLine.objects.get()

    def cancel() -> str:
        try:
            cancel_lines(line.order_id, {line.pk: "now"}, by=BY)
        except CannotCancel as refused:
            return refused.code
        return "cancelled"

    _said, cancelled = at_once(lambda: say(question, Said.NO), cancel)

    line.refresh_from_db()
    assert (cancelled, line.status) == ("cancelled", "cancelled")
    assert not line.allocations.filter(status__in=["held", "accepted"]).exists()
    assert not Question.objects.filter(said="").exists()
    assert prove_counters() == []


def test_a_supplier_is_asked_once_by_many_workers() -> None:
    question = QuestionFactory()

    asked = at_once(*times(4, lambda: ask_supplier(question.supplier_id, by=BY, at_once=True) is not None))

    assert sorted(asked) == [False, False, False, True]
    assert (AvailabilityRequest.objects.count(), Message.objects.count()) == (1, 1)
