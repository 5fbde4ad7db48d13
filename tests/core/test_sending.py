"""Sending through a real SMTP conversation: sent, postponed, bounced, failed or unsure."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from stocke.core.domain import sending
from stocke.core.domain.delivery import Delivery, Ending
from stocke.core.models import HistoryEntry, Message, Shop
from stocke.environment import mailer
from stocke.localservices.ports import LOOPBACK, free_port
from tests.factories.messages import MessageFactory
from tests.mailserver import SmtpServer, Temper

pytestmark = pytest.mark.django_db


@pytest.fixture
def catcher(settings: Any, smtp_server: SmtpServer) -> SmtpServer:
    settings.MAILERS = {"default": mailer(smtp_server.url)}
    return smtp_server


def approved(**given: Any) -> Message:
    return MessageFactory(**{"status": "approved", "not_before": timezone.now(), **given})


def test_a_due_message_arrives_with_both_parts_and_stays_marked_as_sent(catcher: SmtpServer) -> None:
    Shop.objects.create(contact_email="bonjour@demo.example")
    message = approved(recipient_name="Zoé « Démo »", recipient="zoe@client.example", language="en")

    attempted = sending.send_waiting()

    message.refresh_from_db()
    (mail,) = catcher.mails()
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert attempted == 1
    assert (message.status, message.attempts, message.error) == ("sent", 1, "")
    assert mail["Message-ID"] == message.mail_id
    assert mail["Reply-To"] == "bonjour@demo.example"
    assert mail["Content-Language"] == "en"
    assert mail["To"].addresses[0].display_name == "Zoé « Démo »"
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n").strip() == message.text
    assert html.get_content().strip() == message.html
    assert HistoryEntry.objects.filter(thread=message.thread, kind="message.sent").count() == 1


def test_drafts_cancelled_and_future_messages_stay(catcher: SmtpServer) -> None:
    MessageFactory(status="draft")
    MessageFactory(status="cancelled")
    approved(not_before=timezone.now() + timedelta(seconds=30))

    assert sending.send_waiting() == 0
    assert catcher.mails() == []


def test_the_one_that_waited_longest_leaves_first(catcher: SmtpServer) -> None:
    now = timezone.now()
    late, early = approved(not_before=now), approved(not_before=now - timedelta(hours=1))

    sending.send_waiting()

    assert [mail["Message-ID"] for mail in catcher.mails()] == [
        Message.objects.get(pk=message.pk).mail_id for message in (early, late)
    ]


def test_an_attachment_goes_along(catcher: SmtpServer, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    path = default_storage.save("order.csv", ContentFile(b"sku;qty"))
    approved(attachments=[{"name": "order.csv", "path": path, "type": "text/csv"}])

    sending.send_waiting()

    (mail,) = catcher.mails()
    (attached,) = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content().strip()) == ("order.csv", "sku;qty")


def test_a_lost_attachment_fails_the_message_and_no_other(catcher: SmtpServer) -> None:
    broken = approved(attachments=[{"name": "a", "path": "gone/a.csv", "type": "text/csv"}])
    fine = approved()

    sending.send_waiting()

    broken.refresh_from_db()
    fine.refresh_from_db()
    assert (broken.status, fine.status) == ("failed", "sent")
    assert broken.error.startswith("attachment: ")


def test_a_refused_recipient_bounces_with_the_servers_words(temper: Temper) -> None:
    temper.rcpt = "550 no such user"
    message = approved()

    sending.send_waiting()

    message.refresh_from_db()
    assert (message.status, message.error) == ("bounced", "550 no such user")
    assert HistoryEntry.objects.get(thread=message.thread, kind="message.bounced").why == "550 no such user"


def test_greylisting_is_tried_again_with_the_same_message_id(temper: Temper) -> None:
    temper.rcpt = "450 greylisted"
    message = approved()
    sending.send_waiting()
    postponed = Message.objects.get(pk=message.pk)
    temper.rcpt = "250 OK"
    Message.objects.filter(pk=message.pk).update(not_before=timezone.now())

    sending.send_waiting()

    message.refresh_from_db()
    assert postponed.status == "approved"
    assert postponed.not_before is not None
    assert postponed.not_before > timezone.now() + timedelta(seconds=50)
    assert (message.status, message.attempts, message.mail_id) == ("sent", 2, postponed.mail_id)
    assert temper.taken == [message.recipient]


def test_a_line_that_breaks_after_the_content_leaves_the_message_unsure(temper: Temper) -> None:
    temper.data = ""
    message = approved()

    sending.send_waiting()
    sending.send_waiting()

    message.refresh_from_db()
    assert (message.status, message.attempts) == ("unsure", 1)


def test_a_server_that_is_down_postpones_one_and_spares_the_others(settings: Any) -> None:
    settings.MAILERS = {"default": mailer(f"smtp://{LOOPBACK}:{free_port()}")}
    first, second = approved(), approved()

    attempted = sending.send_waiting()

    first.refresh_from_db()
    second.refresh_from_db()
    assert attempted == 1
    assert (first.status, first.attempts) == ("approved", 1)
    assert first.error.startswith("ConnectionRefusedError")
    assert (second.status, second.attempts) == ("approved", 0)


def test_after_the_last_pause_the_message_has_failed(settings: Any) -> None:
    settings.MAILERS = {"default": mailer(f"smtp://{LOOPBACK}:{free_port()}")}
    message = approved(attempts=len(sending.PAUSES))

    sending.send_waiting()

    message.refresh_from_db()
    assert message.status == "failed"


def test_the_sweep_shows_what_a_dead_worker_left_and_leaves_the_busy_one_alone(catcher: SmtpServer) -> None:
    now = timezone.now()
    lost = MessageFactory(status="sending", claimed_at=now - timedelta(minutes=11))
    busy = MessageFactory(status="sending", claimed_at=now - timedelta(minutes=1))

    swept = sending.sweep()

    lost.refresh_from_db()
    busy.refresh_from_db()
    assert (swept, lost.status, busy.status) == (1, "unsure", "sending")
    assert sending.send_waiting() == 0


def test_a_slow_worker_that_comes_back_after_the_sweep_still_tells_the_truth(catcher: SmtpServer) -> None:
    approved()
    message = sending.claim()
    assert message is not None
    sending.sweep(older_than=timedelta(0))

    sending.settle(message, Delivery(Ending.SENT))

    message.refresh_from_db()
    assert message.status == "sent"
