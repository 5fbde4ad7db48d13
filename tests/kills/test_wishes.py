"""Workers killed between the steps of a wave: everybody is told once, and nobody is forgotten."""

from pathlib import Path
from typing import Any

import django_rq
import pytest

from customers.jobs.wishes import tell
from customers.models import Notice, Wish
from stocke.core.jobs import enqueue
from stocke.core.mail_jobs import send_due
from stocke.environment import mailer
from tests.customers.shelf import looked, rules, shelf, waiting
from tests.kills.workers import work_off, worker_paused_at
from tests.mailserver import SmtpServer

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_wave_that_was_cut_off_twice_tells_everybody_once(
    smtp_server: SmtpServer, settings: Any, tmp_path: Path
) -> None:
    settings.MAIL_URL = smtp_server.url
    settings.MAILERS = {"default": mailer(smtp_server.url)}
    django_rq.get_connection("mail").flushdb()
    rules()
    goods = shelf()
    for name in "ab":
        waiting(goods.product, f"{name}@client.example")
    goods.says(5)
    looked()

    enqueue("mail", tell)
    with worker_paused_at("mail", "customers.domain.waves:write_letters", "before", tmp_path / "chosen"):
        chosen = Notice.objects.filter(message=None).count()
    django_rq.get_connection("mail").flushdb()
    enqueue("mail", tell)
    with worker_paused_at("mail", "customers.domain.waves:write_letter", "after", tmp_path / "written"):
        written = Notice.objects.filter(message__isnull=False).count()
    django_rq.get_connection("mail").flushdb()
    for job in (tell, send_due, tell, send_due):
        enqueue("mail", job)
    work_off("mail")

    told = [str(mail["To"]) for mail in smtp_server.mails() if "List-Unsubscribe" in mail]
    assert (chosen, written) == (2, 1)
    assert sorted(told) == ["a@client.example", "b@client.example"]
    assert set(Wish.objects.values_list("state", flat=True)) == {"told"}
