"""One IMAP server for all tests of the mailbox, one mail server for each."""

from collections.abc import Generator
from typing import Any

import pytest

from stocke.environment import mailer
from tests.fakes.certificates import Certificates
from tests.fakes.imap import FakeImap, running_imap
from tests.mailserver import SmtpServer
from tests.orders.conversations.post import Post, connect_mailbox


@pytest.fixture(scope="package")
def running(certificates: Certificates) -> Generator[FakeImap]:
    with running_imap(certificates.server) as started:
        yield started


@pytest.fixture
def post(
    running: FakeImap,
    certificates: Certificates,
    smtp_server: SmtpServer,
    settings: Any,
    media: Any,
    db: None,
) -> Post:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    settings.EXTRA_CA_FILE = str(certificates.authority)
    settings.MAILERS = {"default": mailer(smtp_server.url)}
    running.empty()
    connect_mailbox(running)
    return Post(running, smtp_server)
