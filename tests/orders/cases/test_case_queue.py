"""The queue as an agent looks at it: order, filters, whose task a case is, and what comes next."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.domain.cases import CaseClosed, assign, claim, open_case
from orders.models import CaseCause, CaseStatus, StockoutCase
from orders.queries.case_queue import Look, Sort, Who, next_to_propose
from orders.queries.cases import desk_queue
from stocke.core.actors import Actor
from stocke.core.models import HistoryEntry
from tests.factories.orders import OrderFactory
from tests.orders.cases.scenes import CLOCK, agent, open_more, open_scene

pytestmark = pytest.mark.django_db


def three() -> tuple[StockoutCase, StockoutCase, StockoutCase]:
    """An early cheap one of a loyal customer, a dear one, and one of a customer who was hit before."""
    scene, dear = open_scene(), open_scene(quantity=3)
    OrderFactory(customer=scene.customer)
    hit = open_more(scene)
    StockoutCase.objects.filter(pk=scene.case.pk).update(
        respond_by=timezone.now() - timedelta(hours=1), customer_orders=2
    )
    StockoutCase.objects.filter(pk=hit.pk).update(customer_cases=2, cause=CaseCause.OVERSOLD)
    return scene.fresh, dear.fresh, hit


def shown(look: Look) -> list[int]:
    return [case.pk for case in desk_queue(CaseStatus.TO_PROPOSE, look=look)]


def test_the_queue_is_sorted_by_deadline_by_value_or_by_history() -> None:
    loyal, dear, hit = three()

    assert shown(Look()) == [loyal.pk, dear.pk, hit.pk]
    assert shown(Look(sort=Sort.VALUE)) == [dear.pk, loyal.pk, hit.pk]
    assert shown(Look(sort=Sort.HISTORY)) == [loyal.pk, dear.pk, hit.pk]


def test_the_queue_joins_no_table_of_which_its_rows_say_nothing() -> None:
    assert str(desk_queue(CaseStatus.TO_PROPOSE).query).count(" JOIN ") == len(["line", "order", "customer"])


def test_the_queue_is_filtered_by_cause_customer_value_and_owner() -> None:
    loyal, dear, hit = three()
    lea = agent("Léa")
    assign(hit, to=lea, by=CLOCK)
    claim(dear, by=Actor.person(lea))

    assert shown(Look(cause=CaseCause.OVERSOLD)) == [hit.pk]
    assert shown(Look(who=Who.NEW)) == [dear.pk, hit.pk]
    assert shown(Look(who=Who.LOYAL)) == [loyal.pk]
    assert shown(Look(who=Who.HIT)) == [hit.pk]
    assert shown(Look(least_cents=20000)) == [dear.pk]
    assert shown(Look(mine=lea.pk)) == [dear.pk, hit.pk]


def test_a_case_notes_at_its_opening_what_it_is_sorted_by() -> None:
    scene = open_scene(quantity=2)
    OrderFactory(customer=scene.customer)
    other = open_more(scene, email="autre@customer.example")
    again = OrderFactory(customer=scene.customer, lines=[{"product": scene.lamp}]).lines.get()

    second = open_case(again, cause=CaseCause.OVERSOLD, facts={}, by=CLOCK)

    told = [
        (one.value_cents, one.customer_orders, one.customer_cases, one.cause_supplier, one.cause_sku)
        for one in (scene.fresh, other, second)
    ]
    assert told == [
        (17980, 1, 1, "Grossiste", scene.lamp.sku),
        (8990, 1, 1, "Grossiste", scene.lamp.sku),
        (8990, 3, 2, "", scene.lamp.sku),
    ]


def test_the_next_case_is_none_that_a_colleague_works_on_and_keeps_the_look() -> None:
    loyal, dear, hit = three()
    lea, samir = agent("Léa"), agent("Samir")
    claim(dear, by=Actor.person(samir))

    assert next_to_propose(after=loyal, user_id=lea.pk) == hit
    assert next_to_propose(after=loyal, user_id=samir.pk) == dear
    assert next_to_propose(look=Look(who=Who.LOYAL), after=loyal, user_id=lea.pk) is None


def test_a_case_is_assigned_to_a_colleague_once_and_on_the_record(client: Client) -> None:
    scene, samir = open_scene(), agent("Samir")
    client.force_login(agent("Léa"))
    url = reverse("orders:stockout_assign", args=[scene.case.number])

    client.post(url, {"to": samir.pk})
    client.post(url, {"to": samir.pk})

    assert scene.fresh.assigned_to == samir
    entries = HistoryEntry.objects.filter(kind="case.assigned")
    assert [entry.after for entry in entries] == [{"assigned": "Samir Démo"}]


def test_a_stranger_and_a_closed_case_are_refused_and_nothing_changes(client: Client) -> None:
    scene = open_scene()
    client.force_login(agent("Léa"))

    answer = client.post(
        reverse("orders:stockout_assign", args=[scene.case.number]), {"to": "999999"}, follow=True
    )

    assert "Rien n’a été modifié" in answer.content.decode()
    assert scene.fresh.assigned_to is None
    StockoutCase.objects.update(status=CaseStatus.SETTLED)
    with pytest.raises(CaseClosed):
        assign(scene.case, to=agent("Samir"), by=CLOCK)
    assert scene.fresh.assigned_to is None


def test_the_look_stays_in_every_link_of_the_desk(client: Client) -> None:
    _, dear, _ = three()
    client.force_login(agent("Léa"))

    page = client.get(reverse("orders:stockouts"), {"sort": "value", "least": "200", "cause": "nonsense"})

    html = page.content.decode()
    assert f'href="/stockouts/{dear.number}/?sort=value&amp;least=200"' in html
    assert f'action="/stockouts/{dear.number}/send/?sort=value&amp;least=200"' in html
