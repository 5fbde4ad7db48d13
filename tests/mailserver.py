"""A real mail server for tests of sending; it keeps what it gets and sends nothing on."""

import asyncio
from collections.abc import Generator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from stocke.environment import mailer
from stocke.localservices.mailcatcher import MailKeeper
from stocke.localservices.ports import LOOPBACK, free_port


@dataclass(frozen=True)
class SmtpServer:
    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"smtp://{LOOPBACK}:{self.port}"

    def mails(self) -> list[EmailMessage]:
        """What arrived, oldest first."""
        files = sorted(self.folder.glob("*.eml"))
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


@pytest.fixture
def smtp_server(tmp_path: Path) -> Generator[SmtpServer]:
    server = SmtpServer(free_port(), tmp_path / "mails")
    controller = Controller(MailKeeper(server.folder), hostname=LOOPBACK, port=server.port)
    controller.start()
    yield server
    controller.stop()


class Temper:
    """A mail server in a bad mood: `sender`, `rcpt` and `data` are its answers; none to `data` breaks the line."""

    def __init__(self) -> None:
        self.sender, self.rcpt, self.data = "250 OK", "250 OK", "250 OK"
        self.taken: list[str] = []

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.sender

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if not self.data:
            assert server.transport is not None
            server.transport.close()
            await asyncio.sleep(0)
            return "250 never heard"
        self.taken += envelope.rcpt_tos
        return self.data


@pytest.fixture
def temper(settings: Any) -> Generator[Temper]:
    handler, port = Temper(), free_port()
    controller = Controller(handler, hostname=LOOPBACK, port=port)
    controller.start()
    settings.MAILERS = {"default": mailer(f"smtp://{LOOPBACK}:{port}")}
    yield handler
    controller.stop()
