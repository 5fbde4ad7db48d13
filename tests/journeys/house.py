"""What every story needs besides a browser: workers that empty the queues, and the customer's mails."""

import re
from collections.abc import Iterator
from email.message import EmailMessage

import django_rq
from playwright.sync_api import Locator, Page
from rq import Worker

from stocke.core.jobs import enqueue
from tests.deaf import DeafSimpleWorker
from tests.mailserver import SmtpServer

QUEUES = ("feeds", "orders", "mail", "default", "channels")


def work(*jobs: tuple[str, str]) -> None:
    """Queue these jobs as the clock would, and let workers take all that waits, and what comes of it."""
    for queue, job in jobs:
        enqueue(queue, job)
    while any(_work_off(queue) for queue in QUEUES):
        pass


def _work_off(queue: str) -> bool:
    """Whether there was anything to do."""
    is_empty = django_rq.get_queue(queue).is_empty()
    return not is_empty and bool(_worker(queue).work(burst=True, logging_level="ERROR"))


def _worker(queue: str) -> Worker:
    """In this process: the story's browser shares its database and its settings."""
    return django_rq.get_worker(
        queue, worker_class=f"{DeafSimpleWorker.__module__}.{DeafSimpleWorker.__name__}"
    )


def empty_queues() -> None:
    django_rq.get_connection("default").flushdb()


def told(page: Page, words: str) -> Locator:
    """What a strip tells. The live region says it again a moment later, so its words alone would be found twice."""
    return page.locator("[data-say]", has_text=words)


def letters_to(mails: SmtpServer, address: str) -> list[EmailMessage]:
    """What this person received, oldest first."""
    return [mail for mail in mails.mails() if address in str(mail["To"])]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\u00a0", " ")


def links_in(mail: EmailMessage) -> Iterator[str]:
    return (found.group() for found in re.finditer(r"https?://\S+", text_of(mail)))
