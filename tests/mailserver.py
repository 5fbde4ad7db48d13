"""A real mail server for tests of sending; it keeps what it gets and sends nothing on."""

from collections.abc import Generator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

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
