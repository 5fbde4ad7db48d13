"""What others write to us: written down once, put to the thing that it is about, and settled by a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain.history import Fact, record_all
from stocke.core.events import publish
from stocke.core.mail_events import MessageReceived
from stocke.core.models import (
    IncomingFile,
    IncomingKind,
    IncomingMessage,
    IncomingStatus,
    MatchedBy,
    Message,
    Via,
)

LONGEST_TEXT = 20_000
UNSETTLED = (IncomingStatus.NEW, IncomingStatus.OPEN)


class AlreadySettled(Exception):
    """Somebody was faster: the message is settled or noted. Nothing was changed."""

    def __init__(self, incoming: IncomingMessage) -> None:
        super().__init__(f"incoming {incoming.pk} is {incoming.status}")
        self.incoming = incoming


@dataclass(frozen=True)
class KeptFile:
    """A file that came along. `path` is where its bytes lie in the storage; empty: they were too many."""

    name: str
    type: str
    size: int
    path: str


@dataclass(frozen=True)
class Arrival:
    """Something that was written to us, as it is to be kept."""

    key: str
    sender: str
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    quoted: str = ""
    kind: IncomingKind = IncomingKind.LETTER
    mail_id: str = ""
    written_at: datetime | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    files: Sequence[KeptFile] = ()


def note(incoming: IncomingMessage, kind: str, *, by: Actor, why: str = "", **data: object) -> None:
    """Put one fact on the record of the message and of the thing that it is about. Its words stay in the message."""
    told = {"incoming": incoming.pk, **data}
    threads = dict.fromkeys([f"incomingmessage:{incoming.pk}", incoming.thread])
    record_all([Fact(thread, kind, why=why, data=told) for thread in threads if thread], by=by)


@transaction.atomic
def take_in(
    arrival: Arrival,
    *,
    by: Actor,
    via: Via = Via.MAIL,
    thread: str = "",
    matched_by: MatchedBy = MatchedBy.NOTHING,
    answers: Message | None = None,
    status: IncomingStatus = IncomingStatus.NEW,
) -> tuple[IncomingMessage, bool]:
    """Write it down, once per key; and whether it is new. What nobody has sorted yet is published."""
    incoming, is_new = IncomingMessage.objects.get_or_create(
        key=arrival.key,
        defaults={
            "via": via,
            "kind": arrival.kind,
            "status": status,
            "thread": thread,
            "matched_by": matched_by,
            "answers": answers,
            "mail_id": arrival.mail_id[:250],
            "sender": arrival.sender[:254],
            "sender_name": arrival.sender_name[:160],
            "subject": arrival.subject[:250],
            "text": arrival.text[:LONGEST_TEXT],
            "quoted": arrival.quoted[:LONGEST_TEXT],
            "facts": dict(arrival.facts),
            "written_at": arrival.written_at,
        },
    )
    if not is_new:
        return incoming, False
    IncomingFile.objects.bulk_create(
        IncomingFile(message=incoming, name=one.name, type=one.type, size=one.size, path=one.path)
        for one in arrival.files
    )
    note(incoming, "incoming.received", by=by)
    if status == IncomingStatus.NEW:
        publish(MessageReceived(incoming.pk))
    return incoming, True


def lock_incoming(incoming_id: int) -> IncomingMessage:
    """The message, held until the transaction ends."""
    return IncomingMessage.objects.select_for_update().get(pk=incoming_id)


@transaction.atomic
def put_to(
    incoming_id: int, thread: str, *, matched_by: MatchedBy, by: Actor, answers: Message | None = None
) -> IncomingMessage:
    """Say what a message is about; a person who knows better may say so again. It waits for a person then.

    Raises AlreadySettled for one that is settled or noted.
    """
    incoming = lock_incoming(incoming_id)
    if incoming.status not in UNSETTLED:
        raise AlreadySettled(incoming)
    if (incoming.thread, incoming.status) == (thread, IncomingStatus.OPEN):
        return incoming
    incoming.thread, incoming.status, incoming.matched_by = thread, IncomingStatus.OPEN, matched_by
    incoming.answers = answers or incoming.answers
    incoming.save(update_fields=["thread", "status", "matched_by", "answers"])
    note(incoming, "incoming.put", by=by, matched_by=matched_by)
    return incoming


@transaction.atomic
def leave_unmatched(incoming_id: int, *, by: Actor) -> IncomingMessage:
    """Nobody knows what it is about: a person has to say. Does nothing for one that was sorted meanwhile."""
    incoming = lock_incoming(incoming_id)
    if incoming.status == IncomingStatus.NEW:
        incoming.status = IncomingStatus.OPEN
        incoming.save(update_fields=["status"])
        note(incoming, "incoming.unmatched", by=by)
    return incoming


@transaction.atomic
def settle(
    incoming_id: int,
    *,
    by: Actor,
    status: IncomingStatus = IncomingStatus.DONE,
    why: str = "",
    **facts: object,
) -> IncomingMessage:
    """It needs nobody any more. `facts` are added to what was found in it. Raises AlreadySettled."""
    incoming = lock_incoming(incoming_id)
    if incoming.status not in UNSETTLED:
        raise AlreadySettled(incoming)
    incoming.status, incoming.settled_at = status, timezone.now()
    incoming.facts = {**incoming.facts, **facts}
    incoming.save(update_fields=["status", "settled_at", "facts"])
    note(incoming, f"incoming.{status}", by=by, why=why)
    return incoming


@transaction.atomic
def reopen(incoming_id: int, *, by: Actor) -> IncomingMessage:
    """It needs a person after all."""
    incoming = lock_incoming(incoming_id)
    if incoming.status not in UNSETTLED:
        incoming.status, incoming.settled_at = IncomingStatus.OPEN, None
        incoming.save(update_fields=["status", "settled_at"])
        note(incoming, "incoming.reopened", by=by)
    return incoming


def add_facts(incoming: IncomingMessage, **facts: object) -> None:
    """Keep what was found in a message; the caller holds it."""
    incoming.facts = {**incoming.facts, **facts}
    incoming.save(update_fields=["facts"])
