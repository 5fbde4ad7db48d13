"""A real HTTP server on the loopback whose answers a test writes itself, byte by byte where it likes."""

import gzip
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from threading import Thread
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class FakeWeb:
    """`web.put("/stock.csv", b"...")`, then `web.url("/stock.csv")`; `asked` lists what was requested."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def url(self, path: str, host: str = "localhost") -> str:
        return f"http://{host}:{self.port}{path}"

    def put(self, path: str, body: bytes, *, status: int = 200, **headers: str) -> str:
        """Answer with these bytes from now on; header names are written with underscores."""
        self.answers[path] = lambda request: send(request, body, status, headers)
        return self.url(path)

    def redirect(self, path: str, target: str) -> str:
        return self.put(path, b"", status=302, Location=target)

    def gzipped(self, path: str, body: bytes) -> str:
        return self.put(path, gzip.compress(body), Content_Encoding="gzip")

    def marked(self, path: str, body: bytes, **marks: str) -> str:
        """Answer with these bytes and marks (ETag, Last_Modified), and 304 to whoever shows one of them."""
        self.answers[path] = lambda request: send_unless_known(request, body, marks)
        return self.url(path)

    def drip(self, path: str, byte: bytes, *, pause: float) -> str:
        """One byte at a time, for ever."""
        self.answers[path] = lambda request: send_slowly(request, byte, pause)
        return self.url(path)

    def hang_up(self, path: str) -> str:
        """Take the request in full, then end the line without a word."""
        self.answers[path] = lambda request: request.connection.shutdown(SHUT_RDWR)
        return self.url(path)

    def cut(self, path: str, body: bytes, *, promised: int) -> str:
        """Announce more than is sent, then hang up."""
        return self.put(path, body, Content_Length=str(promised))


def send(request: BaseHTTPRequestHandler, body: bytes, status: int, headers: dict[str, str]) -> None:
    request.send_response(status)
    for name, value in ({"Content_Length": str(len(body))} | headers).items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()
    request.wfile.write(body)


def send_unless_known(request: BaseHTTPRequestHandler, body: bytes, marks: dict[str, str]) -> None:
    shown = {request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")} - {None}
    status = 304 if shown & set(marks.values()) else 200
    send(request, b"" if status == 304 else body, status, marks)


def send_nothing(request: BaseHTTPRequestHandler) -> None:
    send(request, b"", 404, {})


def send_slowly(request: BaseHTTPRequestHandler, byte: bytes, pause: float) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(byte)
        time.sleep(pause)


@contextmanager
def running_web() -> Generator[FakeWeb]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.asked.append(self.path)
            web.headers.append(dict(self.headers))
            try:
                web.answers.get(self.path, send_nothing)(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def do_POST(self) -> None:
            web.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.do_GET()

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web = FakeWeb(server.server_port)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
