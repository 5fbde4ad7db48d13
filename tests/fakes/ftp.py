"""A real FTP server on the loopback (pyftpdlib), and a front that puts TLS before it."""

import re
import socket
import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import DTPHandler, FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

USER, PASSWORD = "shop", "not-to-be-seen-anywhere"


@dataclass
class FakeFtp:
    """`port` and `root` to serve. `unknown` commands are refused; `cut` hangs up in mid-file; `grow` adds to it."""

    root: Path
    port: int = 0
    unknown: set[str] = field(default_factory=set)
    cut: bool = False
    grow: bool = False
    commands: list[str] = field(default_factory=list)


def handler_of(fake: FakeFtp) -> Any:
    class Data(DTPHandler):  # type: ignore[misc]  # it has no types
        def send(self, data: bytes) -> int:
            if fake.grow:
                fake.grow = False
                with (fake.root / "stock.csv").open("ab") as more:
                    more.write(b"\nB;2;")
            if fake.cut:
                self.socket.send(data[: len(data) // 2])
                self.cmd_channel.close()
                return 0
            return int(super().send(data))

    class Handler(FTPHandler):  # type: ignore[misc]  # it has no types
        dtp_handler = Data
        auth_failed_timeout = 0
        use_sendfile = False

        def pre_process_command(self, line: str, cmd: str, arg: str) -> None:
            fake.commands.append(cmd)
            if cmd in fake.unknown:
                self.respond(f'500 Command "{cmd}" not understood.')
                return
            super().pre_process_command(line, cmd, arg)

    Handler.authorizer = DummyAuthorizer()
    Handler.authorizer.add_user(USER, PASSWORD, str(fake.root), perm="elr")
    return Handler


@contextmanager
def running_ftp(root: Path) -> Generator[FakeFtp]:
    fake, loop = FakeFtp(root), IOLoop()
    server = FTPServer(("127.0.0.1", 0), handler_of(fake), ioloop=loop)
    fake.port = server.address[1]
    going = [True]

    def serve() -> None:
        while going:
            loop.loop(timeout=0.02, blocking=False)
        server.close_all()

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        going.clear()
        thread.join(timeout=20)


@dataclass
class TlsFront:
    """TLS before a server that speaks none: it answers AUTH itself, and opens data lines of its own.

    As many servers do, it hands data to nobody but the TLS session of the line that asked for it.
    """

    port: int
    implicit_port: int


@contextmanager
def running_tls_front(fake: FakeFtp, certificate: Path) -> Generator[TlsFront]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    explicit, implicit = socket.create_server(("127.0.0.1", 0)), socket.create_server(("127.0.0.1", 0))

    def accept(server: socket.socket, first: Callable[[socket.socket], socket.socket]) -> None:
        with suppress(OSError):
            while True:
                line, _address = server.accept()
                Thread(target=talk, args=(line, first), daemon=True).start()

    def talk(line: socket.socket, first: Callable[[socket.socket], socket.socket]) -> None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", fake.port)) as inner:
            converse(first(line), inner, context)

    def secured(line: socket.socket) -> socket.socket:
        return context.wrap_socket(line, server_side=True)

    Thread(target=accept, args=(explicit, lambda line: line), daemon=True).start()
    Thread(target=accept, args=(implicit, secured), daemon=True).start()
    try:
        yield TlsFront(explicit.getsockname()[1], implicit.getsockname()[1])
    finally:
        for server in (explicit, implicit):
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()


def converse(line: socket.socket, inner: socket.socket, context: ssl.SSLContext) -> None:
    """One command, one answer; of a transfer, two answers."""
    answers = inner.makefile("rb")
    line.sendall(answer_of(answers))
    said = line.makefile("rb")
    while command := said.readline():
        word = command.split()[0].upper() if command.split() else b""
        if word == b"AUTH":
            line.sendall(b"234 Go on.\r\n")
            line = context.wrap_socket(line, server_side=True)
            said = line.makefile("rb")
            continue
        if word in (b"PBSZ", b"PROT"):
            line.sendall(b"200 As you like.\r\n")
            continue
        inner.sendall(command)
        answer = answer_of(answers)
        line.sendall(with_own_data_line(answer, context))
        if answer.startswith((b"125", b"150")):
            line.sendall(answer_of(answers))


def answer_of(answers: Any) -> bytes:
    whole = first = answers.readline()
    while first[3:4] == b"-" and not whole.splitlines()[-1].startswith(first[:3] + b" "):
        whole += answers.readline()
    return bytes(whole)


def with_own_data_line(answer: bytes, context: ssl.SSLContext) -> bytes:
    """The answer to PASV or EPSV, leading to a line of ours instead of the server's."""
    if found := re.match(rb"227 .*\((\d+),(\d+),(\d+),(\d+),(\d+),(\d+)\)", answer):
        port = relayed(int(found[5]) * 256 + int(found[6]), context)
        return f"227 Entering passive mode (127,0,0,1,{port // 256},{port % 256}).\r\n".encode()
    if found := re.match(rb"229 .*\(\|\|\|(\d+)\|\)", answer):
        return f"229 Entering extended passive mode (|||{relayed(int(found[1]), context)}|).\r\n".encode()
    return answer


def relayed(port: int, context: ssl.SSLContext) -> int:
    server = socket.create_server(("127.0.0.1", 0))

    def carry() -> None:
        with suppress(OSError), server, socket.create_connection(("127.0.0.1", port)) as inner:
            line, _address = server.accept()
            with context.wrap_socket(line, server_side=True) as secured:
                if not secured.session_reused:
                    return
                while block := inner.recv(65536):
                    secured.sendall(block)
                secured.unwrap()

    Thread(target=carry, daemon=True).start()
    return int(server.getsockname()[1])
