"""What waits for a person: every queue with its first things, its counts, and a constant number of queries."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.domain.questions import ask_question
from orders.models import CaseCause, Order, PurchaseOrder, Refund, StockoutCase, VerificationPolicy
from stocke.core.actors import Actor
from stocke.core.domain.history import record
from stocke.core.domain.incoming import settle
from stocke.insights.domain.day import Part, Queue
from stocke.insights.queries.queues import all_queues
from tests.factories.feeds import FeedFactory, RunFactory
from tests.factories.messages import MessageFactory
from tests.factories.orders import OrderFactory, OrderLineFactory
from tests.factories.suppliers import SupplierFactory
from tests.orders.cases.scenes import CUSTOMER, open_scene

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def now() -> datetime:
    return timezone.localtime()


def found(now: datetime) -> dict[str, Queue]:
    return {queue.key: queue for queue in all_queues(now)}


def case(now: datetime, *, hours: int = 1, quantity: int = 1) -> StockoutCase:
    line = OrderLineFactory(quantity=quantity, unit_price_cents=1000)
    return StockoutCase.objects.create(
        number=f"R-{line.pk}",
        line=line,
        quantity=quantity,
        cause=CaseCause.OVERSOLD,
        respond_by=now + timedelta(hours=hours),
    )


def to_verify(*, line_status: str = "doubtful", cents: int = 100, **given: Any) -> Order:
    """An order of one line; one whose only line is short waits on the other desk."""
    order = OrderFactory(**{"status": "to_verify", **given})
    OrderLineFactory(order=order, status=line_status, unit_price_cents=cents)
    return order


def refund(**given: Any) -> Refund:
    return Refund.objects.create(line=OrderLineFactory(), amount_cents=9580, reason="stockout", **given)


def test_an_empty_house_has_nothing_waiting(now: datetime) -> None:
    assert [(queue.key, queue.count, queue.heads) for queue in all_queues(now)] == [
        ("cases", 0, ()),
        ("verification", 0, ()),
        ("questions", 0, ()),
        ("held", 0, ()),
        ("purchasing", 0, ()),
        ("received", 0, ()),
        ("messages", 0, ()),
        ("refunds", 0, ()),
        ("feeds", 0, ()),
        ("counters", 0, ()),
    ]


def test_cases_come_oldest_first_with_what_is_at_stake(now: datetime) -> None:
    late, later = case(now, hours=-2), case(now, hours=30, quantity=3)
    StockoutCase.objects.filter(pk=case(now).pk).update(status="with_customer")

    queue = found(now)["cases"]

    assert [head.subject for head in queue.heads] == [late, later]
    assert (queue.counts[Part.LATE], queue.counts[Part.LATER]) == (1, 1)
    assert queue.cents == 1000 + 3000


def test_an_order_is_due_within_our_time_to_answer_and_before_the_promised_day(now: datetime) -> None:
    soon = to_verify(promised_on=(now - timedelta(days=1)).date(), cents=500)
    to_verify(promised_on=None, cents=700)
    to_verify(status="confirmed")
    to_verify(line_status="short")

    queue = found(now)["verification"]

    assert queue.heads[0].subject == soon
    assert queue.counts[Part.LATE] == 1
    assert (queue.count, queue.cents) == (2, 1200)
    assert abs(queue.heads[1].due - timezone.now() - timedelta(hours=8)) < timedelta(minutes=1)


def test_a_promised_day_begins_at_the_operator_s_midnight(now: datetime) -> None:
    to_verify(promised_on=date(2020, 7, 1))
    to_verify(promised_on=date(2020, 12, 1))

    (summer, winter) = found(now)["verification"].heads

    assert (summer.due, winter.due) == (
        datetime(2020, 7, 1, tzinfo=PARIS),
        datetime(2020, 12, 1, tzinfo=PARIS),
    )


def test_a_held_import_is_due_when_the_standing_figures_grow_old(now: datetime) -> None:
    run = RunFactory(FeedFactory(last_good_at=timezone.now() - timedelta(hours=23)), status="held")

    queue = found(now)["held"]

    assert [head.subject for head in queue.heads] == [run]
    assert abs(queue.heads[0].due - timezone.now() - timedelta(hours=1)) < timedelta(minutes=1)


def test_a_feed_is_in_trouble_when_silent_or_failed_and_not_when_held_or_off(now: datetime) -> None:
    long_ago = now - timedelta(days=3)
    silent = FeedFactory(every_minutes=60, last_good_at=long_ago)
    failed = RunFactory(FeedFactory(last_good_at=now), status="failed").feed
    RunFactory(FeedFactory(every_minutes=60, last_good_at=long_ago), status="held")
    FeedFactory(every_minutes=60, last_good_at=long_ago, active=False)
    FeedFactory(last_good_at=long_ago)
    FeedFactory(every_minutes=60, last_good_at=now)

    queue = found(now)["feeds"]

    assert {head.subject for head in queue.heads} == {silent, failed}


def test_a_supplier_who_has_not_answered_in_time_is_asked_for(now: datetime) -> None:
    def asked(due: datetime, status: str = "waiting") -> PurchaseOrder:
        return PurchaseOrder.objects.create(
            number=f"CF-{due.timestamp()}-{status}",
            supplier=SupplierFactory(),
            order=OrderFactory(),
            status=status,
            answer_due_at=due,
        )

    overdue = asked(now - timedelta(hours=1))
    asked(now + timedelta(hours=1))
    asked(now - timedelta(hours=2), "answered")

    assert [head.subject for head in found(now)["purchasing"].heads] == [overdue]


def test_mails_that_are_stuck_wait_for_a_person(now: datetime) -> None:
    stuck = {MessageFactory(status=status) for status in ("unsure", "bounced", "failed")}
    stuck.add(MessageFactory(status="draft", error="missing: new_date"))
    for status in ("draft", "approved", "sending", "sent", "cancelled"):
        MessageFactory(status=status)

    queue = found(now)["messages"]

    assert {head.subject for head in queue.heads} == stuck
    assert queue.count == 4


def test_refunds_are_due_by_the_end_of_their_legal_day(now: datetime) -> None:
    today = refund(due_on=now.date())
    refund(due_on=now.date() + timedelta(days=30))
    refund(due_on=now.date(), status="done")

    queue = found(now)["refunds"]

    assert [(head.subject, head.due) for head in queue.heads] == [
        (today, now.replace(hour=23, minute=59, second=0, microsecond=0))
    ]
    assert queue.cents == 9580


def test_counters_that_differ_are_shown_for_a_day(now: datetime) -> None:
    record("offer:1", "reservation.differs", by=Actor.job("proof"), counter=3, ledger=2)

    assert found(now)["counters"].count == 1
    assert found(now + timedelta(days=2))["counters"].count == 0


def test_long_queues_cost_no_more_queries_than_short_ones(now: datetime) -> None:
    def cost(make: Callable[[], object], times: int) -> int:
        for _ in range(times):
            make()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            for queue in all_queues(now):
                for head in queue.heads:
                    touch(head.subject)
        return len(asked)

    def touch(subject: Any) -> None:
        if isinstance(subject, StockoutCase):
            str(subject.line.order.customer)

    def make() -> None:
        case(now)
        to_verify()
        MessageFactory(status="unsure")
        RunFactory(status="held")

    assert cost(make, 1) == cost(make, 2) == cost(make, 30) == 21


def test_messages_to_answer_are_due_within_the_merchants_time_and_settled_ones_are_not(now: datetime) -> None:
    case_of_somebody = open_scene().case
    waiting, _new = ask_question(case_of_somebody, "Is it green?", key="1", by=CUSTOMER)
    settled, _new = ask_question(case_of_somebody, "And blue?", key="2", by=CUSTOMER)
    settle(settled.pk, by=CUSTOMER)

    queue = found(now)["received"]

    assert [(one.subject.pk, one.due - waiting.received_at) for one in queue.heads] == [
        (waiting.pk, timedelta(hours=VerificationPolicy.current().respond_hours))
    ]
