"""What waits around the cases of the queue is marked on their rows, and can be filtered by."""

from collections.abc import Collection

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from orders.models import CaseStatus, Question
from orders.queries.case_marks import Mark, marks_of
from orders.queries.case_queue import Look, next_to_propose
from orders.queries.cases import desk_queue
from stocke.core.domain.incoming import Arrival, settle, take_in
from stocke.core.models import IncomingMessage, IncomingStatus, Via
from tests.factories.questions import QuestionFactory
from tests.orders.cases.scenes import CLOCK, Scene, agent, open_scene

pytestmark = pytest.mark.django_db


def write(scene: Scene, via: Via) -> IncomingMessage:
    arrival = Arrival(key=f"{via}-{scene.case.pk}", sender="jean@customer.example", text="Où en est-on ?")
    thread = f"order:{scene.case.line.order_id}"
    return take_in(arrival, by=CLOCK, via=via, thread=thread, status=IncomingStatus.OPEN)[0]


def ask_supplier(scene: Scene) -> None:
    Question.objects.filter(pk=QuestionFactory().pk).update(line=scene.case.line_id)


def shown(mark: str) -> list[int]:
    return [case.pk for case in desk_queue(CaseStatus.TO_PROPOSE, look=Look(mark=mark))]


def marks(*scenes: Scene) -> list[Collection[Mark]]:
    found = marks_of([scene.case.line.order_id for scene in scenes])
    return [found.get(scene.case.line.order_id, ()) for scene in scenes]


def test_a_row_says_who_asks_who_has_written_and_whom_we_ask() -> None:
    quiet, asks, wrote = open_scene(), open_scene(), open_scene()
    write(asks, Via.PAGE)
    write(wrote, Via.MAIL)
    ask_supplier(wrote)

    assert marks(quiet, asks, wrote) == [(), [Mark.ASKED], [Mark.WRITTEN, Mark.SUPPLIER]]
    assert shown("") == [quiet.case.pk, asks.case.pk, wrote.case.pk]
    assert (shown("asked"), shown("written"), shown("supplier")) == (
        [asks.case.pk],
        [wrote.case.pk],
        [wrote.case.pk],
    )
    assert next_to_propose(look=Look(mark="asked")) == asks.case


def test_an_answered_question_marks_nothing() -> None:
    scene = open_scene()
    settle(write(scene, Via.PAGE).pk, by=CLOCK)

    assert (marks(scene), shown("asked")) == ([()], [])


def test_the_marks_of_a_queue_cost_two_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    scenes = [open_scene() for _ in range(3)]
    for scene in scenes:
        write(scene, Via.PAGE)

    with django_assert_num_queries(2):
        assert marks(*scenes) == [[Mark.ASKED]] * 3


def test_the_desk_shows_the_marks_and_keeps_the_filter(client: Client) -> None:
    quiet, asks = open_scene(), open_scene()
    write(asks, Via.PAGE)
    client.force_login(agent())

    html = client.get(reverse("orders:stockouts"), {"mark": "asked"}).content.decode()

    assert f'href="/stockouts/{asks.case.number}/?mark=asked"' in html
    assert f'id="case-{quiet.case.number}"' not in html
    assert '<span class="se-l4">' in html
