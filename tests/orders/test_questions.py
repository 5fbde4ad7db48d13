"""Asking before confirming: which lines, what an answer does, and what follows when none comes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.domain.allocations import prove_counters
from orders.domain.amendments import withdraw
from orders.domain.cancelling_lines import cancel_lines
from orders.domain.confirmation import confirm_order
from orders.domain.question_answers import NothingToAnswer, QuestionAnswer, answer_questions
from orders.domain.question_asking import ask_supplier, remind
from orders.domain.question_clock import watch
from orders.domain.shortfalls import check_offers
from orders.domain.verification import verify_order
from orders.jobs.questions import ask_suppliers, remind_suppliers, watch_questions
from orders.models import (
    Allocation,
    AskingWay,
    AvailabilityRequest,
    LineStatus,
    Order,
    OrderLine,
    Question,
    Said,
    StockoutCase,
    VerificationPolicy,
)
from orders.models.case import OPEN_CASES
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from suppliers.models import Observation, OfferStock
from tests.factories.orders import OrderFactory
from tests.factories.products import ProductFactory
from tests.factories.questions import QuestionFactory, RequestFactory, asking
from tests.factories.suppliers import OfferFactory, SupplierFactory

pytestmark = pytest.mark.django_db
BY, HIM = Actor.job("test"), Actor.supplier("Nord")
HOUR = timedelta(hours=1)


def say(question: Question, said: Said, **given: Any) -> Question:
    answer_questions([QuestionAnswer(question.pk, said, **given)], way=AskingWay.CALL, by=HIM)
    question.refresh_from_db()
    return question


def line_of(question: Question) -> OrderLine:
    return OrderLine.objects.select_related("order").get(pk=question.line_id)


def ledger() -> list[tuple[int, int, str, str]]:
    promises = Allocation.objects.order_by("pk")
    return list(promises.values_list("offer__rank", "quantity", "status", "end_reason"))


def state() -> list[Any]:
    tables = (Order, OrderLine, Allocation, OfferStock, Question, StockoutCase, HistoryEntry, Message)
    return [list(model.objects.order_by("pk").values()) for model in tables]


def hold() -> None:
    """Every line that is owed has a promise, an open question or an open case."""
    for line in OrderLine.objects.exclude(status__in=["new", "doubtful", "cancelled"]):
        promised = line.allocations.filter(status__in=["held", "accepted"]).exists()
        assert promised or line.cases.filter(status__in=OPEN_CASES).exists(), line.status
        assert line.questions.filter(said="").exists() == (line.status == "asked")
    assert prove_counters() == []


def test_an_old_figure_is_asked_about_and_its_units_are_reserved() -> None:
    question = QuestionFactory()

    assert (line_of(question).status, line_of(question).order.status) == ("asked", "to_verify")
    assert ledger() == [(1, 3, "held", "")]
    assert (question.quantity, question.reasons, question.said) == (3, ["old"], "")
    assert question.expires_at == line_of(question).order.placed_at + timedelta(days=7)
    assert line_of(question).evidence["asks"] == ["old"]
    hold()


def test_nobody_is_asked_unless_the_merchant_wants_it() -> None:
    offer = OfferFactory(as_of=timezone.now() - timedelta(hours=30))
    order = OrderFactory(lines=[{"product": offer.product}])

    verify_order(order.pk, by=BY)

    assert (OrderLine.objects.get().status, Question.objects.count()) == ("doubtful", 0)


def test_a_fresh_thin_figure_is_asked_about_where_the_rules_say_so() -> None:
    asking(thin_below=3)
    thin, enough = OfferFactory(quantity=4), OfferFactory(quantity=5)
    order = OrderFactory(lines=[{"product": one.product, "quantity": 2} for one in (thin, enough)])

    verify_order(order.pk, by=BY)

    assert list(OrderLine.objects.order_by("pk").values_list("status", flat=True)) == ["asked", "safe"]
    assert Question.objects.get().reasons == ["thin"]


def test_a_doubt_that_he_cannot_settle_is_not_put_to_him() -> None:
    asking()
    offer = OfferFactory(cost_cents=99_999, as_of=timezone.now() - timedelta(hours=30))
    order = OrderFactory(lines=[{"product": offer.product}])

    verify_order(order.pk, by=BY)

    assert (OrderLine.objects.get().status, Question.objects.count()) == ("doubtful", 0)


def test_a_supplier_whom_we_cannot_reach_is_a_persons_task() -> None:
    asking()
    offer = OfferFactory(supplier=SupplierFactory(email=""), as_of=timezone.now() - timedelta(hours=30))
    order = OrderFactory(lines=[{"product": offer.product}])

    verify_order(order.pk, by=BY)

    assert (OrderLine.objects.get().status, Question.objects.count()) == ("doubtful", 0)


def test_no_more_is_asked_for_than_is_stated() -> None:
    asking(thin_below=9)
    old = OfferFactory(quantity=5, as_of=timezone.now() - timedelta(hours=30))
    order = OrderFactory(
        lines=[{"product": old.product, "quantity": 3}, {"product": old.product, "quantity": 3}]
    )

    verify_order(order.pk, by=BY)

    assert list(OrderLine.objects.order_by("pk").values_list("status", flat=True)) == ["asked", "doubtful"]
    assert OfferStock.objects.get().reserved == 3
    hold()


def test_a_yes_confirms_the_line_and_with_it_the_order() -> None:
    question = say(QuestionFactory(), Said.YES)

    assert (question.said, question.way) == ("yes", "call")
    assert (line_of(question).status, line_of(question).order.status) == ("confirmed", "confirmed")
    assert ledger() == [(1, 3, "held", "")]
    assert Observation.objects.count() == 0
    hold()


def test_a_yes_leaves_the_order_to_a_person_where_the_policy_says_so() -> None:
    VerificationPolicy.objects.create(confirms_itself=False)

    question = say(QuestionFactory(), Said.YES)

    assert (line_of(question).status, line_of(question).order.status) == ("safe", "to_verify")


@pytest.mark.parametrize(
    ("said", "given", "stated"),
    [
        (Said.NO, {}, 0),
        (Said.PART, {"available": 2}, 2),
        (Said.LATER, {"restock_on": timezone.localdate() + timedelta(days=9)}, 0),
    ],
)
def test_less_than_asked_is_a_statement_and_the_next_source_is_tried(
    said: Said, given: dict[str, Any], stated: int
) -> None:
    question = say(QuestionFactory(backups=1), said, **given)

    assert line_of(question).status == "confirmed"
    assert ledger() == [(1, 3, "released", f"question_{said}"), (2, 3, "held", "")]
    observed = Observation.objects.get()
    assert (observed.kind, observed.quantity, observed.source) == ("exact", stated, "answer")
    assert question.restock_on == given.get("restock_on")
    hold()


def test_a_no_without_another_source_opens_a_case() -> None:
    question = say(QuestionFactory(), Said.NO)

    assert line_of(question).status == "short"
    assert StockoutCase.objects.get().cause == "oversold"
    hold()


def test_he_is_not_asked_twice_about_one_line() -> None:
    question = say(QuestionFactory(stated=50), Said.PART, available=1)
    OfferStock.objects.update(
        kind="exact", quantity=50, promisable=50, as_of=timezone.now() - timedelta(hours=30)
    )
    OrderLine.objects.update(status="doubtful")

    verify_order(line_of(question).order_id, by=BY)

    assert Question.objects.count() == 1


def test_as_many_as_asked_or_more_is_a_yes() -> None:
    question = say(QuestionFactory(), Said.PART, available=7)

    assert (question.said, question.available, line_of(question).status) == ("yes", 7, "confirmed")


@pytest.mark.parametrize(
    ("said", "given", "code"),
    [
        (Said.PART, {}, "quantity"),
        (Said.PART, {"available": 0}, "quantity"),
        (Said.LATER, {}, "date"),
        (Said.LATER, {"restock_on": timezone.localdate()}, "date"),
        (Said.SILENT, {}, "unknown"),
        (Said.WITHDRAWN, {}, "unknown"),
    ],
)
def test_an_unsound_answer_changes_nothing(said: Said, given: dict[str, Any], code: str) -> None:
    question = QuestionFactory()
    before = state()

    with pytest.raises(NothingToAnswer) as refused:
        say(question, said, **given)

    assert (refused.value.code, state()) == (code, before)


def test_a_second_answer_changes_nothing() -> None:
    question = say(QuestionFactory(), Said.YES)
    before = state()

    with pytest.raises(NothingToAnswer) as refused:
        say(question, Said.NO)

    assert (refused.value.code, state()) == ("closed", before)


def test_a_question_of_another_request_cannot_be_answered_with_it() -> None:
    mine, other = QuestionFactory(), QuestionFactory()
    asked = RequestFactory(mine)
    before = state()

    with pytest.raises(NothingToAnswer) as refused:
        answer_questions([QuestionAnswer(other.pk, Said.NO)], way=AskingWay.MAIL, by=HIM, request_id=asked.pk)

    assert (refused.value.code, state()) == ("unknown", before)


def test_questions_to_one_supplier_stand_in_one_mail() -> None:
    supplier = SupplierFactory(language="en")
    questions = [QuestionFactory(supplier=supplier) for _ in range(3)]

    assert ask_supplier(supplier.pk, by=BY) is None
    asked = ask_supplier(supplier.pk, by=BY, now=timezone.now() + timedelta(minutes=2))

    assert asked is not None
    assert set(asked.questions.all()) == set(questions)
    mail = Message.objects.get(kind="availability_request")
    skus = [one.allocation.offer.supplier_sku for one in questions]
    assert all(sku in mail.text for sku in skus)
    assert mail.subject.startswith(f"Availability of {skus[0]} and 2 more")
    assert ask_supplier(supplier.pk, by=BY) is None


def test_his_time_ends_with_the_authorisation_at_the_latest() -> None:
    asking(windows={"slow": 20})
    question = QuestionFactory(channel="slow")

    asked = RequestFactory(question)

    question.refresh_from_db()
    assert question.expires_at == line_of(question).order.placed_at + timedelta(hours=20)
    assert question.answer_due_at == asked.due_at == question.expires_at


def test_nothing_is_asked_that_could_not_be_answered_in_time() -> None:
    asking()
    offer = OfferFactory(as_of=timezone.now() - timedelta(hours=30))
    placed = timezone.now() - timedelta(days=6, hours=13)
    order = OrderFactory(lines=[{"product": offer.product}], placed_at=placed)

    verify_order(order.pk, by=BY)

    assert (OrderLine.objects.get().status, Question.objects.count()) == ("doubtful", 0)


def test_he_is_reminded_once_when_half_of_his_time_has_passed() -> None:
    asked = RequestFactory(QuestionFactory())
    AvailabilityRequest.objects.update(
        created_at=timezone.now() - 13 * HOUR, due_at=timezone.now() + 11 * HOUR
    )

    assert (remind_suppliers(), remind_suppliers()) == (1, 0)

    assert Message.objects.filter(kind="availability_reminder").count() == 1
    assert remind(asked.pk, by=BY) is None


def test_whoever_has_answered_is_not_reminded() -> None:
    question = QuestionFactory()
    RequestFactory(question)
    say(question, Said.YES)
    AvailabilityRequest.objects.update(created_at=timezone.now() - 13 * HOUR)

    assert remind_suppliers() == 0


def test_silence_is_a_no_for_this_line_and_states_nothing() -> None:
    question = QuestionFactory(backups=1)
    RequestFactory(question)
    Question.objects.update(answer_due_at=timezone.now() - HOUR)

    assert (watch_questions(), watch_questions()) == (1, 0)

    question.refresh_from_db()
    assert (question.said, line_of(question).status) == ("silent", "confirmed")
    assert ledger() == [(1, 3, "released", "question_silent"), (2, 3, "held", "")]
    assert Observation.objects.count() == 0
    hold()


def test_where_silence_is_no_refusal_the_question_stays_open() -> None:
    VerificationPolicy.objects.create(silence_is_no=False)
    question = QuestionFactory(backups=1)
    RequestFactory(question)
    Question.objects.update(answer_due_at=timezone.now() - HOUR)

    assert watch_questions() == 0

    assert line_of(question).status == "asked"


def test_twelve_hours_before_the_end_a_person_must_decide() -> None:
    question = QuestionFactory(backups=1)
    before = ledger()
    Question.objects.update(expires_at=timezone.now() + 11 * HOUR)

    assert (watch_questions(), watch_questions()) == (1, 0)

    question.refresh_from_db()
    assert (question.is_forced, question.said, ledger()) == (True, "", before)
    assert HistoryEntry.objects.filter(kind="question.forced").count() == 1
    hold()


def test_when_nobody_decides_the_next_safe_source_serves() -> None:
    question = QuestionFactory(backups=1)
    Question.objects.update(expires_at=timezone.now() - HOUR)
    Order.objects.update(placed_at=timezone.now() - timedelta(days=8))

    watch_questions()

    assert line_of(question).status == "confirmed"
    assert ledger() == [(1, 3, "released", "question_silent"), (2, 3, "held", "")]
    hold()


@pytest.mark.parametrize("tries_on", [True, False])
def test_when_nobody_decides_a_doubt_becomes_a_case_and_is_never_confirmed(tries_on: bool) -> None:
    asking(tries_on=tries_on)
    question = QuestionFactory(backups=0 if tries_on else 1)
    if tries_on:
        product = line_of(question).product
        OfferFactory(product=product, rank=2, as_of=timezone.now() - timedelta(hours=30))
    Question.objects.update(expires_at=timezone.now() - HOUR)
    Order.objects.update(placed_at=timezone.now() - timedelta(days=8))

    watch_questions()

    assert (line_of(question).status, StockoutCase.objects.count()) == ("short", 1)
    assert Question.objects.filter(said="").count() == 0
    hold()


def test_a_person_who_confirms_withdraws_the_question() -> None:
    question = QuestionFactory()

    confirm_order(line_of(question).order_id, by=BY)

    question.refresh_from_db()
    assert (question.said, line_of(question).status) == ("withdrawn", "confirmed")
    assert ledger() == [(1, 3, "held", "")]
    with pytest.raises(NothingToAnswer):
        say(question, Said.NO)
    hold()


@pytest.mark.parametrize("end", ["cancelled", "amended"])
def test_a_question_ends_with_its_promise(end: str) -> None:
    question = QuestionFactory()
    line = line_of(question)

    if end == "cancelled":
        cancel_lines(line.order_id, {line.pk: "now"}, by=BY)
    else:
        withdraw(line, LineStatus.NEW, by=BY)

    question.refresh_from_db()
    assert question.said == "withdrawn"
    assert ledger()[0][2] == "released"
    with pytest.raises(NothingToAnswer):
        say(question, Said.YES)


def test_a_feed_that_falls_ends_the_question_it_falls_below() -> None:
    question = QuestionFactory(stated=3)

    other = QuestionFactory(product=ProductFactory())
    OfferStock.objects.filter(offer=question.allocation.offer).update(quantity=1, promisable=1)
    check_offers([question.allocation.offer_id])

    question.refresh_from_db()
    other.refresh_from_db()
    assert (question.said, other.said) == ("withdrawn", "")
    hold()


def test_a_lost_event_is_made_good_by_the_sweep() -> None:
    QuestionFactory()
    Question.objects.update(created_at=timezone.now() - HOUR)

    assert (ask_suppliers(), ask_suppliers()) == (1, 0)
    assert AvailabilityRequest.objects.count() == 1


def test_watching_a_closed_question_does_nothing() -> None:
    question = say(QuestionFactory(), Said.YES)
    before = state()

    assert watch(question.pk, by=BY, now=timezone.now() + timedelta(days=30)) is None
    assert state() == before


def test_answering_many_lines_takes_no_more_statements_for_each(
    django_assert_max_num_queries: Callable[[int], Any],
) -> None:
    supplier = SupplierFactory()
    questions = [QuestionFactory(supplier=supplier) for _ in range(2)]

    with django_assert_max_num_queries(80):
        answer_questions([QuestionAnswer(one.pk, Said.YES) for one in questions], way=AskingWay.CALL, by=HIM)
