"""Opening, holding and closing a case."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orders.domain.cases import (
    CaseClosed,
    HeldByAnother,
    LineEnded,
    cancel_case,
    claim,
    holder_of,
    open_case,
    release,
    take_over,
)
from orders.models import CaseCause, CaseStatus, LineStatus, StockoutCase
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from tests.factories.orders import OrderLineFactory
from tests.orders.cases.scenes import CLOCK, agent, open_scene

pytestmark = pytest.mark.django_db


def test_a_case_has_a_number_a_deadline_for_us_and_an_entry_on_the_record() -> None:
    line = OrderLineFactory(quantity=2)

    case = open_case(line, cause=CaseCause.OVERSOLD, facts={"sold": 2, "available": 0}, by=CLOCK)

    line.refresh_from_db()
    assert (line.status, case.status, case.quantity) == (LineStatus.SHORT, CaseStatus.TO_PROPOSE, 2)
    assert timedelta(hours=7, minutes=59) < case.respond_by - timezone.now() < timedelta(hours=8, minutes=1)
    entry = HistoryEntry.objects.get(kind="case.opened")
    assert entry.thread == f"order:{line.order_id}"
    assert entry.data == {
        "case": case.number,
        "line": line.pk,
        "product": line.ordered_name,
        "cause": "oversold",
        "quantity": 2,
    }


def test_a_line_has_one_open_case_and_a_second_call_returns_it_unchanged() -> None:
    line = OrderLineFactory()
    first = open_case(line, cause=CaseCause.OVERSOLD, facts={"sold": 1, "available": 0}, by=CLOCK)

    second = open_case(line, cause=CaseCause.NO_ANSWER, facts={}, by=CLOCK)

    assert second == first
    assert StockoutCase.objects.get().cause == CaseCause.OVERSOLD
    assert HistoryEntry.objects.filter(kind="case.opened").count() == 1


def test_a_line_that_has_ended_gets_no_case() -> None:
    line = OrderLineFactory(status=LineStatus.SHIPPED)

    with pytest.raises(LineEnded):
        open_case(line, cause=CaseCause.OVERSOLD, facts={}, by=CLOCK)

    line.refresh_from_db()
    assert line.status == LineStatus.SHIPPED
    assert not StockoutCase.objects.exists()


def test_only_one_agent_holds_a_case_and_another_must_take_it_over() -> None:
    scene, lea, samir = open_scene(), agent("Léa"), agent("Samir")
    claim(scene.case, by=Actor.person(lea))

    with pytest.raises(HeldByAnother) as held:
        claim(scene.case, by=Actor.person(samir))
    assert held.value.holder == "Léa Démo"
    assert holder_of(scene.fresh) == lea

    take_over(scene.case, by=Actor.person(samir))

    assert holder_of(scene.fresh) == samir
    assert HistoryEntry.objects.get(kind="case.taken_over").data["holder"] == "Léa Démo"


def test_a_claim_ends_after_ten_minutes_of_silence() -> None:
    scene, lea, samir = open_scene(), agent("Léa"), agent("Samir")
    claim(scene.case, by=Actor.person(lea))
    StockoutCase.objects.update(claimed_at=timezone.now() - timedelta(minutes=11))

    claim(scene.case, by=Actor.person(samir))

    assert holder_of(scene.fresh) == samir


def test_a_case_is_given_back_only_by_who_holds_it() -> None:
    scene, lea, samir = open_scene(), agent("Léa"), agent("Samir")
    claim(scene.case, by=Actor.person(lea))

    assert release(scene.case, by=Actor.person(samir)) is False
    assert release(scene.case, by=Actor.person(lea)) is True
    assert holder_of(scene.fresh) is None


def test_a_cancelled_case_is_closed_once_and_cannot_be_claimed() -> None:
    scene = open_scene()

    assert cancel_case(scene.case, by=CLOCK, why="the line was cancelled") is True
    assert cancel_case(scene.case, by=CLOCK, why="the line was cancelled") is False

    assert scene.fresh.status == CaseStatus.CANCELLED
    assert HistoryEntry.objects.filter(kind="case.cancelled").count() == 1
    with pytest.raises(CaseClosed):
        claim(scene.case, by=Actor.person(agent()))
