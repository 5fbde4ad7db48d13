"""A file that comes by mail: the newest one of this sender and subject, each mail looked at once."""

import imaplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox
from imap_tools.message import MailMessage

from stocke.core.outbound import TimeLimit, Unreachable, connected, open_download
from stocke.core.outbound.tls import tls_context
from suppliers.transports.errors import NotFetched, not_fetched
from suppliers.transports.mails import attached_file, is_about, is_from, linked_file
from suppliers.transports.remote import place_of
from suppliers.transports.sources import Incoming, Source
from suppliers.transports.web import incoming_of

PORTS = {"tls": 993, "starttls": 143, "none": 143}
# So many of the newest mails are looked at; whoever writes more between two visits is not meant by these rules.
MOST_MAILS = 200
BULK = 50
LARGEST_MAIL, MOST_TALK = 100 * 1024**2, 256 * 1024**2


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
            raise not_fetched("mail_large", limit=LARGEST_MAIL // 10**6)


class OpenedMailbox(BaseMailBox):
    def __init__(self, client: imaplib.IMAP4) -> None:
        self.given = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self.given


@dataclass(frozen=True)
class Place:
    """How far a mailbox was read: numbers of mails only grow, as long as its validity stays the same."""

    validity: int
    uid: int

    @property
    def marks(self) -> dict[str, Any]:
        return {"mail": {"validity": self.validity, "uid": self.uid}}


@contextmanager
def open_mailbox(source: Source) -> Iterator[Incoming]:
    """The newest file that came since the last visit. Mails stay as unread as they were."""
    security = source.said("security") or "tls"
    host, port = place_of(source, PORTS[security])
    with TimeLimit(source.limits) as limit, named_imap_errors(host, limit):
        line = connected(host, port, limit)
        with line:
            box = entered(line, host, security, source, limit)
            mails, place = unread(box, source)
            with newest_file(box, mails, place, source) as incoming:
                yield incoming


def entered(line: socket.socket, host: str, security: str, source: Source, limit: TimeLimit) -> OpenedMailbox:
    if security == "tls":
        line = tls_context().wrap_socket(line, server_hostname=host)
    client = BoundedIMAP(line, host, limit)
    if security == "starttls":
        client.starttls(ssl_context=tls_context())
    box = OpenedMailbox(client)
    log_in(box, host, source.said("user"), source.secrets.get("password", ""))
    box.folder.set(source.said("folder") or "INBOX", readonly=True)
    return box


def log_in(box: OpenedMailbox, host: str, user: str, password: str) -> None:
    # The old command knows no letters but ours.
    enter = box.login if (user + password).isascii() else box.login_utf8
    try:
        enter(user, password, initial_folder=None)
    except imaplib.IMAP4.abort:
        raise
    except (MailboxLoginError, imaplib.IMAP4.error):
        raise not_fetched("login", host=host) from None


def unread(box: OpenedMailbox, source: Source) -> tuple[list[MailMessage], Place]:
    """The mails that fit and were not looked at before, newest first, by their heads; and how far that is."""
    validity = validity_of(box.client)
    known = source.remembered.get("mail", {})
    last = int(known["uid"]) if known.get("validity") == validity else 0
    found = [uid for uid in map(int, box.uids(criteria(source, last), charset=None)) if uid > last]
    newest = sorted(found, reverse=True)[:MOST_MAILS]
    heads = list(box.fetch(uid_list=[str(uid) for uid in newest], **HEADS)) if newest else []
    fitting = [head for head in heads if is_meant(head, source)]
    fitting.sort(key=lambda head: int(head.uid or 0), reverse=True)
    return fitting, Place(validity, max(newest, default=last))


HEADS: dict[str, Any] = {"headers_only": True, "mark_seen": False, "bulk": BULK}


def validity_of(client: imaplib.IMAP4) -> int:
    told = client.response("UIDVALIDITY")[1]
    return int(told[0]) if told and told[0] else 0


def criteria(source: Source, last: int) -> str:
    """What the server can search by itself. It only narrows: what fits is decided by us."""
    sender, asked = source.said("sender"), f"UID {last + 1}:*"
    if sender and sender.isascii() and sender.isprintable() and '"' not in sender and "\\" not in sender:
        asked += f' FROM "{sender}"'
    return asked


def is_meant(head: MailMessage, source: Source) -> bool:
    return is_from(head.from_, source.said("sender")) and is_about(head.subject, source.said("subject"))


@contextmanager
def newest_file(
    box: OpenedMailbox, mails: Sequence[MailMessage], place: Place, source: Source
) -> Iterator[Incoming]:
    if not mails:
        raise not_fetched("nothing_new", mailbox=source.said("folder") or "INBOX")
    for head in mails:
        if head.size_rfc822 > LARGEST_MAIL:
            raise seen(not_fetched("mail_large", limit=LARGEST_MAIL // 10**6), place)
        opened = file_in(box, head, source)
        if opened is None:
            continue
        with opened as incoming:
            yield Incoming(
                incoming.file_name,
                incoming.total,
                incoming.blocks,
                written_at=arrival(box, head),
                remember=place.marks,
            )
            return
    raise seen(not_fetched("no_file_in_mail", subject=mails[0].subject[:100]), place)


def seen(problem: NotFetched, place: Place) -> NotFetched:
    """A mail without a file for us has none at the next visit either: it is told of once."""
    problem.remember = place.marks
    return problem


def file_in(box: OpenedMailbox, head: MailMessage, source: Source) -> Any:
    """The file of a mail, to be entered with `with`; None where the mail holds none."""
    mail = next(iter(box.fetch(uid_list=[str(head.uid)], mark_seen=False)), None)
    if mail is None:
        return None
    if source.said("take") == "link":
        link = linked_file(mail, source.said("pattern"))
        return followed(link, source) if link else None
    file = attached_file(mail, source.said("pattern"))
    return at_hand(*file) if file else None


@contextmanager
def at_hand(name: str, content: bytes) -> Iterator[Incoming]:
    yield Incoming(name, len(content), iter([content]))


@contextmanager
def followed(link: str, source: Source) -> Iterator[Incoming]:
    with open_download(link, limits=source.limits) as answer:
        yield incoming_of(answer)


def arrival(box: OpenedMailbox, head: MailMessage) -> datetime | None:
    """When the mail reached the mailbox, by the mailbox's clock; its own date is whatever its sender wrote."""
    told = box.client.uid("FETCH", str(head.uid), "(INTERNALDATE)")[1]
    for line in told:
        if isinstance(line, bytes) and (parsed := imaplib.Internaldate2tuple(line)):
            return datetime(*parsed[:6]).astimezone(UTC)  # the tuple is of this machine's zone
    return None


@contextmanager
def named_imap_errors(host: str, limit: TimeLimit) -> Iterator[None]:
    """imaplib's errors under our names. What the server said is left out: it may repeat a password."""
    try:
        yield
    except (imaplib.IMAP4.error, ImapToolsError, EOFError, OSError, UnicodeError) as error:
        raise named_error(error, host, limit) from None


def named_error(error: Exception, host: str, limit: TimeLimit) -> NotFetched | Unreachable:
    if limit.is_over or isinstance(error, TimeoutError):
        return Unreachable("slow", host=host)
    if isinstance(error, MailboxFolderSelectError):
        return not_fetched("no_mail_folder", host=host)
    if isinstance(error, ssl.SSLCertVerificationError):
        return Unreachable("secure", host=host)
    if isinstance(error, (EOFError, OSError, imaplib.IMAP4.abort)):
        return Unreachable("cut", host=host)
    return not_fetched("protocol", host=host)
