"""A line over several sources: each part is asked about by itself, and its answer leaves the others alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.domain.allocations import prove_counters
from orders.domain.answers import LineAnswer, answer_purchase
from orders.domain.failover import refusals_of
from orders.domain.question_answers import QuestionAnswer, answer_questions
from orders.domain.question_clock import stop_waiting
from orders.domain.shortfalls import Outcome, check_offers
from orders.domain.verification import verify_order
from orders.jobs.purchasing import sweep_unasked
from orders.models import (
    Allocation,
    Answer,
    AskingWay,
    Order,
    OrderLine,
    Question,
    Said,
    StockoutCase,
    VerificationPolicy,
)
from stocke.core.actors import Actor
from suppliers.models import Observation, Offer, OfferStock
from tests.factories.orders import OrderFactory
from tests.factories.products import ProductFactory
from tests.factories.purchases import PurchaseFactory
from tests.factories.questions import asking
from tests.factories.suppliers import OfferFactory
from tests.orders.cases.scenes import stock

pytestmark = pytest.mark.django_db
BY, HIM = Actor.job("test"), Actor.supplier("Nord")
OLD = timedelta(hours=30)
ASKED, NO_MORE = (3, "asked"), (2, "short")


@pytest.fixture(autouse=True)
def rules() -> None:
    """The policy lets a line be split, and suppliers are asked about figures older than a day."""
    VerificationPolicy.objects.create(may_split=True, thin_below=0, confirms_itself=True)
    asking(thin_below=0)


def offers(*stated: int, **given: Any) -> list[Offer]:
    """A lamp from as many suppliers, whose figures are old."""
    lamp = ProductFactory(price_cents=8900)
    given = {"as_of": timezone.now() - OLD, **given}
    return [
        OfferFactory(product=lamp, quantity=units, rank=rank, **given)
        for rank, units in enumerate(stated, start=1)
    ]


def bought(offer: Offer, units: int = 5) -> Order:
    order = OrderFactory(lines=[{"product": offer.product, "quantity": units, "external_id": "L1"}])
    verify_order(order.pk, by=BY)
    return order


def say(rank: int, said: Said, **given: Any) -> None:
    question = Question.objects.get(allocation__offer__rank=rank, said="")
    if said == Said.SILENT:
        stop_waiting(question.pk, by=BY)
    else:
        answer_questions([QuestionAnswer(question.pk, said, **given)], way=AskingWay.CALL, by=HIM)


def lines() -> list[tuple[int, str]]:
    return list(OrderLine.objects.order_by("position").values_list("quantity", "status"))


def promises() -> list[tuple[int, int, str]]:
    found = Allocation.objects.order_by("pk").values_list("offer__rank", "quantity", "status")
    return [(rank, quantity, str(status)) for rank, quantity, status in found]


def order_status() -> str:
    assert prove_counters() == []
    return Order.objects.get().status


def test_each_part_of_a_split_line_is_asked_about() -> None:
    bought(offers(3, 2)[0])

    assert (lines(), promises()) == ([(3, "asked"), (2, "asked")], [(1, 3, "held"), (2, 2, "held")])
    asked = Question.objects.order_by("pk").values_list("line__position", "quantity", "reasons", "said")
    assert list(asked) == [(1, 3, ["old"], ""), (2, 2, ["old"], "")]
    assert order_status() == "to_verify"


def test_a_part_whose_figure_is_good_is_held_without_a_question() -> None:
    first, second = offers(3, 2)
    OfferStock.objects.filter(offer=second).update(as_of=timezone.now())
    bought(first)

    assert sorted(lines()) == [(2, "safe"), (3, "asked")]
    assert [one.quantity for one in Question.objects.all()] == [3]
    say(1, Said.YES)
    assert (sorted(lines()), order_status()) == ([(2, "confirmed"), (3, "confirmed")], "confirmed")


def test_a_line_with_a_part_that_asking_does_not_settle_stays_whole_and_with_a_person() -> None:
    first, second = offers(3, 2)
    second.supplier.email = ""
    second.supplier.save()
    bought(first)

    assert (lines(), promises(), Question.objects.count()) == ([(5, "doubtful")], [], 0)
    assert order_status() == "to_verify"


def test_nothing_is_parted_for_units_that_others_of_the_same_act_have_got() -> None:
    first, _second = offers(3, 2)
    order = OrderFactory(
        lines=[{"product": first.product, "quantity": units, "external_id": f"L{units}"} for units in (3, 5)]
    )
    verify_order(order.pk, by=BY)

    assert (sorted(lines()), promises()) == ([(3, "asked"), (5, "doubtful")], [(1, 3, "held")])
    assert prove_counters() == []


def test_a_yes_to_every_part_confirms_the_order() -> None:
    bought(offers(3, 2)[0])

    say(1, Said.YES)
    assert (lines(), order_status()) == ([(3, "safe"), (2, "asked")], "to_verify")
    say(2, Said.YES)
    sweep_unasked()

    assert (lines(), order_status()) == ([(3, "ordered"), (2, "ordered")], "confirmed")
    assert promises() == [(1, 3, "held"), (2, 2, "held")]


@pytest.mark.parametrize(
    ("said", "given", "stated"),
    [
        (Said.NO, {}, ("exact", 0)),
        (Said.PART, {"available": 1}, ("exact", 1)),
        (Said.SILENT, {}, None),
    ],
)
def test_what_one_supplier_says_leaves_the_part_of_the_other_alone(
    said: Said, given: dict[str, Any], stated: tuple[str, int] | None
) -> None:
    bought(offers(3, 2)[0])

    say(2, said, **given)

    assert (lines(), promises()) == ([ASKED, NO_MORE], [(1, 3, "held"), (2, 2, "released")])
    case = StockoutCase.objects.get()
    assert (case.quantity, case.line.quantity) == (2, 2)
    assert [(one.allocation.offer.rank, one.said) for one in Question.objects.order_by("pk")] == [
        (1, ""),
        (2, said),
    ]
    said_of_stock = Observation.objects.filter(source="answer").values_list("kind", "quantity")
    assert list(said_of_stock) == ([stated] if stated else [])
    assert order_status() == "to_verify"


def test_after_his_no_the_next_source_is_asked_about_that_part() -> None:
    first, _second = offers(3, 2)
    bought(first)
    OfferFactory(product=first.product, quantity=9, rank=3, as_of=timezone.now() - OLD)

    say(2, Said.NO)

    assert (lines(), order_status()) == ([ASKED, (2, "asked")], "to_verify")
    assert promises() == [(1, 3, "held"), (2, 2, "released"), (3, 2, "held")]


def test_who_was_silent_about_the_line_is_not_asked_about_a_part_of_it() -> None:
    first, _second, _third = offers(5, 3, 2)
    bought(first)
    say(1, Said.SILENT)
    assert lines() == [(3, "asked"), (2, "asked")]

    say(3, Said.NO)

    assert (lines(), order_status()) == ([ASKED, NO_MORE], "to_verify")
    assert promises() == [(1, 5, "released"), (2, 3, "held"), (3, 2, "released")]


def partly_acknowledged(*backups: int) -> None:
    """Five asked of the first supplier, who has three; what his backups state is old."""
    purchase = PurchaseFactory(quantity=5)
    lamp = purchase.lines.get().allocation.offer.product
    for rank, units in enumerate(backups, start=2):
        OfferFactory(product=lamp, quantity=units, rank=rank, as_of=timezone.now() - OLD)
    answer_purchase(purchase.pk, [LineAnswer(purchase.lines.get().pk, Answer.PART, 3)], by=HIM)


def test_the_missing_rest_of_a_line_is_asked_about_before_it_is_ordered() -> None:
    partly_acknowledged(9)
    sweep_unasked()

    assert (lines(), order_status()) == ([(3, "accepted"), (2, "asked")], "to_verify")
    assert promises() == [(1, 3, "accepted"), (2, 2, "held")]
    say(2, Said.YES)
    sweep_unasked()
    assert (lines(), order_status()) == ([(3, "accepted"), (2, "ordered")], "confirmed")
    assert promises() == [(1, 3, "accepted"), (2, 2, "held")]


@pytest.mark.parametrize(("said", "given"), [(Said.NO, {}), (Said.PART, {"available": 1}), (Said.SILENT, {})])
def test_without_his_word_the_rest_becomes_a_case_and_the_acknowledged_part_goes_on(
    said: Said, given: dict[str, Any]
) -> None:
    partly_acknowledged(9)

    say(2, said, **given)

    assert lines() == [(3, "accepted"), NO_MORE]
    assert promises() == [(1, 3, "accepted"), (2, 2, "released")]
    assert [(case.quantity, case.line.quantity) for case in StockoutCase.objects.all()] == [(2, 2)]
    assert prove_counters() == []


def test_a_refusal_counts_for_all_parts_of_what_was_ordered() -> None:
    partly_acknowledged(9)

    first, rest = OrderLine.objects.order_by("position")

    assert [one.answer for one in refusals_of(rest)] == [Answer.PART]
    assert refusals_of(rest) == refusals_of(first)


def test_a_rest_that_two_sources_serve_is_asked_of_both_and_nobody_confirms_it_again() -> None:
    partly_acknowledged(1, 1)

    assert (lines(), order_status()) == ([(3, "accepted"), (1, "asked"), (1, "asked")], "to_verify")
    for rank in (2, 3):
        say(rank, Said.YES)
    sweep_unasked()
    assert (lines(), order_status()) == ([(3, "accepted"), (1, "ordered"), (1, "ordered")], "confirmed")


def test_a_rest_that_is_parted_after_a_no_is_confirmed_by_the_answers() -> None:
    partly_acknowledged(2, 1, 1)
    assert lines() == [(3, "accepted"), (2, "asked")]

    say(2, Said.NO)
    assert (lines(), order_status()) == ([(3, "accepted"), (1, "asked"), (1, "asked")], "to_verify")
    for rank in (3, 4):
        say(rank, Said.YES)
    sweep_unasked()

    assert (lines(), order_status()) == ([(3, "accepted"), (1, "ordered"), (1, "ordered")], "confirmed")


def test_a_figure_that_falls_has_the_next_source_asked_about_the_part_that_broke() -> None:
    first, second = offers(3, 2, as_of=timezone.now())
    bought(first)
    sweep_unasked()
    assert lines() == [(5, "ordered")]
    OfferFactory(product=first.product, quantity=9, rank=3, as_of=timezone.now() - OLD)
    stock(second, 0)

    assert check_offers([second.pk]) == Outcome(doubtful=1)

    assert (lines(), order_status()) == ([(3, "ordered"), (2, "asked")], "to_verify")
    assert promises() == [(1, 3, "held"), (2, 2, "released"), (3, 2, "held")]


def test_where_lines_may_not_be_split_nobody_is_asked_about_a_rest() -> None:
    VerificationPolicy.objects.update(may_split=False)
    partly_acknowledged(9)

    assert (lines(), Question.objects.count()) == ([(5, "short")], 0)
    assert StockoutCase.objects.get().quantity == 2
