"""Faults of mail servers while a customer is to be told of his case: one mail for one fact, and silence that counts
only where he was told."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from orders.domain.choices import settle_silence
from orders.models import Refund, StockoutCase
from stocke.core.domain import sending
from stocke.core.models import Message
from stocke.environment import mailer
from stocke.localservices.ports import LOOPBACK, free_port
from tests.mailserver import Temper
from tests.orders.cases.scenes import CLOCK, Scene, open_scene, send

pytestmark = pytest.mark.django_db
ATTEMPTS_IN_AN_HOUR = 4


def told() -> tuple[Scene, Message]:
    """A case whose letter is due to leave."""
    scene = open_scene()
    message = send(scene).message
    assert message is not None
    return scene, message


def attempt(message: Message) -> Message:
    """The time of the next attempt has come."""
    Message.objects.filter(pk=message.pk, status="approved").update(not_before=timezone.now())
    sending.send_waiting()
    message.refresh_from_db()
    return message


def pause_before_next(message: Message) -> timedelta:
    assert message.not_before is not None
    return message.not_before - timezone.now()


def silent(scene: Scene) -> StockoutCase:
    """His last day is over, and he has not answered."""
    StockoutCase.objects.filter(pk=scene.case.pk).update(deadline=timezone.now() - timedelta(minutes=1))
    settle_silence(scene.case.pk, by=CLOCK)
    return scene.fresh


def test_a_server_that_is_down_for_an_hour_delays_the_letter_and_doubles_nothing(
    temper: Temper, settings: Any
) -> None:
    scene, message = told()
    alive = settings.MAILERS
    settings.MAILERS = {"default": mailer(f"smtp://{LOOPBACK}:{free_port()}")}
    pauses = [pause_before_next(attempt(message)) for _again in range(ATTEMPTS_IN_AN_HOUR)]
    assert sum(pauses, timedelta()) > timedelta(hours=1)
    assert (message.status, message.attempts) == ("approved", ATTEMPTS_IN_AN_HOUR)

    settings.MAILERS = alive
    attempt(message)
    attempt(message)

    assert (message.status, temper.taken) == ("sent", [message.recipient])
    assert Message.objects.filter(thread=message.thread).count() == 1
    assert silent(scene).status == "settled"


def test_a_server_that_takes_the_letter_and_drops_the_line_is_not_asked_again(temper: Temper) -> None:
    scene, message = told()
    temper.data = ""

    attempt(message)
    temper.data = "250 OK"
    attempt(message)
    sending.sweep()

    message.refresh_from_db()
    assert (message.status, message.attempts, temper.taken) == ("unsure", 1, [])
    assert (silent(scene).status, Refund.objects.count()) == ("to_propose", 0)


def test_a_letter_that_comes_back_tells_nobody_and_his_silence_decides_nothing(temper: Temper) -> None:
    scene, message = told()
    temper.rcpt = "550 no such user"

    attempt(message)
    attempt(message)

    assert (message.status, message.attempts, temper.taken) == ("bounced", 1, [])
    assert (silent(scene).status, Refund.objects.count()) == ("to_propose", 0)
