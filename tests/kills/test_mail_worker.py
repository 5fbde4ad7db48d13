"""A mail worker killed between the server's yes and our mark: the mail is unsure, and arrived exactly once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import django_rq
import pytest
from django.utils import timezone

from stocke.core.domain import outbox, sending
from stocke.core.jobs import enqueue
from stocke.core.mail_jobs import send_due, sweep_sending
from stocke.core.models import Message
from stocke.environment import mailer
from tests.factories.messages import MessageFactory
from tests.kills.workers import work_off, worker_paused_at
from tests.mailserver import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def catcher(settings: Any, smtp_server: SmtpServer) -> SmtpServer:
    settings.MAIL_URL = smtp_server.url
    settings.MAILERS = {"default": mailer(smtp_server.url)}
    return smtp_server


def test_a_worker_killed_between_the_servers_yes_and_the_mark_leaves_one_mail_unsure(
    catcher: SmtpServer, tmp_path: Path
) -> None:
    django_rq.get_connection("mail").flushdb()
    message = MessageFactory(status="approved", not_before=timezone.now())
    waiting = MessageFactory(status="approved", not_before=timezone.now() + timedelta(microseconds=1))
    enqueue("mail", send_due)

    with worker_paused_at("mail", "stocke.core.domain.sending:settle", "before", tmp_path / "accepted"):
        assert len(catcher.mails()) == 1

    Message.objects.filter(pk=message.pk).update(claimed_at=timezone.now() - timedelta(minutes=11))
    django_rq.get_connection("mail").flushdb()
    enqueue("mail", sweep_sending)
    enqueue("mail", send_due)
    work_off("mail")
    message.refresh_from_db()
    waiting.refresh_from_db()
    assert (message.status, waiting.status) == ("unsure", "sent")
    assert [mail["Message-ID"] for mail in catcher.mails()] == [message.mail_id, waiting.mail_id]


def test_a_wiped_queue_loses_no_mail(catcher: SmtpServer) -> None:
    message = MessageFactory(status="draft")
    outbox.approve(message, by=sending.POSTMAN)
    django_rq.get_connection("mail").flushdb()

    enqueue("mail", send_due)
    work_off("mail")

    message.refresh_from_db()
    assert message.status == "sent"
    assert len(catcher.mails()) == 1
