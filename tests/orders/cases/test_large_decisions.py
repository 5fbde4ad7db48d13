"""One decision about more cases than a page can show: none is missed, none decided twice, and all of it taken back."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse

from orders.domain import cause_decisions, cause_gathering
from orders.domain.cause_decisions import NothingToDecide, decide_cause
from orders.domain.cause_gathering import ONE_AT_A_TIME, gather
from orders.domain.cause_undoing import undo_decision
from orders.domain.proposals import propose
from orders.jobs import decisions as jobs
from orders.jobs.decisions import carry_out_decision, sweep_decisions, take_decision_back
from orders.models import (
    CaseStatus,
    CauseDecision,
    DecidedCase,
    DecidedUnits,
    DecisionAct,
    DecisionStatus,
    StockoutCase,
)
from orders.queries.cause_tallies import waiting_of_cause
from orders.queries.decisions import Standing, reasons_of, standing_of
from orders.views import stockout_causes
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from tests.orders.cases.scenes import Scene, agent, open_crowd, open_more, open_scene, rows

pytestmark = pytest.mark.django_db


def crowd(count: int) -> tuple[Scene, list[StockoutCase]]:
    """A scene, and so many cases of its cause in all."""
    scene = open_scene()
    return scene, [scene.fresh, *open_crowd(scene, count - 1)]


def decide_all(scene: Scene, *options: str, but: tuple[int, ...] = ()) -> CauseDecision:
    act = DecisionAct.OFFER if options else DecisionAct.REFUND
    by = Actor.person(agent("Léa"))
    return decide_cause(scene.fresh, {}, act=act, options=options, by=by, rest_but=but)


def test_a_decision_for_all_takes_each_of_1200_cases_once_in_the_order_of_their_deadlines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cause_gathering, "GATHERED_AT_ONCE", 500)
    scene, cases = crowd(1200)
    StockoutCase.objects.filter(pk=cases[700].pk).update(respond_by=scene.case.opened_at, version=4)

    decision = decide_all(scene, but=(cases[3].pk,))
    gathered = [standing_of(decision).total for _helping in range(4) if gather(decision.pk) or True]

    assert gathered == [500, 1000, 1199, 1199]
    taken = list(
        DecidedCase.objects.filter(decision=decision).order_by("pk").values_list("case_id", "version")
    )
    order = [cases[700], *cases[:3], *cases[4:700], *cases[701:]]
    assert taken == [(case.pk, 4 if case.pk == cases[700].pk else 0) for case in order]
    assert waiting_of_cause(scene.case) == 1200
    entries = HistoryEntry.objects.filter(kind__startswith="decision.").order_by("pk")
    assert [(one.kind, one.data["cases"]) for one in entries] == [
        ("decision.taken", 1199),
        ("decision.gathered", 1199),
    ]


def test_meant_are_the_cases_that_were_there_and_still_wait_when_they_are_come_to() -> None:
    scene, cases = crowd(4)
    decision = decide_all(scene, "refund")
    later = open_more(scene)
    StockoutCase.objects.filter(pk=cases[1].pk).update(status="with_customer")
    StockoutCase.objects.filter(pk=cases[2].pk).update(cause="oversold")

    carry_out_decision(decision.pk)

    assert set(decision.cases.values_list("case", "status")) == {
        (cases[0].pk, "done"),
        (cases[3].pk, "done"),
    }
    assert StockoutCase.objects.get(pk=later.pk).status == CaseStatus.TO_PROPOSE


def test_while_all_cases_of_a_cause_are_gathered_nobody_else_decides_for_them() -> None:
    scene, cases = crowd(3)
    decide_all(scene, "refund")
    samir, before = Actor.person(agent("Samir")), rows()

    with pytest.raises(NothingToDecide):
        decide_cause(scene.fresh, {cases[1].pk: 0}, act=DecisionAct.REFUND, options=[], by=samir)

    assert rows() == before


def test_where_every_case_waits_for_a_decision_there_is_no_second_one() -> None:
    scene, _cases = crowd(3)
    gather(decide_all(scene, "refund").pk)
    samir, before = Actor.person(agent("Samir")), rows()

    with pytest.raises(NothingToDecide):
        decide_cause(scene.fresh, {}, act=DecisionAct.REFUND, options=[], by=samir, rest_but=[])

    assert rows() == before


def test_cases_are_given_to_decisions_by_one_at_a_time() -> None:
    scene, by = open_scene(), Actor.person(agent("Léa"))
    before, other = rows(), connection.copy()
    refund = partial(decide_cause, scene.fresh, {scene.case.pk: 0}, act=DecisionAct.REFUND, options=[], by=by)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '20ms'")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        for give in (refund, partial(gather, 0)):
            with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
                give()
    finally:
        other.close()

    assert rows() == before


def test_a_decision_that_is_taken_back_while_it_is_gathered_has_no_further_case(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cause_gathering, "GATHERED_AT_ONCE", 2)
    scene, _cases = crowd(5)
    decision = decide_all(scene, "refund")
    carry_out_decision(decision.pk)
    client.force_login(agent("Samir"))
    page = reverse("orders:case_decision", args=[decision.pk])
    told = " ".join(client.get(page).content.decode().split())
    assert '2 sur 5 </span> </div> <progress max="5" value="2"' in told

    client.post(reverse("orders:case_decision_undo", args=[decision.pk]))
    take_decision_back(decision.pk)

    assert (gather(decision.pk), carry_out_decision(decision.pk)) == (False, 0)
    decision.refresh_from_db()
    assert decision.status == DecisionStatus.UNDONE
    assert standing_of(decision) == Standing(
        total=2, waiting=0, done=0, skipped=0, failed=0, late=0, undone=2
    )
    assert waiting_of_cause(scene.case) == 5


def test_it_goes_on_by_helpings_and_after_a_lost_queue_by_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[tuple[Any, ...]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda *job: queued.append(job))
    monkeypatch.setattr(jobs, "HELPING", 2)
    scene, _cases = crowd(5)
    decision = decide_all(scene, "refund")

    carry_out_decision(decision.pk)
    after_one = standing_of(decision)
    queued.clear()
    sweep_decisions()
    again = list(worked_off(queued))

    assert (after_one.done, after_one.waiting, again) == (2, 3, [2, 1])
    decision.refresh_from_db()
    assert decision.status == DecisionStatus.DONE
    assert Message.objects.count() == len(set(Message.objects.values_list("recipient", flat=True))) == 5


def worked_off(queued: list[tuple[Any, ...]]) -> Iterator[int]:
    """Each job of the queue and of those that come into it, with how many cases it looked at."""
    while queued:
        _queue, job, *given = queued.pop(0)
        yield job(*given)


def test_however_often_the_sweep_comes_by_one_chain_of_helpings_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queued: list[tuple[Any, ...]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda *job: queued.append(job))
    monkeypatch.setattr(jobs, "HELPING", 1)
    scene, _cases = crowd(3)
    decision = decide_all(scene, "refund")

    looked_at, left = [carry_out_decision(decision.pk)], []
    while queued:
        sweep_decisions()
        sweep_decisions()
        due = [job(*given) for _queue, job, *given in [queued.pop(0) for _one in tuple(queued)]]
        looked_at.append(sum(due))
        left.append(len(queued))

    assert (looked_at, left) == ([1, 1, 1], [1, 0])


def test_taking_back_begins_at_once_and_the_helping_that_was_queued_decides_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queued: list[tuple[Any, ...]] = []
    monkeypatch.setattr(jobs, "enqueue", lambda *job: queued.append(job))
    monkeypatch.setattr(jobs, "HELPING", 2)
    scene, _cases = crowd(5)
    decision = decide_all(scene, "refund")
    carry_out_decision(decision.pk)
    undo_decision(decision.pk, by=Actor.person(agent("Samir")))

    back = [take_decision_back(decision.pk), *worked_off(queued)]

    assert (back, standing_of(decision).undone) == ([2, 0], 5)


def test_no_unit_is_offered_to_two_customers_and_the_most_urgent_have_them() -> None:
    scene, cases = crowd(5)

    decision = decide_all(scene, f"substitute:{scene.smaller.pk}", "refund")
    carry_out_decision(decision.pk)

    done = DecidedCase.objects.filter(decision=decision, status="done").order_by("pk")
    assert [one.case_id for one in done] == [case.pk for case in cases[:3]]
    assert reasons_of(decision) == [("sold_out", 2)]
    assert DecidedUnits.objects.get().left == 0
    assert StockoutCase.objects.filter(status=CaseStatus.TO_PROPOSE).count() == 2


def test_a_case_that_is_left_out_takes_no_units_from_the_others() -> None:
    scene, cases = crowd(4)
    StockoutCase.objects.filter(pk=cases[0].pk).update(version=3)
    decision = decide_all(scene, f"substitute:{scene.smaller.pk}")
    gather(decision.pk)
    StockoutCase.objects.filter(pk=cases[0].pk).update(version=4)

    carry_out_decision(decision.pk)

    assert list(decision.cases.order_by("pk").values_list("status", flat=True)) == ["skipped", *["done"] * 3]


def test_what_fails_again_and_again_is_given_to_a_person_and_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene, cases = crowd(3)
    decision = decide_all(scene, "refund")

    def broken(case_id: int, **given: object) -> object:
        if case_id == cases[1].pk:
            raise ZeroDivisionError
        return propose(case_id, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(cause_decisions, "propose", broken)
    for _sweep in range(3):
        carry_out_decision(decision.pk)

    assert standing_of(decision) == Standing(
        total=3, waiting=0, done=2, skipped=0, failed=1, late=0, undone=0
    )
    decision.refresh_from_db()
    assert decision.status == DecisionStatus.DONE
    assert StockoutCase.objects.get(pk=cases[1].pk).status == CaseStatus.TO_PROPOSE
    assert Message.objects.count() == 2


def test_a_decision_is_taken_back_by_helpings_and_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    scene, cases = crowd(5)
    decision = decide_all(scene, "refund")
    monkeypatch.setattr(jobs, "HELPING", 4)
    carry_out_decision(decision.pk)
    Message.objects.filter(dedupe_key__contains=f"case:{cases[0].pk}:").update(status="sent")
    by = Actor.person(agent("Samir"))

    assert (undo_decision(decision.pk, by=by), undo_decision(decision.pk, by=by)) == (True, False)
    carry_out_decision(decision.pk)
    assert [take_decision_back(decision.pk) for _helping in range(2)] == [4, 0]

    assert standing_of(decision) == Standing(
        total=5, waiting=0, done=0, skipped=0, failed=0, late=1, undone=4
    )
    assert waiting_of_cause(scene.case) == 4
    entry = HistoryEntry.objects.get(kind="decision.undone")
    assert (entry.data["back"], entry.data["late"], entry.actor_label) == (4, 1, "Samir Démo")
    Message.objects.update(status="approved")
    assert undo_decision(decision.pk, by=by)
    take_decision_back(decision.pk)
    assert standing_of(decision).undone == 5


def test_the_page_decides_for_all_but_those_that_were_unticked(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stockout_causes, "AT_ONCE", 3)
    scene, cases = crowd(6)
    client.force_login(agent("Léa"))
    page = client.get(reverse("orders:stockout_cause", args=[scene.case.number])).content.decode()
    assert "Décider pour ces 3 dossiers et les 3 autres" in " ".join(page.split())

    client.post(
        reverse("orders:stockout_cause_decide", args=[scene.case.number]),
        {
            "act": "refund",
            "scope": "all",
            "shown": [case.pk for case in cases[:3]],
            "cases": [f"{case.pk}:0" for case in cases[:2]],
        },
    )

    gather(CauseDecision.objects.get().pk)
    decided = DecidedCase.objects.order_by("pk").values_list("case_id", flat=True)
    assert list(decided) == [case.pk for case in [*cases[:2], *cases[3:]]]
