"""A mailbox on somebody's server, read over IMAP on a line that was checked. Nothing in it is ever changed."""

import imaplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property

from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox

from stocke.core.outbound.errors import OutboundError, TooMuch, Unreachable
from stocke.core.outbound.lines import TimeLimit, connected
from stocke.core.outbound.tls import tls_context

PORTS = {"tls": 993, "starttls": 143, "none": 143}
LARGEST_MAIL, MOST_TALK = 100 * 1024**2, 256 * 1024**2


class MailboxRefused(OutboundError):
    """The server does not show the mailbox: `login`, `no_mail_folder` or `protocol`. `host` is in the facts."""

    retry = False


@dataclass(frozen=True)
class MailboxPlace:
    """Where a mailbox is and how one enters. `security` is "tls", "starttls" or "none"."""

    host: str
    user: str
    password: str
    security: str = "tls"
    port: int = 0
    folder: str = "INBOX"


class BoundedIMAP(imaplib.IMAP4):
    """IMAP on a line that was opened before. Never takes more at once, or in all, than a mail may have."""

    def __init__(self, line: socket.socket, host: str, limit: TimeLimit) -> None:
        self.line, self.heard = line, 0
        super().__init__(host, timeout=limit.limits.idle_seconds)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self.line

    def read(self, size: int) -> bytes:
        self._hear(size)
        return super().read(size)

    def readline(self) -> bytes:
        line = super().readline()
        self._hear(len(line))
        return line

    def _hear(self, size: int) -> None:
        self.heard += size
        if self.heard > MOST_TALK:
            raise TooMuch("mail_large", limit=LARGEST_MAIL // 10**6)


class OpenedMailbox(BaseMailBox):
    def __init__(self, client: imaplib.IMAP4) -> None:
        self.given = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self.given

    @cached_property
    def validity(self) -> int:
        """Numbers of mails only grow as long as this stays the same. The client forgets it once it is asked."""
        told = self.client.response("UIDVALIDITY")[1]
        return int(told[0]) if told and told[0] else 0


@contextmanager
def opened_mailbox(place: MailboxPlace, limit: TimeLimit) -> Iterator[OpenedMailbox]:
    """The mailbox, for reading only. Raises OutboundError, also for what goes wrong inside the `with`."""
    with named_imap_errors(place.host, limit):
        line = connected(place.host, place.port or PORTS[place.security], limit)
        with line:
            box = entered(line, place, limit)
            yield box
            with suppress(imaplib.IMAP4.error, OSError):
                box.client.logout()


def entered(line: socket.socket, place: MailboxPlace, limit: TimeLimit) -> OpenedMailbox:
    if place.security == "tls":
        line = tls_context().wrap_socket(line, server_hostname=place.host)
    client = BoundedIMAP(line, place.host, limit)
    if place.security == "starttls":
        client.starttls(ssl_context=tls_context())
    box = OpenedMailbox(client)
    log_in(box, place)
    box.folder.set(place.folder, readonly=True)
    return box


def log_in(box: OpenedMailbox, place: MailboxPlace) -> None:
    # The old command knows no letters but ours.
    enter = box.login if (place.user + place.password).isascii() else box.login_utf8
    try:
        enter(place.user, place.password, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except (MailboxLoginError, imaplib.IMAP4.error):
        raise MailboxRefused("login", host=place.host) from None


@contextmanager
def named_imap_errors(host: str, limit: TimeLimit) -> Iterator[None]:
    """imaplib's errors under our names. What the server said is left out: it may repeat a password."""
    try:
        yield
    except (imaplib.IMAP4.error, ImapToolsError, EOFError, OSError, UnicodeError) as error:
        raise named_error(error, host, limit) from None


def named_error(error: Exception, host: str, limit: TimeLimit) -> OutboundError:
    if limit.is_over or isinstance(error, TimeoutError):
        return Unreachable("slow", host=host)
    if isinstance(error, MailboxFolderSelectError):
        return MailboxRefused("no_mail_folder", host=host)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Unreachable("secure", host=host)
    if isinstance(error, (EOFError, OSError, imaplib.IMAP4.abort)):
        return Unreachable("cut", host=host)
    return MailboxRefused("protocol", host=host)
