"""What customers accepted before weighs in."""

import pytest

from orders.domain.cases import open_case
from orders.domain.choices import choose, execute
from orders.domain.substitutes import Reason, welcome
from orders.domain.ways_out import suggestions_for
from orders.models import CaseCause, OptionKind
from orders.queries.acceptances import Answers, answers_to
from tests.factories.orders import OrderFactory
from tests.orders.cases.scenes import CLOCK, CUSTOMER, Scene, open_scene, send

pytestmark = pytest.mark.django_db


def settle(scene: Scene) -> None:
    send(scene)
    option = scene.option(OptionKind.SUBSTITUTE, scene.smaller)
    choose(scene.case.pk, option.pk, version=1, by=CUSTOMER)
    execute(scene.case.pk, by=CLOCK)


def test_an_offer_counts_once_its_case_is_over_and_a_choice_as_a_yes() -> None:
    scene = open_scene()
    send(scene)
    goods, sku = [scene.smaller.pk, scene.dune.pk], scene.case.line.ordered_sku
    before = answers_to(goods, instead_of=sku)

    option = scene.option(OptionKind.SUBSTITUTE, scene.smaller)
    choose(scene.case.pk, option.pk, version=1, by=CUSTOMER)
    execute(scene.case.pk, by=CLOCK)

    assert before == {}
    assert answers_to(goods, instead_of=sku) == {
        scene.smaller.pk: Answers(offered=1, accepted=1),
        scene.dune.pk: Answers(offered=1, accepted=0),
    }
    assert answers_to(goods, instead_of="another") == {}


def test_few_answers_say_little_and_many_say_much() -> None:
    assert welcome(0, 0) == 0.0
    assert welcome(1, 1) == pytest.approx(1 / 3)
    assert welcome(50, 50) > 0.9
    assert welcome(0, 50) < -0.9


def test_the_answer_stands_among_the_reasons_of_the_next_case() -> None:
    scene = open_scene()
    settle(scene)
    order = OrderFactory(status="confirmed", lines=[{"product": scene.lamp, "quantity": 1}])
    case = open_case(order.lines.get(), cause=CaseCause.SUPPLIER_REFUSED, facts={}, by=CLOCK)

    reasons = {one.candidate.product_id: one.reasons for one in suggestions_for(case)}

    assert reasons[scene.smaller.pk][0] == Reason("accepted", before="1", after="1")
    assert "accepted" not in [reason.key for reason in reasons[scene.dune.pk]]
