"""Asking a supplier's interface what he has: answered within seconds, asked again, or asked otherwise."""

import json
from collections.abc import Generator
from datetime import date, timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.domain.availability_checks import BadReply, check_waiting, claim, line_of, read_reply, settle
from orders.domain.question_asking import ask_supplier
from orders.models import AvailabilityInterface, AvailabilityRequest, OrderLine, Question
from stocke.core.actors import Actor
from stocke.core.models import Message
from tests.factories.questions import QuestionFactory
from tests.fakes.web import FakeWeb, running_web

pytestmark = pytest.mark.django_db
BY = Actor.job("test")
TODAY = date(2026, 11, 23)


@pytest.fixture
def web(settings: Settings) -> Generator[FakeWeb]:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    with running_web() as started:
        yield started


def by_interface(url: str) -> Question:
    question = QuestionFactory(backups=1)
    AvailabilityInterface.objects.create(supplier=question.supplier, access={"url": url, "auth": "none"})
    ask_supplier(question.supplier_id, by=BY)
    return question


def again(question: Question) -> tuple[str, str]:
    question.refresh_from_db()
    return question.said, OrderLine.objects.get(pk=question.line_id).status


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"available": 3}, ("part", 3)),
        ({"available": True}, ("yes", None)),
        ({"available": 9}, ("part", 9)),
        ({"available": 2}, ("part", 2)),
        ({"available": 0}, ("no", None)),
        ({"available": False}, ("no", None)),
        ({"available": 0, "from": "2026-12-09"}, ("later", None)),
        ({"available": 0, "from": "2026-11-01"}, ("no", None)),
    ],
)
def test_a_reply_says_how_many_there_are(said: dict[str, object], expected: tuple[str, int | None]) -> None:
    question = QuestionFactory()
    reply = json.dumps({"lines": [{"line": question.pk, **said}]})

    [answer] = read_reply(reply, [line_of(question)], TODAY)

    assert (answer.said, answer.available) == expected


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "<html>",
        "[]",
        '{"lines": {}}' * 2,
        '{"lines": [7]}',
        '{"lines": [{"line": 0, "available": 1}]}',
        '{"lines": [{"line": true, "available": 1}]}',
        '{"lines": [{"sku": "elsewhere", "available": 1}]}',
        '{"lines": [{"line": %(pk)s, "available": -1}]}',
        '{"lines": [{"line": %(pk)s, "available": 1.5}]}',
        '{"lines": [{"line": %(pk)s, "available": "3"}]}',
        '{"lines": [{"line": %(pk)s, "available": 99999999}]}',
        '{"lines": [{"line": %(pk)s, "available": 0, "from": "soon"}]}',
        '{"lines": [{"line": %(pk)s, "available": 1}, {"line": %(pk)s, "available": 2}]}',
    ],
)
def test_a_reply_that_is_not_what_was_described_says_nothing(reply: str) -> None:
    question = QuestionFactory()

    with pytest.raises(BadReply):
        read_reply(reply % {"pk": question.pk} if "%(" in reply else reply, [line_of(question)], TODAY)


def test_a_line_that_is_left_out_is_not_answered() -> None:
    question = QuestionFactory()

    assert read_reply('{"lines": []}', [line_of(question)], TODAY) == []
    assert (
        read_reply(f'{{"lines": [{{"line": {question.pk}, "available": null}}]}}', [line_of(question)], TODAY)
        == []
    )


def test_his_interface_answers_within_seconds(web: FakeWeb) -> None:
    question = by_interface(web.url("/stock"))
    reply = {"lines": [{"line": question.pk, "available": 5}]}
    web.put("/stock", json.dumps(reply).encode())

    assert (check_waiting(), check_waiting()) == (1, 0)

    assert again(question) == ("yes", "confirmed")
    sku = question.allocation.offer.supplier_sku
    asked = json.loads(web.bodies[0])
    assert asked["lines"] == [{"line": question.pk, "sku": sku, "quantity": 3}]
    assert web.headers[0]["Idempotency-Key"] == asked["request"]
    assert Message.objects.filter(kind="availability_request").count() == 0


def test_what_his_interface_does_not_tell_is_asked_by_mail_after_some_tries(web: FakeWeb) -> None:
    question = by_interface(web.put("/stock", b"", status=503))

    for _ in range(4):
        assert check_waiting() == 1
        AvailabilityRequest.objects.update(not_before=timezone.now() - timedelta(minutes=5))

    request = AvailabilityRequest.objects.get()
    assert (request.way, request.status, request.attempts) == ("mail", "asked", 4)
    assert again(question) == ("", "asked")
    assert Message.objects.filter(kind="availability_request").count() == 1
    assert check_waiting() == 0


def test_a_request_that_a_dead_worker_left_is_asked_again() -> None:
    by_interface("https://supplier.example/stock")
    lost = claim()
    assert lost is not None and claim() is None
    AvailabilityRequest.objects.update(claimed_at=timezone.now() - timedelta(minutes=3))

    again_claimed = claim()

    assert again_claimed is not None and again_claimed.request.attempts == 2
    settle(lost, [], "too late")
    assert AvailabilityRequest.objects.get().status == "sending"
