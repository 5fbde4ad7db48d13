"""A real mail server for those who are told."""

from typing import Any

import pytest

from stocke.environment import mailer
from tests.mailserver import SmtpServer


@pytest.fixture
def mails(settings: Any, smtp_server: SmtpServer) -> SmtpServer:
    settings.MAIL_URL = smtp_server.url
    settings.MAILERS = {"default": mailer(smtp_server.url)}
    return smtp_server
