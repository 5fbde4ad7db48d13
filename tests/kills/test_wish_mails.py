"""Mail workers killed between the mails of a wave, and a queue that forgets: one mail each, and nobody forgotten."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import django_rq
import pytest
from django.utils import timezone

from customers.jobs.wishes import tell
from customers.models import Wish
from stocke.core.jobs import enqueue
from stocke.core.mail_jobs import send_due, sweep_sending
from stocke.core.models import Message
from stocke.environment import mailer
from tests.customers.shelf import looked, rules, shelf, waiting
from tests.kills.workers import work_off, worker_paused_at
from tests.mailserver import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)


def forget_the_queue() -> None:
    django_rq.get_connection("mail").flushdb()


def test_workers_killed_between_two_mails_and_a_queue_that_forgets_cost_nobody_his_mail(
    smtp_server: SmtpServer, settings: Any, tmp_path: Path
) -> None:
    settings.MAIL_URL = smtp_server.url
    settings.MAILERS = {"default": mailer(smtp_server.url)}
    rules()
    goods = shelf()
    everybody = [f"{name}@client.example" for name in "abc"]
    for address in everybody:
        waiting(goods.product, address)
    Message.objects.all().delete()
    goods.says(5)
    looked()
    forget_the_queue()
    tell()
    enqueue("mail", send_due)

    with worker_paused_at("mail", "stocke.core.domain.sending:settle", "after", tmp_path / "between"):
        between = [str(mail["To"]) for mail in smtp_server.mails()]
    forget_the_queue()
    enqueue("mail", send_due)
    with worker_paused_at("mail", "stocke.core.domain.sending:settle", "before", tmp_path / "accepted"):
        accepted = [str(mail["To"]) for mail in smtp_server.mails()]
    forget_the_queue()
    Message.objects.filter(status="sending").update(claimed_at=timezone.now() - timedelta(minutes=11))
    for job in (sweep_sending, send_due, tell, send_due):
        enqueue("mail", job)
    work_off("mail")

    assert (between, accepted) == (everybody[:1], everybody[:2])
    assert [str(mail["To"]) for mail in smtp_server.mails()] == everybody
    assert list(Message.objects.order_by("pk").values_list("status", flat=True)) == ["sent", "unsure", "sent"]
    assert set(Wish.objects.values_list("state", flat=True)) == {"told"}
