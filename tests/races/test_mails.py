"""One mail per fact: many writers, many workers and many clicks make one mail."""

from typing import Any

import pytest
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain import outbox, sending
from stocke.core.models import HistoryEntry, Message
from stocke.environment import mailer
from tests.factories.messages import MessageFactory
from tests.mailserver import SmtpServer
from tests.races.threads import at_once, times

pytestmark = pytest.mark.django_db(transaction=True)
CLOCK = Actor.job("clock")


def compose() -> int:
    message = outbox.compose(
        "feed_held",
        key="run:1:held",
        thread="run:1",
        recipient="ops@demo.example",
        recipient_name="",
        language="en",
        facts={},
        by=CLOCK,
        send=False,
        subject="Held",
        text="An import is held.",
    )
    return message.pk


def test_many_writers_of_one_key_make_one_message() -> None:
    written = at_once(*times(12, compose))

    assert len(set(written)) == 1
    assert Message.objects.count() == 1
    assert HistoryEntry.objects.filter(thread="run:1", kind="message.composed").count() == 1


def test_many_workers_send_each_message_once(settings: Any, smtp_server: SmtpServer) -> None:
    settings.MAILERS = {"default": mailer(smtp_server.url)}
    messages = [MessageFactory(status="approved", not_before=timezone.now()) for _ in range(20)]

    attempted = at_once(*times(6, sending.send_waiting))

    arrived = sorted(mail["X-Envelope-To"] for mail in smtp_server.mails())
    assert sum(attempted) == 20
    assert arrived == sorted(message.recipient for message in messages)
    assert set(Message.objects.values_list("status", "attempts")) == {("sent", 1)}


def test_many_clicks_on_send_approve_once() -> None:
    message_id = compose()

    def click() -> bool:
        try:
            outbox.approve(Message.objects.get(pk=message_id), by=CLOCK, delay_seconds=30)
        except outbox.NotPossible:
            return False
        return True

    assert sorted(at_once(*times(8, click))) == [False] * 7 + [True]


def test_taking_back_and_sending_never_both_win(settings: Any, smtp_server: SmtpServer) -> None:
    settings.MAILERS = {"default": mailer(smtp_server.url)}
    messages = [MessageFactory(status="approved", not_before=timezone.now()) for _ in range(10)]

    def take_back() -> int:
        taken = 0
        for message in messages:
            try:
                outbox.cancel(message, by=CLOCK)
                taken += 1
            except outbox.NotPossible:
                pass
        return taken

    taken, _sent = at_once(take_back, sending.send_waiting)

    statuses = list(Message.objects.values_list("status", flat=True))
    assert statuses.count("cancelled") == taken
    assert statuses.count("sent") == 10 - taken == len(smtp_server.mails())
