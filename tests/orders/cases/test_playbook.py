"""The playbook: what it proposes, when it may act alone, and how that is taken back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.domain.cases import assign, claim
from orders.domain.choices import execute
from orders.domain.options import PricedOption
from orders.domain.playbook import Bar, Play, Rule, Situation, play
from orders.domain.playing import act_alone, save_playbook
from orders.domain.substitutes import Candidate, Suggestion
from orders.jobs.playbook import act_by_playbook
from orders.models import CaseStatus, OptionKind, Playbook, PlaybookAct, PlaybookRule, Refund, StockoutCase
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from tests.factories.people import client_as
from tests.orders.cases.scenes import CLOCK, Scene, agent, open_scene

OPENED = datetime(2026, 11, 30, 8, tzinfo=UTC)
REFUND = PricedOption("refund", OptionKind.REFUND, amount_cents=3900)


def substitute(score: float, difference: int = 0) -> PricedOption:
    suggestion = Suggestion(
        Candidate(7, "Lamp", 3900, 0.5, 3, "Supplier", 2), score, (), difference, None, None
    )
    return PricedOption(
        "substitute:7", OptionKind.SUBSTITUTE, 7, price_difference_cents=difference, suggestion=suggestion
    )


def situation(*options: PricedOption, **given: Any) -> Situation:
    usual: dict[str, Any] = {
        "value_cents": 3900,
        "cause": "oversold",
        "opened_at": OPENED,
        "today": date(2026, 11, 30),
    }
    return Situation(options=[*options, REFUND], **{**usual, **given})


def test_the_first_rule_that_fits_and_has_its_way_out_counts() -> None:
    rules = [
        Rule(1, PlaybookAct.SUBSTITUTE, below_cents=3000),
        Rule(2, PlaybookAct.WAIT),
        Rule(3, PlaybookAct.SUBSTITUTE, below_cents=4000),
    ]

    found = play(rules, situation(substitute(0.9)))

    assert found == Play(rules[2], ("substitute:7", "refund"), None, Bar.PROPOSES_ONLY)


@pytest.mark.parametrize(
    ("option", "fits"),
    [
        (substitute(0.79), False),
        (substitute(0.8), True),
        (substitute(0.9, 1), False),
        (substitute(9.5), True),
    ],
)
def test_a_substitute_must_be_alike_enough_and_not_dearer(option: PricedOption, fits: bool) -> None:
    assert (play([Rule(1, PlaybookAct.SUBSTITUTE)], situation(option)) is not None) == fits


def test_a_date_too_far_away_another_cause_and_another_currency_do_not_fit() -> None:
    wait = PricedOption("wait:2026-12-30", OptionKind.WAIT, until=date(2026, 12, 30))

    assert play([Rule(1, PlaybookAct.WAIT, wait_days=21)], situation(wait)) is None
    assert play([Rule(1, PlaybookAct.WAIT, wait_days=31)], situation(wait)) is not None
    assert play([Rule(1, PlaybookAct.REFUND, cause="no_answer")], situation()) is None
    assert play([Rule(1, PlaybookAct.REFUND, below_cents=9000)], situation(in_shop_currency=False)) is None


def test_it_acts_alone_after_its_time_below_its_value_and_never_on_a_doubtful_law() -> None:
    rule = Rule(1, PlaybookAct.REFUND, alone_after_hours=4, alone_below_cents=4000)

    def alone(**given: Any) -> tuple[datetime | None, Bar | None]:
        found = play([rule], situation(**given))
        assert found is not None
        return found.alone_at, found.bar

    assert alone() == (OPENED + timedelta(hours=4), None)
    assert alone(value_cents=4000) == (None, Bar.TOO_DEAR)
    assert alone(refund_is_doubtful=True) == (None, Bar.LAW)


def rule(**given: Any) -> dict[str, Any]:
    usual = {"act": PlaybookAct.SUBSTITUTE, "not_dearer": False, "alike_percent": 10, "alone_after_hours": 4}
    return {**usual, **given}


def waiting(*rules: dict[str, Any], hours: int = 5, is_on: bool = True, **given: Any) -> Scene:
    save_playbook(rules or [rule()], acts_alone=is_on, by=CLOCK)
    scene = open_scene(**given)
    StockoutCase.objects.update(opened_at=timezone.now() - timedelta(hours=hours))
    return scene


@pytest.mark.django_db
def test_an_untouched_case_is_answered_alone_once_on_the_record_and_the_letter_waits() -> None:
    scene = waiting()

    act_by_playbook()
    act_by_playbook()

    letter = Message.objects.get()
    assert scene.fresh.status == CaseStatus.WITH_CUSTOMER
    assert letter.status == "approved"
    assert letter.not_before is not None
    assert letter.not_before > timezone.now() + timedelta(minutes=4)
    entry = HistoryEntry.objects.get(kind="playbook.acted")
    assert (entry.actor_label, entry.data["case"], entry.data["act"]) == (
        "playbook", scene.case.number, "substitute",
    )  # fmt: skip
    assert [option.kind for option in scene.case.options.order_by("position")] == ["substitute", "refund"]


@pytest.mark.django_db
def test_nothing_is_done_alone_while_off_too_early_or_where_a_person_is() -> None:
    lea = agent("Léa")
    off, early = waiting(is_on=False), waiting(hours=3)
    assert (act_alone(off.case.pk, by=CLOCK), act_alone(early.case.pk, by=CLOCK)) == (None, None)
    taken, assigned = waiting(), waiting()
    claim(taken.case, by=Actor.person(lea))
    assign(assigned.case, to=lea, by=CLOCK)

    assert act_alone(taken.case.pk, by=CLOCK) is None
    assert act_alone(assigned.case.pk, by=CLOCK) is None
    assert {case.status for case in StockoutCase.objects.all()} == {CaseStatus.TO_PROPOSE}
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_what_it_did_alone_is_taken_back_and_not_done_again(client: Client) -> None:
    scene = waiting()
    act_by_playbook()
    client.force_login(agent("Léa"))
    page = client.get(reverse("orders:stockout", args=[scene.case.number])).content.decode()
    assert "le scénario a agi seul" in page

    client.post(reverse("orders:stockout_undo", args=[scene.case.number, 1]))
    act_by_playbook()

    assert scene.fresh.status == CaseStatus.TO_PROPOSE
    assert [letter.status for letter in Message.objects.all()] == ["cancelled"]


@pytest.mark.django_db
def test_a_refund_alone_stands_for_a_while_is_taken_back_or_carried_out_once(client: Client) -> None:
    refund = rule(act=PlaybookAct.REFUND)
    undone, done = waiting(refund), open_scene()
    StockoutCase.objects.update(opened_at=timezone.now() - timedelta(hours=5))
    act_by_playbook()
    client.force_login(agent("Léa"))
    assert not Refund.objects.exists()

    client.post(reverse("orders:stockout_undo", args=[undone.case.number, 1]))
    for scene in (undone, done):
        execute(scene.case.pk, by=CLOCK)

    assert [owed.case for owed in Refund.objects.all()] == [done.fresh]
    assert undone.fresh.status == CaseStatus.TO_PROPOSE


@pytest.mark.django_db
def test_no_money_moves_alone_where_the_law_of_the_refund_has_two_readings() -> None:
    scene = waiting(rule(act=PlaybookAct.REFUND), customer={"country": "US"})

    act_by_playbook()

    assert scene.fresh.status == CaseStatus.TO_PROPOSE


@pytest.mark.django_db
def test_the_desk_ticks_what_the_playbook_proposes_and_says_by_which_rule(client: Client) -> None:
    scene = waiting(rule(act=PlaybookAct.VOUCHER))
    client.force_login(agent("Léa"))

    html = client.get(reverse("orders:stockout", args=[scene.case.number])).content.decode()

    assert "Scénario, règle 1" in html
    ticked = [part for part in html.split("<input")[1:] if "checked" in part and 'name="options"' in part]
    assert sorted("voucher" in part for part in ticked) == [False, True]


def typed(**given: str) -> dict[str, str]:
    rules = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"}
    fields = {"act": "substitute", "alike_percent": "10", "below": "200", "alone_after_hours": "4", **given}
    return {**rules, **{f"form-0-{name}": value for name, value in fields.items()}}


@pytest.mark.django_db
def test_the_rules_are_tried_on_the_waiting_cases_without_writing_anything() -> None:
    scene = open_scene()
    client = client_as("administrator")

    page = client.post(reverse("orders:playbook"), typed()).content.decode()

    assert scene.case.number in page
    assert "propose a substitute that is at least 10" in page
    assert (PlaybookRule.objects.count(), Playbook.objects.count(), Message.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_the_playbook_is_saved_with_its_history_and_a_wrong_rule_is_not() -> None:
    client = client_as("administrator")
    url = reverse("orders:playbook_save")

    assert client.post(url, typed(alone_after_hours="0")).status_code == 422
    assert not PlaybookRule.objects.exists()
    client.post(url, {**typed(), "acts_alone": "on"})

    saved = PlaybookRule.objects.get()
    assert (saved.below_cents, saved.alone_after_hours, Playbook.current().acts_alone) == (20000, 4, True)
    assert HistoryEntry.objects.filter(kind="playbook.changed").count() == 1
    assert client_as("customer_service").post(url, typed()).status_code == 403
