"""One decision about many cases: what it writes, whom it leaves out, and how it is taken back."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orders.domain.cases import claim
from orders.domain.cause_decisions import NothingToDecide, decide_cause
from orders.domain.cause_undoing import undo_decision
from orders.domain.choices import choose, execute
from orders.jobs.decisions import carry_out_decision, sweep_decisions, take_decision_back
from orders.models import (
    CaseStatus,
    CauseDecision,
    DecidedCase,
    DecisionAct,
    DecisionStatus,
    LineStatus,
    Refund,
    StockoutCase,
)
from orders.queries.cause_tallies import SharedCause, shared_causes
from orders.queries.decisions import standing_of
from stocke.core.actors import Actor
from stocke.core.models import Message, User
from tests.orders.cases.scenes import CLOCK, CUSTOMER, Scene, agent, open_more, open_scene, send

pytestmark = pytest.mark.django_db


def ten(count: int = 3) -> tuple[Scene, list[StockoutCase]]:
    """A scene and more customers of the same lamp, refused by the same supplier."""
    scene = open_scene()
    return scene, [scene.fresh, *(open_more(scene) for _more in range(count - 1))]


def decide(cases: list[StockoutCase], *options: str, act: DecisionAct = DecisionAct.OFFER) -> CauseDecision:
    user = User.objects.first() or agent("Léa")
    seen = {case.pk: case.version for case in cases}
    decision = decide_cause(cases[0], seen, act=act, options=options, by=Actor.person(user))
    carry_out_decision(decision.pk)
    decision.refresh_from_db()
    return decision


def take_back(decision: CauseDecision) -> tuple[int, int]:
    """How many cases wait again, and for how many it is too late."""
    undo_decision(decision.pk, by=CLOCK)
    take_decision_back(decision.pk)
    standing = standing_of(decision)
    return standing.undone, standing.late


def outcomes(decision: CauseDecision) -> list[tuple[str, str]]:
    return list(DecidedCase.objects.filter(decision=decision).order_by("pk").values_list("status", "why"))


def test_cases_that_share_a_cause_are_found_by_supplier_sku_and_kind() -> None:
    scene, cases = ten(3)
    open_scene()
    first = min(case.number for case in cases)

    assert shared_causes() == [
        SharedCause(
            "Grossiste", scene.lamp.sku, "supplier_refused", "Suspension Galet Ø 40", cases=3, example=first
        )
    ]


def test_each_customer_gets_one_letter_with_what_was_decided() -> None:
    scene, cases = ten(3)

    decision = decide(cases, f"substitute:{scene.dune.pk}", "refund")

    assert (decision.status, outcomes(decision)) == (DecisionStatus.DONE, [("done", "")] * 3)
    assert {case.status for case in StockoutCase.objects.all()} == {CaseStatus.WITH_CUSTOMER}
    assert Message.objects.count() == len({letter.recipient for letter in Message.objects.all()}) == 3
    assert [option.kind for option in cases[2].options.order_by("position")] == ["substitute", "refund"]


def test_running_it_twice_writes_no_second_letter() -> None:
    _, cases = ten(3)
    decision = decide(cases, "refund")

    carry_out_decision(decision.pk)

    assert Message.objects.count() == 3
    assert sweep_decisions() == 0


def test_a_case_that_somebody_took_changed_or_settled_meanwhile_is_left_out_and_says_why() -> None:
    scene, cases = ten(5)
    held, moved, settled, sold_out = cases[:4]
    claim(held, by=Actor.person(agent("Samir")))
    send(replace(scene, case=moved))
    send(replace(scene, case=settled))
    choose(settled.pk, settled.options.get(kind="refund").pk, version=1, by=CUSTOMER)
    execute(settled.pk, by=CLOCK)
    StockoutCase.objects.filter(pk=sold_out.pk).update(quantity=9)
    letters = Message.objects.count()
    user = agent("Léa")
    seen = {case.pk: 0 for case in cases}
    StockoutCase.objects.filter(pk__in=[moved.pk, settled.pk]).update(status="to_propose")

    decision = decide_cause(
        held, seen, act=DecisionAct.OFFER, options=[f"substitute:{scene.dune.pk}"], by=Actor.person(user)
    )
    StockoutCase.objects.filter(pk=moved.pk).update(status="with_customer")
    StockoutCase.objects.filter(pk=settled.pk).update(status="settled")
    carry_out_decision(decision.pk)

    assert {one.case_id: (one.status, one.why, one.holder) for one in decision.cases.all()} == {
        held.pk: ("skipped", "held", "Samir Démo"),
        moved.pk: ("skipped", "moved_on", ""),
        settled.pk: ("skipped", "closed", ""),
        sold_out.pk: ("skipped", "sold_out", ""),
        cases[4].pk: ("done", "", ""),
    }
    assert Message.objects.count() == letters + 1


def test_a_case_of_another_cause_cannot_be_slipped_in() -> None:
    _, cases = ten(3)
    other = open_scene()

    with pytest.raises(NothingToDecide):
        decide_cause(
            cases[0],
            {other.case.pk: 0},
            act=DecisionAct.REFUND,
            options=[],
            by=Actor.person(agent("Léa")),
        )

    assert other.fresh.status == CaseStatus.TO_PROPOSE


def test_a_decision_is_taken_back_while_its_letters_are_in_the_house() -> None:
    _, cases = ten(3)
    decision = decide(cases, "refund")
    Message.objects.filter(dedupe_key__contains=f"case:{cases[0].pk}:").update(status="sent")

    back = take_back(decision)

    assert back == (2, 1)
    assert sorted(StockoutCase.objects.values_list("status", flat=True)) == [
        "to_propose",
        "to_propose",
        "with_customer",
    ]
    assert sorted(Message.objects.values_list("status", flat=True)) == ["cancelled", "cancelled", "sent"]


def test_a_decision_that_was_stopped_decides_nothing_more() -> None:
    _, cases = ten(3)
    seen = {case.pk: 0 for case in cases}
    decision = decide_cause(cases[0], seen, act=DecisionAct.REFUND, options=[], by=Actor.person(agent("Léa")))

    assert take_back(decision) == (3, 0)
    carry_out_decision(decision.pk)

    assert outcomes(decision) == [("undone", "")] * 3
    assert {case.status for case in StockoutCase.objects.all()} == {CaseStatus.TO_PROPOSE}


def test_a_refund_without_asking_stands_for_a_while_and_then_is_told_with_its_cause() -> None:
    scene, cases = ten(3)
    decide(cases, act=DecisionAct.REFUND)
    assert (Refund.objects.count(), Message.objects.count()) == (0, 0)

    for case in cases:
        execute(case.pk, by=CLOCK)
        execute(case.pk, by=CLOCK)

    assert Refund.objects.count() == 3
    assert scene.line.status == LineStatus.REFUNDED
    assert list(Message.objects.values_list("kind", flat=True)) == ["refund_decided"] * 3
    text = Message.objects.first().text  # type: ignore[union-attr]
    assert "Notre fournisseur a refusé notre commande" in text.replace("\u00a0", " ")


def test_a_refund_without_asking_is_taken_back_before_it_is_carried_out_and_not_after() -> None:
    _, cases = ten(3)
    decision = decide(cases, act=DecisionAct.REFUND)
    execute(cases[0].pk, by=CLOCK)

    back = take_back(decision)

    assert back == (2, 1)
    execute(cases[1].pk, by=CLOCK)
    assert Refund.objects.count() == 1


def test_the_page_shows_the_difference_of_each_case_and_decides_by_one_click(client: Client) -> None:
    scene, cases = ten(3)
    StockoutCase.objects.filter(pk=cases[2].pk).update(quantity=8)
    client.force_login(agent("Léa"))
    url = reverse("orders:stockout_cause", args=[cases[0].number])
    keys = {"options": [f"substitute:{scene.dune.pk}"], "asked": "1"}

    page = client.get(url, keys).content.decode().replace("\u00a0", " ")

    assert page.count("+5,00 € pour nous") == 3  # the option itself, and two cases
    assert "il n’en reste pas assez pour ce dossier" in page
    assert f'value="{cases[2].pk}:0"' in page

    ticked = [f"{case.pk}:0" for case in cases[:2]]
    answer = client.post(
        reverse("orders:stockout_cause_decide", args=[cases[0].number]),
        {"act": "offer", "options": keys["options"], "cases": ticked},
    )
    decision = CauseDecision.objects.get()
    assert answer["Location"] == reverse("orders:case_decision", args=[decision.pk])
    carry_out_decision(decision.pk)
    assert "2 dossiers décidés" in client.get(answer["Location"]).content.decode().replace("\u00a0", " ")


def test_the_page_asks_as_many_questions_for_eight_cases_as_for_three(
    client: Client, django_assert_num_queries: Any
) -> None:
    client.force_login(agent("Léa"))
    scene, cases = ten(3)
    url = reverse("orders:stockout_cause", args=[cases[0].number])
    client.get(url)
    with CaptureQueriesContext(connection) as three:
        client.get(url)
    for _more in range(5):
        open_more(scene)

    with django_assert_num_queries(len(three)):
        client.get(url)
