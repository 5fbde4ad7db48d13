"""A server may not keep a worker for ever, nor change its place between check and use."""

import socket
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from pytest_django.fixtures import Settings

from tests.core.test_outbound import resolve
from tests.suppliers.transports_at_work import failed, source

TRANSPORTS = ["sftp", "ftp", "mailbox"]


@contextmanager
def drip(byte: bytes) -> Generator[int]:
    """A server that sends this byte again and again, slowly, until the test is over."""
    server, over = socket.create_server(("127.0.0.1", 0)), Event()

    def talk(line: socket.socket) -> None:
        with suppress(OSError), line:
            while not over.wait(0.02):
                line.sendall(byte)

    def accept() -> None:
        with suppress(OSError):
            while True:
                line, _address = server.accept()
                Thread(target=talk, args=(line,), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        over.set()
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("byte", [b"", b" "], ids=["silent", "dripping"])
def test_a_server_that_never_ends_its_greeting_is_left_in_time(
    transport: str, byte: bytes, settings: Settings, tmp_path: Path
) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["localhost"]
    began = time.monotonic()
    with drip(byte) as port:
        asked = source(
            {"host": "localhost", "port": port, "user": "u", "path": "x", "security": "none"},
            seconds=0.5,
            password="word",
        )

        assert failed(transport, asked, tmp_path) == ("slow", True)

    assert time.monotonic() - began < 20


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_name_is_looked_up_once_and_the_line_goes_to_what_was_checked(
    transport: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ALLOWED_PRIVATE_HOSTS = ["feeds.example"]
    asked_for = resolve(monkeypatch, ["127.0.0.1"])
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        Thread(target=hang_up_at_once, args=(server,), daemon=True).start()
        asked = source({"host": "feeds.example", "port": port, "user": "u", "path": "x"}, password="word")

        assert failed(transport, asked, tmp_path) == ("cut", True)

    assert asked_for.count("feeds.example") == 1
    assert set(asked_for) == {"feeds.example", "127.0.0.1"}


def hang_up_at_once(server: socket.socket) -> None:
    with suppress(OSError):
        line, _address = server.accept()
        line.close()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_name_with_one_private_address_leads_nowhere(
    transport: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve(monkeypatch, ["8.8.8.8", "10.0.0.7"])
    asked = source({"host": "feeds.example", "user": "u", "path": "x"}, password="word")

    assert failed(transport, asked, tmp_path) == ("private", False)
