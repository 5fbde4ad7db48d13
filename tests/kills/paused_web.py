"""A real web process that stops at a chosen function of a request, so that a test can kill it there.

It writes its port to MARKER.port, and serves one request at a time.
"""

from pathlib import Path
from wsgiref.simple_server import make_server

from tests.kills.marks import leave
from tests.kills.paused_worker import pause_at


def main(place: str, when: str, marker: str) -> None:
    from stocke.wsgi import application

    pause_at(place, when, Path(marker))
    server = make_server("127.0.0.1", 0, application)
    leave(Path(f"{marker}.port"), str(server.server_port))
    server.serve_forever()
