"""A shop of somebody else, on an address of its own, with our badge in its page."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from pytest_django.live_server_helper import LiveServer

from stocke.channels.models import ShopWindow

STYLE = """body { background: #fff; color: #222 }
@media (prefers-color-scheme: dark) { body { background: #15171c; color: #eee } }"""


@dataclass
class Site:
    """A shop of somebody else: one page, which a test writes."""

    url: str = ""
    page: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def show(self, body: str, *, lang: str = "fr") -> None:
        head = f'<meta charset="utf-8"><title>Boutique</title><style nonce="own">{STYLE}</style>'
        self.page = (
            f'<!doctype html><html lang="{lang}"><head>{head}</head><body><main>{body}</main></body></html>'
        )


@contextmanager
def foreign_site() -> Generator[Site]:
    """Served while the block lasts."""
    shown = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = shown.page.encode() if urlsplit(self.path).path == "/" else b""
            self.send_response(200)
            for name, value in {"Content-Type": "text/html", **shown.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shown.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield shown
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def script(live_server: LiveServer, window: ShopWindow, sku: str, more: str = "") -> str:
    source = f"{live_server.url}/badge.js"
    return f'<script async src="{source}" data-channel="{window.key}" data-sku="{sku}" {more}></script>'
