"""Workers killed in the middle of a case: after the sweep nothing is lost and nothing is done twice."""

from datetime import timedelta
from pathlib import Path

import django_rq
import pytest
from django.utils import timezone

from orders.domain.cause_decisions import decide_cause
from orders.domain.cause_undoing import undo_decision
from orders.domain.choices import choose
from orders.jobs.cases import execute_choices, sweep_promises
from orders.jobs.decisions import carry_out_decision, sweep_decisions, take_decision_back
from orders.models import (
    Allocation,
    AllocationStatus,
    CaseStatus,
    DecisionAct,
    Gathering,
    LineStatus,
    OptionKind,
    Refund,
    StockoutCase,
)
from stocke.core.actors import Actor
from stocke.core.jobs import enqueue
from stocke.core.models import HistoryEntry, Message
from suppliers.models import OfferStock
from tests.factories.orders import AllocationFactory, OrderFactory
from tests.factories.suppliers import OfferFactory
from tests.kills.workers import work_off, worker_paused_at
from tests.orders.cases.scenes import CUSTOMER, agent, open_crowd, open_more, open_scene, send, stock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty_queue() -> None:
    django_rq.get_connection("orders").flushdb()


def test_killed_while_a_refund_is_carried_out_it_is_owed_once(tmp_path: Path) -> None:
    scene = open_scene()
    send(scene)
    choose(scene.case.pk, scene.option(OptionKind.REFUND).pk, version=1, by=CUSTOMER)
    StockoutCase.objects.update(chosen_at=timezone.now() - timedelta(hours=1))
    enqueue("orders", execute_choices)

    with worker_paused_at("orders", "orders.domain.choices:confirm_choice", "after", tmp_path / "paused"):
        pass

    assert (scene.fresh.status, Refund.objects.count()) == (CaseStatus.TO_EXECUTE, 0)
    django_rq.get_connection("orders").flushdb()
    enqueue("orders", execute_choices)
    work_off("orders")
    assert (scene.fresh.status, Refund.objects.count()) == (CaseStatus.SETTLED, 1)
    assert Message.objects.filter(kind="choice_received").count() == 1
    assert HistoryEntry.objects.filter(kind="case.settled").count() == 1


def test_killed_between_breaking_a_promise_and_opening_the_case_the_sweep_does_both(tmp_path: Path) -> None:
    offer = OfferFactory(quantity=3)
    order = OrderFactory(lines=[{"product": offer.product, "status": LineStatus.SAFE}])
    AllocationFactory(line=order.lines.get(), offer=offer)
    stock(offer, 0)
    enqueue("orders", sweep_promises)

    with worker_paused_at(
        "orders", "orders.domain.shortfalls:release_allocations", "after", tmp_path / "paused"
    ):
        pass

    assert Allocation.objects.filter(status=AllocationStatus.HELD).count() == 1
    assert not StockoutCase.objects.exists()
    django_rq.get_connection("orders").flushdb()
    enqueue("orders", sweep_promises)
    work_off("orders")
    assert StockoutCase.objects.count() == 1
    assert OfferStock.objects.get(offer=offer).reserved == 0
    assert HistoryEntry.objects.filter(kind="line.released").count() == 1


def test_killed_in_the_middle_of_a_common_decision_the_rest_is_decided_and_nobody_twice(
    tmp_path: Path,
) -> None:
    scene = open_scene()
    cases = [scene.fresh, open_more(scene), open_more(scene)]
    by, seen = Actor.person(agent("Léa")), {case.pk: 0 for case in cases}
    decision = decide_cause(cases[0], seen, act=DecisionAct.OFFER, options=["refund"], by=by)
    enqueue("orders", carry_out_decision, decision.pk)

    with worker_paused_at("orders", "orders.domain.cause_decisions:propose", "after", tmp_path / "paused"):
        pass

    assert Message.objects.count() == 0
    django_rq.get_connection("orders").flushdb()
    enqueue("orders", sweep_decisions)
    work_off("orders")
    assert list(decision.cases.values_list("status", flat=True)) == ["done"] * 3
    assert Message.objects.count() == 3
    assert StockoutCase.objects.filter(status=CaseStatus.WITH_CUSTOMER, version=1).count() == 3


def test_killed_while_a_decision_is_gathered_and_again_while_it_is_taken_back_each_case_waits_again(
    tmp_path: Path,
) -> None:
    scene = open_scene()
    open_crowd(scene, 2)
    by = Actor.person(agent("Léa"))
    decision = decide_cause(scene.fresh, {}, act=DecisionAct.OFFER, options=["refund"], by=by, rest_but=[])
    enqueue("orders", carry_out_decision, decision.pk)
    with worker_paused_at("orders", "orders.domain.cause_gathering:go_on", "after", tmp_path / "gathering"):
        pass
    assert (decision.cases.count(), Gathering.objects.count()) == (0, 1)
    django_rq.get_connection("orders").flushdb()
    enqueue("orders", sweep_decisions)
    work_off("orders")
    assert list(decision.cases.values_list("status", flat=True)) == ["done"] * 3

    undo_decision(decision.pk, by=by)
    enqueue("orders", take_decision_back, decision.pk)
    with worker_paused_at("orders", "orders.domain.cause_undoing:take_back", "after", tmp_path / "undoing"):
        pass
    assert Message.objects.filter(status="cancelled").count() == 0
    django_rq.get_connection("orders").flushdb()
    enqueue("orders", sweep_decisions)
    work_off("orders")

    assert list(decision.cases.values_list("status", flat=True)) == ["undone"] * 3
    assert list(Message.objects.values_list("status", flat=True)) == ["cancelled"] * 3
    assert StockoutCase.objects.filter(status=CaseStatus.TO_PROPOSE).count() == 3
    assert HistoryEntry.objects.filter(kind="case.taken_back").count() == 3
    assert HistoryEntry.objects.filter(kind="decision.undone").count() == 1
