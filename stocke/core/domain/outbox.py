"""The outbox: a mail is composed once per key, waits for approval, and can be taken back until it is being sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain import letters
from stocke.core.domain.history import Fact, record_all
from stocke.core.domain.letter_facts import MissingFact, fill_known
from stocke.core.events import publish
from stocke.core.mail_events import MessageApproved
from stocke.core.models import Message, MessageStatus
from stocke.core.models.history import ActorKind
from stocke.core.models.message import HELD


class NotPossible(Exception):
    """The message is no longer in a state that allows this. `message` shows the state it is in."""

    def __init__(self, message: Message) -> None:
        super().__init__(f"message {message.pk} is {message.status}")
        self.message = message


def note(message: Message, kind: str, *, by: Actor, before: str = "", why: str = "", **data: object) -> None:
    """Put one fact on the record of the message and of the thing that it is about.

    Name, address and words stay in the message: the record can never be erased, a person's data must be.
    """
    told = {"message": message.pk, "mail": message.kind}
    states = {"before": {"status": before} if before else {}, "after": {"status": message.status}}
    record_all(
        [
            Fact(subject, kind, why=why, data={**told, **data}, **states)
            for subject in (message, message.thread)
        ],
        by=by,
    )


@transaction.atomic
def compose(
    kind: str,
    *,
    key: str,
    thread: str,
    recipient: str,
    recipient_name: str,
    language: str,
    facts: Mapping[str, str],
    by: Actor,
    send: bool,
    attachments: Sequence[Mapping[str, str]] = (),
    subject: str | None = None,
    text: str | None = None,
    delay_seconds: int | None = None,
    in_reply_to: str = "",
) -> Message:
    """The one message of `key`: written now, or the one that somebody was faster to write, unchanged.

    With `send`, it leaves after the undo window (see `approve`). When a fact is missing it stays a draft whose
    `error` names the facts (see `held_for`). `attachments` are {"name", "type"} with
    "path" in the default storage, or "made_by": a function that makes the bytes of this item when the mail leaves.
    `in_reply_to` is the Message-ID that it answers.
    """
    body, error = written(kind, language, facts, subject, text)
    message, is_new = Message.objects.get_or_create(
        dedupe_key=key,
        defaults={
            "kind": kind,
            "thread": thread,
            "recipient": recipient.strip(),
            "recipient_name": recipient_name[:160],
            "language": language,
            "subject": body.subject[:250],
            "text": body.text,
            "html": body.html,
            "attachments": [dict(item) for item in attachments],
            "facts": dict(facts),
            "error": error,
            "in_reply_to": in_reply_to,
            "created_by_id": by.user_id,
        },
    )
    if is_new:
        if error:
            note(message, "message.held", by=by, missing=held_for(message))
        else:
            note(message, "message.composed", by=by)
        if send and not error:
            approve(message, by=by, delay_seconds=delay_seconds)
    return message


def written(
    kind: str, language: str, facts: Mapping[str, str], subject: str | None, text: str | None
) -> tuple[letters.Letter, str]:
    """The letter and no error; or its words with the names still in them, and which facts are missing."""
    try:
        return letters.render(kind, language, facts, subject=subject, body=text), ""
    except MissingFact as missing:
        words = letters.chosen_words(kind, language, subject, text)
        subject = fill_known(words.subject, facts)
        return letters.Letter(subject, words.body, ""), HELD + ",".join(missing.names)


def held_for(message: Message) -> list[str]:
    """The facts for want of which a draft is held; empty for every other message."""
    if message.status != MessageStatus.DRAFT or not message.error.startswith(HELD):
        return []
    return message.error.removeprefix(HELD).split(",")


def undo_window(by: Actor, delay_seconds: int | None) -> timedelta:
    """A person may change his mind for a while; a job has no second thoughts."""
    if delay_seconds is None:
        delay_seconds = settings.UNDO_SECONDS if by.kind == ActorKind.PERSON else 0
    return timedelta(seconds=delay_seconds)


def move(
    message: Message,
    *,
    to: MessageStatus,
    from_: Sequence[MessageStatus],
    by: Actor,
    kind: str,
    why: str = "",
    **changes: object,
) -> None:
    """Change the state if it is still one of `from_`, and record it. Raises NotPossible and changes nothing."""
    before = message.status
    changed = Message.objects.filter(pk=message.pk, status__in=from_).update(status=to, **changes)
    message.refresh_from_db()
    if not changed:
        raise NotPossible(message)
    note(message, kind, by=by, before=before, why=why)


@transaction.atomic
def approve(message: Message, *, by: Actor, delay_seconds: int | None = None) -> Message:
    """Let it go: it leaves once `delay_seconds` (for a person: settings.UNDO_SECONDS) have passed.

    Raises NotPossible unless it is a complete draft.
    """
    if held_for(message):
        raise NotPossible(message)
    wait = undo_window(by, delay_seconds)
    not_before = timezone.now() + wait
    move(
        message,
        to=MessageStatus.APPROVED,
        from_=[MessageStatus.DRAFT],
        by=by,
        kind="message.approved",
        not_before=not_before,
        error="",
    )
    if not wait:
        publish(MessageApproved(message.pk))
    return message


@transaction.atomic
def send_now(message: Message, *, by: Actor) -> Message:
    """End the undo window of an approved message, or the pause before its next attempt. Raises NotPossible."""
    move(
        message,
        to=MessageStatus.APPROVED,
        from_=[MessageStatus.APPROVED],
        by=by,
        kind="message.hurried",
        not_before=timezone.now(),
    )
    publish(MessageApproved(message.pk))
    return message


@transaction.atomic
def cancel(message: Message, *, by: Actor) -> Message:
    """Take back a draft or an approved message, or give up one that came back. Raises NotPossible otherwise."""
    not_out = [MessageStatus.DRAFT, MessageStatus.APPROVED, MessageStatus.BOUNCED, MessageStatus.FAILED]
    move(message, to=MessageStatus.CANCELLED, from_=not_out, by=by, kind="message.cancelled")
    return message


@transaction.atomic
def reopen(message: Message, *, by: Actor) -> Message:
    """Undo an approval or a cancellation: a draft again. Raises NotPossible when its sending has begun."""
    move(
        message,
        to=MessageStatus.DRAFT,
        from_=[MessageStatus.APPROVED, MessageStatus.CANCELLED],
        by=by,
        kind="message.reopened",
        not_before=None,
    )
    return message


@transaction.atomic
def resolve_unsure(message: Message, *, was_sent: bool, by: Actor) -> Message:
    """A person has found out: it arrived, or it did not and is sent again. Raises NotPossible unless unsure."""
    unsure = [MessageStatus.UNSURE]
    if was_sent:
        arrived_at = F("claimed_at")
        move(message, to=MessageStatus.SENT, from_=unsure, by=by, kind="message.arrived", sent_at=arrived_at)
        return message
    move(
        message,
        to=MessageStatus.APPROVED,
        from_=unsure,
        by=by,
        kind="message.resent",
        not_before=timezone.now(),
        attempts=0,
        error="",
    )
    publish(MessageApproved(message.pk))
    return message


@transaction.atomic
def retry(message: Message, *, by: Actor, recipient: str = "") -> Message:
    """Try a failed or bounced message once more, to a corrected address if one is given. Raises NotPossible."""
    ended = [MessageStatus.FAILED, MessageStatus.BOUNCED]
    address = {"recipient": recipient} if recipient else {}
    move(
        message,
        to=MessageStatus.APPROVED,
        from_=ended,
        by=by,
        kind="message.retried",
        not_before=timezone.now(),
        attempts=0,
        error="",
        **address,
    )
    publish(MessageApproved(message.pk))
    return message


@transaction.atomic
def came_back(message: Message, *, reason: str, by: Actor) -> Message:
    """The mail was taken by his server and returned later. Raises NotPossible unless it is sent or unsure."""
    move(
        message,
        to=MessageStatus.BOUNCED,
        from_=[MessageStatus.SENT, MessageStatus.UNSURE],
        by=by,
        kind="message.bounced",
        why=reason,
        error=reason,
    )
    return message


@transaction.atomic
def complete(message: Message, *, facts: Mapping[str, str], by: Actor) -> Message:
    """Add facts that a held draft lacked and write it anew; it stays a draft. Raises NotPossible otherwise."""
    held = Message.objects.select_for_update().get(pk=message.pk)
    if not held_for(held):
        raise NotPossible(held)
    known = {**held.facts, **facts}
    letter, error = written(held.kind, held.language, known, held.subject, held.text)
    Message.objects.filter(pk=held.pk).update(
        subject=letter.subject[:250], text=letter.text, html=letter.html, facts=known, error=error
    )
    message.refresh_from_db()
    note(message, "message.completed", by=by, added=sorted(facts))
    return message


def is_due(message: Message, now: datetime) -> bool:
    """Whether its sending may begin."""
    return message.status == MessageStatus.APPROVED and (message.not_before or now) <= now
