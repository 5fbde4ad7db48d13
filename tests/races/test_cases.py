"""Stockout cases when several people and jobs act at the same moment."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.domain.cases import CaseClosed, CaseError, cancel_case, claim, open_case
from orders.domain.cause_decisions import decide_cause
from orders.domain.cause_tallies import add_up
from orders.domain.choices import choose, execute
from orders.domain.goodwill import give
from orders.domain.playing import act_alone, save_playbook
from orders.domain.proposals import LetterDraft, propose
from orders.domain.settlements import mark_done
from orders.domain.shortfalls import check_offers
from orders.domain.ways_out import ways_out
from orders.jobs.decisions import carry_out_decision
from orders.models import (
    Allocation,
    AllocationStatus,
    CaseCause,
    CaseOption,
    CaseStatus,
    DecidedCase,
    DecisionAct,
    Goodwill,
    GoodwillKind,
    LineStatus,
    OptionKind,
    OrderLine,
    Refund,
    StockoutCase,
    Voucher,
)
from orders.queries.cause_tallies import waiting_of_cause
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry, Message
from stocke.core.models.user import Role
from stocke.products.models import Product
from suppliers.models import Offer, OfferStock
from tests.factories.orders import AllocationFactory, OrderFactory, OrderLineFactory
from tests.factories.products import ProductFactory
from tests.factories.suppliers import OfferFactory
from tests.orders.cases.scenes import (
    CLOCK,
    CUSTOMER,
    Scene,
    agent,
    open_crowd,
    open_more,
    open_scene,
    send,
    stock,
)
from tests.races.threads import at_once, times

pytestmark = pytest.mark.django_db(transaction=True)


def settled(kind: str) -> int:
    return HistoryEntry.objects.filter(kind=kind).count()


def quietly(act: Callable[[], object]) -> Callable[[], str]:
    """The act, and what came of it in a word."""

    def run() -> str:
        try:
            act()
        except CaseError as refused:
            return type(refused).__name__
        return "done"

    return run


def two_cases_of_one_substitute() -> tuple[Scene, Scene]:
    """Two customers chose the Dune, of which one is left."""
    first, second = open_scene(), open_scene()
    line = OrderLine.objects.filter(pk=second.case.line_id)
    line.update(product=first.lamp)
    for scene in (first, second):
        send(scene)
        option = scene.option(OptionKind.SUBSTITUTE, first.dune)
        choose(scene.case.pk, option.pk, version=1, by=CUSTOMER)
    stock(first.dune_offer, 1)
    return first, second


def test_many_callers_open_one_case() -> None:
    line = OrderLineFactory()

    cases = at_once(*times(8, lambda: open_case(line, cause=CaseCause.OVERSOLD, facts={}, by=CLOCK).pk))

    assert len(set(cases)) == StockoutCase.objects.count() == 1
    assert settled("case.opened") == 1


def test_two_clicks_on_send_are_one_mail() -> None:
    scene = open_scene()
    offered = ways_out(scene.fresh)

    outcomes = at_once(
        *times(
            4,
            lambda: propose(scene.case.pk, version=0, options=offered, letter=LetterDraft(), by=CLOCK).is_new,
        )
    )

    assert sorted(outcomes) == [False, False, False, True]
    assert Message.objects.count() == 1
    assert scene.fresh.version == 1


def test_two_choices_at_once_are_carried_out_as_one() -> None:
    scene = open_scene()
    send(scene)
    refund, voucher = scene.option(OptionKind.REFUND).pk, scene.option(OptionKind.VOUCHER).pk

    def choose_and_execute(option: int) -> Callable[[], str]:
        def act() -> None:
            choose(scene.case.pk, option, version=1, by=CUSTOMER)
            execute(scene.case.pk, by=CLOCK)

        return quietly(act)

    at_once(*[choose_and_execute(refund), choose_and_execute(voucher)] * 3)

    assert Refund.objects.count() + Voucher.objects.count() == 1
    assert settled("case.settled") == 1
    assert scene.fresh.status == CaseStatus.SETTLED


def test_many_workers_carry_a_choice_out_once() -> None:
    scene = open_scene()
    send(scene)
    choose(scene.case.pk, scene.option(OptionKind.SUBSTITUTE, scene.smaller).pk, version=1, by=CUSTOMER)

    at_once(*times(6, lambda: execute(scene.case.pk, by=CLOCK).pk))

    assert settled("case.settled") == 1
    assert Refund.objects.get().amount_cents == 1000
    assert Allocation.objects.filter(status=AllocationStatus.HELD).count() == 1
    assert OfferStock.objects.get(offer=scene.smaller_offer).reserved == 1
    assert Message.objects.filter(kind="choice_received").count() == 1


def test_a_choice_and_an_agents_cancel_leave_one_of_the_two() -> None:
    scene = open_scene()
    send(scene)
    option = scene.option(OptionKind.REFUND).pk

    def choice() -> None:
        choose(scene.case.pk, option, version=1, by=CUSTOMER)
        execute(scene.case.pk, by=CLOCK)

    def cancel() -> None:
        if not cancel_case(scene.case, by=CLOCK, why="the line was cancelled"):
            raise CaseClosed

    at_once(quietly(choice), quietly(cancel))

    status = scene.fresh.status
    assert (status, Refund.objects.count(), settled("case.cancelled")) in [
        (CaseStatus.SETTLED, 1, 0),
        (CaseStatus.CANCELLED, 0, 1),
    ]


def test_the_last_substitute_goes_to_one_customer_and_the_other_is_asked_again() -> None:
    first, second = two_cases_of_one_substitute()

    at_once(lambda: execute(first.case.pk, by=CLOCK), lambda: execute(second.case.pk, by=CLOCK))

    assert sorted([first.fresh.status, second.fresh.status]) == [CaseStatus.SETTLED, CaseStatus.TO_PROPOSE]
    assert OfferStock.objects.get(offer=first.dune_offer).reserved == 1
    assert settled("case.sold_out") == 1


def test_two_customers_who_choose_the_last_one_at_the_same_moment_do_not_both_get_it() -> None:
    first = open_scene()
    cases = [first.case, open_more(first)]
    for case in cases:
        propose(case.pk, version=0, options=ways_out(case), letter=LetterDraft(), by=CLOCK)
    stock(first.dune_offer, 1)
    options = [CaseOption.objects.get(case=case, product=first.dune) for case in cases]

    said = at_once(
        *(quietly(partial(choose, one.case_id, one.pk, version=1, by=CUSTOMER)) for one in options)
    )

    assert sorted(said) == ["OptionGone", "done"]
    assert OfferStock.objects.get(offer=first.dune_offer).reserved == 1
    assert Allocation.objects.filter(status=AllocationStatus.CHOSEN).count() == 1


def test_two_checks_of_one_fallen_offer_hit_each_line_once() -> None:
    offer = OfferFactory(product=ProductFactory(), quantity=5)
    for _number in range(5):
        order = OrderFactory(lines=[{"product": offer.product, "status": LineStatus.SAFE}])
        AllocationFactory(line=order.lines.get(), offer=offer)
    stock(offer, 2)

    at_once(*times(3, lambda: check_offers([offer.pk]).opened))

    assert StockoutCase.objects.count() == settled("case.opened") == 3
    assert OfferStock.objects.get(offer=offer).reserved == 2
    assert OrderLine.objects.filter(status=LineStatus.SAFE).count() == 2


def test_two_clicks_on_send_over_http_are_one_mail() -> None:
    scene, user = open_scene(), agent()
    sent = {
        "version": 0,
        "options": ["refund"],
        "kind": "stockout_confirmed",
        "language": "fr",
        "subject": "Commande {order.number}",
        "body": "{options}",
    }

    def click() -> int:
        client = Client()
        client.force_login(user)
        return client.post(reverse("orders:stockout_send", args=[scene.case.number]), sent).status_code

    assert at_once(*times(4, click)) == [303] * 4
    assert Message.objects.count() == 1


def test_a_refund_is_marked_as_done_and_told_once() -> None:
    scene = open_scene()
    send(scene)
    choose(scene.case.pk, scene.option(OptionKind.REFUND).pk, version=1, by=CUSTOMER)
    execute(scene.case.pk, by=CLOCK)
    refund = Refund.objects.get()

    outcomes = at_once(
        *times(
            4,
            quietly(lambda: mark_done(refund.pk, reference="RB-1", method="la carte", bank_days=5, by=CLOCK)),
        )
    )

    assert sorted(outcomes) == ["RefundDone", "RefundDone", "RefundDone", "done"]
    assert Message.objects.filter(kind="refund_done").count() == 1


def swapping(wanted: Product | None, held: Offer) -> Callable[[], object]:
    """A customer who holds a unit of one product, and whose chosen substitute is the other."""
    order = OrderFactory(
        confirmed_at=timezone.now(), lines=[{"product": held.product, "status": LineStatus.CONFIRMED}]
    )
    line = order.lines.get()
    AllocationFactory(line=line, offer=held)
    case = open_case(line, cause=CaseCause.OVERSOLD, facts={}, by=CLOCK)
    option = CaseOption.objects.create(case=case, position=1, kind=OptionKind.SUBSTITUTE, product=wanted)
    StockoutCase.objects.filter(pk=case.pk).update(
        status=CaseStatus.TO_EXECUTE, version=1, choice=option, chosen_at=timezone.now()
    )
    return lambda: execute(case.pk, by=CLOCK)


def test_customers_who_swap_two_products_do_not_wait_for_each_other_in_a_circle() -> None:
    lamp, dune = OfferFactory(quantity=50), OfferFactory(quantity=50)
    there = [swapping(dune.product, lamp) for _number in range(6)]
    back = [swapping(lamp.product, dune) for _number in range(6)]

    at_once(*there, *back)

    assert settled("case.settled") == 12
    assert list(OfferStock.objects.order_by("offer").values_list("reserved", flat=True)) == [6, 6]


def test_two_workers_carry_out_one_decision_and_a_colleague_takes_a_case_meanwhile() -> None:
    scene = open_scene()
    cases = [scene.fresh, *(open_more(scene) for _more in range(3))]
    lea, samir = agent("Léa"), Actor.person(agent("Samir"))
    seen = {case.pk: 0 for case in cases}
    decision = decide_cause(cases[0], seen, act=DecisionAct.OFFER, options=["refund"], by=Actor.person(lea))

    at_once(
        *times(2, lambda: carry_out_decision(decision.pk)),
        quietly(lambda: claim(cases[3], by=samir)),
    )

    statuses = [one.status for one in decision.cases.order_by("pk")]
    letters = Message.objects.filter(kind="stockout_confirmed")
    assert set(statuses) <= {"done", "skipped"}
    assert letters.count() == statuses.count("done") >= 3
    assert len({letter.dedupe_key for letter in letters}) == letters.count()


def test_two_agents_decide_for_all_cases_of_a_cause_at_once_and_each_case_has_one_decision() -> None:
    scene = open_scene()
    open_crowd(scene, 19)
    both = [Actor.person(agent("Léa")), Actor.person(agent("Samir"))]

    def decide(by: Actor, act: DecisionAct) -> None:
        options = ["refund"] if act == DecisionAct.OFFER else []
        decision = decide_cause(scene.fresh, {}, act=act, options=options, by=by, rest_but=[])
        carry_out_decision(decision.pk)

    at_once(
        *(quietly(partial(decide, by, act)) for by, act in zip(both, DecisionAct, strict=True)),
        *times(2, add_up),
    )

    rows = DecidedCase.objects.values_list("case", "status")
    assert len(rows) == len({case for case, _status in rows}) == 20
    assert {status for _case, status in rows} == {"done"}
    assert waiting_of_cause(scene.case) == 0


def test_the_playbook_and_an_agent_never_both_answer_a_case() -> None:
    save_playbook([{"act": "refund", "alone_after_hours": 1}], acts_alone=True, by=CLOCK)
    scene = open_scene()
    StockoutCase.objects.update(opened_at=timezone.now() - timedelta(hours=2))
    offered = ways_out(scene.fresh)
    lea = Actor.person(agent("Léa"))

    outcomes = at_once(
        quietly(lambda: act_alone(scene.case.pk, by=CLOCK)),
        quietly(lambda: propose(scene.case.pk, version=0, options=offered, letter=LetterDraft(), by=lea)),
    )

    case = scene.fresh
    alone = HistoryEntry.objects.filter(kind="playbook.acted").count()
    assert case.version == 1
    assert (alone, case.status, outcomes[1]) in [
        (1, CaseStatus.TO_EXECUTE, "ProposalOutdated"),
        (0, CaseStatus.WITH_CUSTOMER, "done"),
    ]


def test_a_customer_who_chooses_while_the_agent_proposes_anew_has_one_of_the_two() -> None:
    scene = open_scene()
    send(scene)
    Message.objects.update(created_at=timezone.now() - timedelta(days=3))
    option, offered = scene.option(OptionKind.REFUND), ways_out(scene.fresh)

    outcomes = at_once(
        quietly(lambda: choose(scene.case.pk, option.pk, version=1, by=CUSTOMER)),
        quietly(lambda: propose(scene.case.pk, version=1, options=offered, letter=LetterDraft(), by=CLOCK)),
    )

    case = scene.fresh
    assert (case.status, case.version, outcomes) in [
        (CaseStatus.TO_EXECUTE, 1, ["done", "ProposalOutdated"]),
        (CaseStatus.WITH_CUSTOMER, 2, ["ProposalOutdated", "done"]),
    ]


def test_goodwill_given_by_two_agents_at_once_is_given_once() -> None:
    scene = open_scene()

    outcomes = at_once(
        *times(
            3,
            quietly(
                lambda: give(
                    scene.case.pk,
                    kind=GoodwillKind.VOUCHER,
                    amount_cents=500,
                    reason="Retard",
                    roles=[Role.OPERATIONS],
                    by=CLOCK,
                )
            ),
        )
    )

    assert sorted(outcomes) == ["AlreadyGiven", "AlreadyGiven", "done"]
    assert (Goodwill.objects.count(), Voucher.objects.count(), Message.objects.count()) == (1, 1, 1)
