"""A real web process that stops at a chosen line of a request, so that a test can kill it there.

    python -m tests.kills.paused_web package.module:function before|after MARKER

It writes its port to MARKER.port, and serves one request at a time.
"""

import sys
from pathlib import Path
from wsgiref.simple_server import make_server


def main(place: str, when: str, marker: str) -> None:
    from stocke.wsgi import application
    from tests.kills.paused_worker import pause_at

    pause_at(place, when, Path(marker))
    server = make_server("127.0.0.1", 0, application)
    written = Path(f"{marker}.writing")
    written.write_text(str(server.server_port))
    written.rename(f"{marker}.port")
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:4])
