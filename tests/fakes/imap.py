"""A real IMAP server on the loopback (pymap, in memory), and the mails that tests put into it."""

import asyncio
import imaplib
import ssl
import sys
import time
from argparse import Namespace
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from threading import Thread
from typing import Any

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, DictBackend
from pymap.imap import IMAPServer
from pysasl.hashing import BuiltinHash

QUICK: dict[str, Any] = {
    "secure_auth": False,
    "invalid_user_sleep": 0.0,
    "hash_context": BuiltinHash(rounds=1),
}
USER, PASSWORD = "stock@shop.example", "not-to-be-seen-anywhere"


@dataclass
class FakeImap:
    """`port` without or with STARTTLS, `tls_port` with TLS from the start. `config` holds the mailboxes."""

    port: int
    tls_port: int
    config: Config

    def empty(self) -> None:
        self.config.set_cache.clear()

    def put(self, mail: EmailMessage | bytes, *, at: datetime | None = None, folder: str = "INBOX") -> None:
        """Let a mail arrive, as another program would."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=20) as box:
            box.login(USER, PASSWORD)
            box.create(folder)
            box.append(folder, "", imaplib.Time2Internaldate(at or time.time()), raw)

    def flags(self, folder: str = "INBOX") -> list[bytes]:
        """What a person would see of each mail: whether it was read."""
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=20) as box:
            box.login(USER, PASSWORD)
            box.select(folder, readonly=True)
            found: list[Any] = box.fetch("1:*", "(FLAGS)")[1]
            return [line for line in found if line]


def mail(
    *,
    sender: str = "stock@supplier.example",
    subject: str = "Daily stock",
    text: str = "Please find attached.",
    html: str = "",
    **files: bytes,
) -> EmailMessage:
    """A mail with attachments: `mail(stock_csv=b"...")` holds stock.csv."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, USER, subject
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    for name, content in files.items():
        file_name = ".".join(name.rsplit("_", 1))
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=file_name)
    return made


def settings_of(certificate: Path) -> Namespace:
    return Namespace(
        debug=False,
        host="127.0.0.1",
        port=0,
        cert=str(certificate),
        key=str(certificate),
        tls=True,
        proxy_protocol=None,
        inherited_sockets=None,
        passlib_cfg=None,
        demo_data=False,
        demo_user=USER,
        demo_password=PASSWORD,
    )


def kept_alive(tasks: set[asyncio.Task[Any]]) -> Any:
    """A conversation that waits is referred to by nobody but itself, and would be collected as garbage."""

    def start(loop: asyncio.AbstractEventLoop, work: Any, **named: Any) -> asyncio.Task[Any]:
        task = asyncio.Task(work, loop=loop, **named)
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return task

    return start


@contextmanager
def running_imap(certificate: Path) -> Generator[FakeImap]:
    loop = asyncio.new_event_loop()
    loop.set_task_factory(kept_alive(set()))
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> tuple[list[asyncio.Server], Config]:
        backend, config = await DictBackend.init(settings_of(certificate), **QUICK)
        config.apply_context()
        answer = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        plain = await asyncio.start_server(answer, "127.0.0.1", 0)
        secure = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
        return [plain, secure], config

    async def stop() -> None:
        for server in servers:
            server.close()
            if sys.version_info >= (3, 13):
                server.abort_clients()
        # Ending one conversation may begin another task that says goodbye.
        while rest := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

    servers, config = asyncio.run_coroutine_threadsafe(start(), loop).result(timeout=20)
    plain_port, tls_port = [server.sockets[0].getsockname()[1] for server in servers]
    try:
        yield FakeImap(plain_port, tls_port, config)
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(timeout=20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=20)
        loop.close()
