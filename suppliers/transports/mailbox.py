"""A file that comes by mail: the newest one of this sender and subject, each mail looked at once."""

import imaplib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imap_tools.message import MailMessage

from stocke.core.outbound import BadAnswer, TimeLimit, open_download
from stocke.core.outbound.imap import LARGEST_MAIL, PORTS, MailboxPlace, OpenedMailbox, opened_mailbox
from suppliers.transports.errors import NotFetched, not_fetched
from suppliers.transports.mails import attached_file, is_about, is_from, linked_file
from suppliers.transports.remote import place_of
from suppliers.transports.sources import Incoming, Source
from suppliers.transports.web import incoming_of

# So many of the newest mails are looked at; whoever writes more between two visits is not meant by these rules.
MOST_MAILS = 200
BULK = 50
DEAD = frozenset({404, 410})


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
    with TimeLimit(source.limits) as limit, opened_mailbox(place_of_mails(source), limit) as box:
        mails, place = unread(box, source)
        with newest_file(box, mails, place, source) as incoming:
            yield incoming


def place_of_mails(source: Source) -> MailboxPlace:
    security = source.said("security") or "tls"
    host, port = place_of(source, PORTS[security])
    folder, password = source.said("folder") or "INBOX", source.secrets.get("password", "")
    return MailboxPlace(host, source.said("user"), password, security, port, folder)


def unread(box: OpenedMailbox, source: Source) -> tuple[list[MailMessage], Place]:
    """The mails that fit and were not looked at before, newest first, by their heads; and how far that is."""
    validity = box.validity
    known = source.remembered.get("mail", {})
    last = int(known["uid"]) if known.get("validity") == validity else 0
    found = [uid for uid in map(int, box.uids(criteria(source, last), charset=None)) if uid > last]
    newest = sorted(found, reverse=True)[:MOST_MAILS]
    heads = list(box.fetch(uid_list=[str(uid) for uid in newest], **HEADS)) if newest else []
    fitting = [head for head in heads if is_meant(head, source)]
    fitting.sort(key=lambda head: int(head.uid or 0), reverse=True)
    return fitting, Place(validity, max(newest, default=last))


HEADS: dict[str, Any] = {"headers_only": True, "mark_seen": False, "bulk": BULK}


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
        return followed(link, source, about=head.subject) if link else None
    file = attached_file(mail, source.said("pattern"))
    return at_hand(*file) if file else None


@contextmanager
def at_hand(name: str, content: bytes) -> Iterator[Incoming]:
    yield Incoming(name, len(content), iter([content]))


@contextmanager
def followed(link: str, source: Source, *, about: str) -> Iterator[Incoming]:
    """What the link of a mail `about` this leads to. A person can only mend it who knows which mail it is."""
    try:
        with open_download(link, limits=source.limits) as answer:
            yield incoming_of(answer)
    except BadAnswer as refused:
        if refused.status not in DEAD:
            raise
        raise not_fetched("dead_link", subject=about[:100], status=refused.status) from refused


def arrival(box: OpenedMailbox, head: MailMessage) -> datetime | None:
    """When the mail reached the mailbox, by the mailbox's clock; its own date is whatever its sender wrote."""
    told = box.client.uid("FETCH", str(head.uid), "(INTERNALDATE)")[1]
    for line in told:
        if isinstance(line, bytes) and (parsed := imaplib.Internaldate2tuple(line)):
            return datetime(*parsed[:6]).astimezone(UTC)  # the tuple is of this machine's zone
    return None
