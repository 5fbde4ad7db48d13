"""A mail server that keeps every mail as a file and sends none on.

`python -m stocke.localservices.mailcatcher --port 1025 --dir mails` until it is told to end.
"""

import argparse
import asyncio
import signal
import sys
import time
from pathlib import Path

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session

from stocke.localservices.ports import LOOPBACK

KEPT = 2000
LARGEST_MAIL = 32 * 1024**2


class MailKeeper:
    """Writes each mail as `<nanoseconds>.eml`, so that names sort by arrival; forgets the oldest past KEPT."""

    def __init__(self, folder: Path, *, kept: int = KEPT) -> None:
        self.folder, self.kept = folder, kept
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd calls it so
        self.keep(envelope)
        return "250 OK, kept and not sent on"

    def keep(self, envelope: Envelope) -> Path:
        """The envelope goes on top as headers: a blind copy shows nowhere else."""
        heads = [
            f"X-Envelope-From: {envelope.mail_from}",
            *(f"X-Envelope-To: {to}" for to in envelope.rcpt_tos),
        ]
        content = envelope.original_content or b""
        name = f"{time.time_ns():020d}.eml"
        unfinished = self.folder / f".{name}"
        unfinished.write_bytes("\r\n".join(heads).encode() + b"\r\n" + content)
        kept = unfinished.rename(self.folder / name)
        self._forget_oldest()
        return kept

    def _forget_oldest(self) -> None:
        for file in sorted(self.folder.glob("[0-9]*.eml"))[: -self.kept]:
            file.unlink(missing_ok=True)


async def catch(port: int, folder: Path) -> None:
    """Serve until SIGINT or SIGTERM."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, done.set)
    controller = UnthreadedController(
        MailKeeper(folder), hostname=LOOPBACK, port=port, loop=loop, data_size_limit=LARGEST_MAIL
    )
    server = await controller._create_server()
    print(f"catching mail on {LOOPBACK}:{port}", flush=True)
    await done.wait()
    server.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dir", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(catch(options.port, options.dir))
    return 0


if __name__ == "__main__":
    sys.exit(main())
