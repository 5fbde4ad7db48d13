"""Reading the mailbox: each mail becomes a row before anything else happens to it, and once.

Mails are never changed there, not even marked as read: how far we are is a number of ours.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from imap_tools.mailbox import BaseMailBox

from stocke.core.actors import Actor
from stocke.core.domain.incoming import Arrival, KeptFile, take_in
from stocke.core.domain.mailboxes import advance, claim, limits, place_of, release
from stocke.core.inbound import LARGEST_MAIL, ReadFile, ReadMail, read_mail
from stocke.core.models import IncomingKind, IncomingMessage, Mailbox
from stocke.core.outbound import OutboundError, TimeLimit
from stocke.core.outbound.imap import OpenedMailbox, opened_mailbox
from stocke.core.sealing import NotOpened

COLLECTOR = Actor.job("mailbox")
MOST_AT_ONCE = 50
BEGINNING = 256 * 1024
LARGEST_FILE, LARGEST_FILES = 10 * 1024**2, 20 * 1024**2


def collect() -> int:
    """Read what is new in the mailbox; how many mails are new to us. Harmless when nothing is."""
    mailbox = claim()
    if mailbox is None:
        return 0
    taken = 0
    try:
        place = place_of(mailbox)
        with TimeLimit(limits()) as limit, opened_mailbox(place, limit) as box:
            for uid, raw, is_cut in new_mails(box, mailbox):
                taken += keep(read_mail(raw, is_cut=is_cut), mailbox, validity=box.validity, uid=uid)
    except OutboundError as error:
        release(mailbox, error=error.code)
    except NotOpened:
        release(mailbox, error="sealed")
    else:
        release(mailbox)
    return taken


def new_mails(box: OpenedMailbox, mailbox: Mailbox) -> Iterator[tuple[int, bytes, bool]]:
    """Number, bytes, and whether they are only the beginning; the oldest first, a bounded number of them."""
    last = mailbox.uid if mailbox.validity == box.validity else 0
    found = sorted(uid for uid in map(int, box.uids(f"UID {last + 1}:*", charset=None)) if uid > last)
    for uid in found[:MOST_AT_ONCE]:
        is_cut = size_of(box, uid) > LARGEST_MAIL
        yield uid, content_of(box, uid, most=BEGINNING if is_cut else None), is_cut


def size_of(box: BaseMailBox, uid: int) -> int:
    told = box.client.uid("FETCH", str(uid), "(RFC822.SIZE)")[1]
    found = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(one for one in told if isinstance(one, bytes)))
    return int(found[1]) if found else 0


def content_of(box: BaseMailBox, uid: int, *, most: int | None) -> bytes:
    """The mail as it lies there. PEEK leaves it as unread as it was."""
    part = "(BODY.PEEK[])" if most is None else f"(BODY.PEEK[]<0.{most}>)"
    told = box.client.uid("FETCH", str(uid), part)[1]
    return next((bytes(one[1]) for one in told if isinstance(one, tuple) and isinstance(one[1], bytes)), b"")


def keep(mail: ReadMail, mailbox: Mailbox, *, validity: int, uid: int) -> bool:
    """Write the mail down and remember that we are past it; whether it is new to us."""
    known = IncomingMessage.objects.filter(key=mail.key).exists()
    files = () if known else stored(mail)
    with transaction.atomic():
        _incoming, is_new = take_in(arrival_of(mail, files), by=COLLECTOR)
        advance(mailbox, validity=validity, uid=uid)
    return is_new


def arrival_of(mail: ReadMail, files: Sequence[KeptFile]) -> Arrival:
    return Arrival(
        key=mail.key,
        sender=mail.sender,
        sender_name=mail.sender_name,
        subject=mail.subject,
        text=mail.text,
        quoted=mail.quoted,
        kind=kind_of(mail),
        mail_id=mail.mail_id,
        written_at=mail.written_at,
        facts=facts_of(mail),
        files=files,
    )


def kind_of(mail: ReadMail) -> IncomingKind:
    if mail.bounce is not None:
        return IncomingKind.BOUNCE
    if mail.is_automatic or is_our_own(mail):
        return IncomingKind.AUTOMATIC
    return IncomingKind.LETTER


def is_our_own(mail: ReadMail) -> bool:
    """Whether one of our own mails found its way into our mailbox: then it answers nothing."""
    ours = re.search(r"<?([^<>\s]+@[^<>\s]+?)>?$", settings.DEFAULT_FROM_EMAIL)
    return bool(ours) and mail.sender == str(ours and ours[1]).lower()


def facts_of(mail: ReadMail) -> dict[str, object]:
    """What is needed to sort it, as JSON."""
    facts: dict[str, object] = {
        "addressed_to": list(mail.addressed_to[:20]),
        "references": list(mail.references[:20]),
    }
    if mail.is_cut:
        facts["is_cut"] = True
    if mail.is_away:
        facts["is_away"] = True
    if mail.bounce is not None:
        facts["failed"] = [list(one) for one in mail.bounce.failed]
        facts["mail_ids"] = list(mail.bounce.mail_ids)
    return facts


def stored(mail: ReadMail) -> tuple[KeptFile, ...]:
    """The files laid aside in the storage; what is too large is only named."""
    left, kept = LARGEST_FILES, []
    for number, file in enumerate(mail.files, start=1):
        fits = len(file.content) <= min(left, LARGEST_FILE)
        left -= len(file.content) if fits else 0
        path = store(mail.key, number, file) if fits else ""
        kept.append(KeptFile(file.name, file.type, len(file.content), path))
    return tuple(kept)


def store(key: str, number: int, file: ReadFile) -> str:
    """The name comes from outside: where it lies says nothing of it but its ending."""
    ending = PurePosixPath(file.name).suffix.lower()
    safe = ending if re.fullmatch(r"\.[a-z0-9]{1,5}", ending) else ""
    return str(default_storage.save(f"received/{key[:2]}/{key}-{number}{safe}", ContentFile(file.content)))
