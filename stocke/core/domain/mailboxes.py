"""The mailbox where answers arrive: how it is entered, and how far it was read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain.credentials import keep_secrets, reveal
from stocke.core.domain.history import record
from stocke.core.models import Mailbox
from stocke.core.outbound import FetchLimits, OutboundError, TimeLimit
from stocke.core.outbound.imap import MOST_TALK, MailboxPlace, opened_mailbox

THREAD = "mailbox:1"
SECONDS = 60
# A worker that reads for longer than this is dead; a server that is in trouble is left alone for so long.
LONGEST_READING, PAUSE = timedelta(minutes=5), timedelta(minutes=5)
OPEN_FIELDS = ("active", "address", "host", "port", "security", "user", "folder")


def current() -> Mailbox | None:
    return Mailbox.objects.select_related("credential").filter(pk=1).first()


def place_of(mailbox: Mailbox) -> MailboxPlace:
    """How to enter. Raises NotOpened when no key of ours opens the sealed password any more."""
    return MailboxPlace(
        mailbox.host,
        mailbox.user,
        reveal(mailbox.credential).get("password", ""),
        mailbox.security,
        mailbox.port or 0,
        mailbox.folder,
    )


def limits() -> FetchLimits:
    return FetchLimits(MOST_TALK, seconds=SECONDS, idle_seconds=20)


@transaction.atomic
def connect(values: Mapping[str, Any], *, password: str, by: Actor) -> Mailbox:
    """Keep how the mailbox is entered; an empty password keeps the sealed one, unless the server is another one now.

    Another mailbox is read from its beginning.
    """
    mailbox = Mailbox.objects.select_for_update().filter(pk=1).first() or Mailbox()
    before = {name: getattr(mailbox, name) for name in OPEN_FIELDS}
    is_other = any(before[name] != values[name] for name in ("host", "user", "folder"))
    for name in OPEN_FIELDS:
        setattr(mailbox, name, values[name])
    if is_other:
        mailbox.validity = mailbox.uid = 0
    kept = ("password",) if not password and before["host"] == values["host"] else ()
    mailbox.credential = keep_secrets(
        mailbox.credential, {"password": password} if password else {}, kept=kept
    )
    mailbox.failing_since, mailbox.tried_at, mailbox.error = None, None, ""
    mailbox.save()
    after = {name: getattr(mailbox, name) for name in OPEN_FIELDS}
    record(THREAD, "mailbox.connected", by=by, before=before, after=after)
    return mailbox


@dataclass(frozen=True)
class Probe:
    """What one look into the mailbox found: how many mails, or why there was no look."""

    mails: int = 0
    error: str = ""
    host: str = ""


def probe(place: MailboxPlace) -> Probe:
    """Enter, count and leave. Touches no row."""
    try:
        with (
            TimeLimit(FetchLimits(MOST_TALK, seconds=20, idle_seconds=10)) as limit,
            opened_mailbox(place, limit) as box,
        ):
            return Probe(len(box.uids("ALL", charset=None)))
    except OutboundError as error:
        return Probe(error=error.code, host=place.host)


def claim() -> Mailbox | None:
    """Take the mailbox for this worker; None while another reads it, and while its server is left alone."""
    now = timezone.now()
    free = Q(claimed_at=None) | Q(claimed_at__lte=now - LONGEST_READING)
    rested = Q(failing_since=None) | Q(tried_at=None) | Q(tried_at__lte=now - PAUSE)
    mine = Mailbox.objects.filter(free, rested, pk=1, active=True)
    return current() if mine.update(claimed_at=now, tried_at=now) else None


def advance(mailbox: Mailbox, *, validity: int, uid: int) -> None:
    """Everything up to this mail is a row of ours."""
    Mailbox.objects.filter(pk=mailbox.pk, claimed_at=mailbox.claimed_at).update(validity=validity, uid=uid)


def release(mailbox: Mailbox, *, error: str = "") -> None:
    """End the claim, with what went wrong if something did."""
    now = timezone.now()
    ours = Mailbox.objects.filter(pk=mailbox.pk, claimed_at=mailbox.claimed_at)
    if error:
        ours.filter(failing_since=None).update(failing_since=now)
        ours.update(claimed_at=None, error=error)
    else:
        ours.update(claimed_at=None, error="", failing_since=None, read_at=F("tried_at"))
