"""Claim, send, mark. A message whose end is not known becomes unsure and is never sent again by itself."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import mailers
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from stocke.core.actors import Actor
from stocke.core.domain import mailboxes
from stocke.core.domain.delivery import Delivery, Ending, close_quietly, deliver
from stocke.core.domain.last_looks import why_not_after_all
from stocke.core.domain.outbox import note
from stocke.core.models import Message, MessageStatus, Shop

POSTMAN = Actor.job("mail")
# Seconds until the next attempt after the first, second, … failure for now; after the last the message has failed.
PAUSES = (60, 300, 900, 3600, 4 * 3600, 8 * 3600, 12 * 3600)
# Longer than any conversation with a mail server may take: each of its steps times out after 20 seconds.
LONGEST_SENDING = timedelta(minutes=5)

CLAIM = """
UPDATE core_message SET status = 'sending', claimed_at = clock_timestamp(), attempts = attempts + 1, error = '',
    mail_id = CASE WHEN mail_id <> '' THEN mail_id ELSE
        format('<%%s.%%s@%%s>', left(md5(%(secret)s::text || dedupe_key), 20), id, %(host)s::text) END
WHERE id = (
    SELECT id FROM core_message
    WHERE status = 'approved' AND (not_before IS NULL OR not_before <= clock_timestamp())
        AND (%(only)s::bigint IS NULL OR id = %(only)s::bigint)
    ORDER BY not_before, id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id
"""


def claim(only: int | None = None) -> Message | None:
    """Take the message that has waited longest (or `only` this one) for this worker; nobody else gets it.

    One at a time: a killed worker leaves one message unsure, not a batch. The Message-ID is given here, once,
    so that a receiving server can recognise the same message; nobody who has not got the mail can guess it.
    """
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    # A key of its own: the database's log may keep what statements are given.
    secret = salted_hmac("stocke.message-id", "", algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"only": only, "host": host, "secret": secret})
        row = cursor.fetchone()
    return Message.objects.get(pk=row[0]) if row else None


def settle(message: Message, delivery: Delivery) -> None:
    """Write down how the attempt ended, if the claim is still ours or was swept to unsure meanwhile."""
    match delivery.ending:
        case Ending.SENT:
            mark(message, MessageStatus.SENT, "", sent_at=timezone.now())
        case Ending.BOUNCED:
            mark(message, MessageStatus.BOUNCED, delivery.reason)
        case Ending.FAILED:
            mark(message, MessageStatus.FAILED, delivery.reason)
        case Ending.UNSURE:
            mark(message, MessageStatus.UNSURE, delivery.reason)
        case Ending.LATER:
            try_later(message, delivery.reason)


def try_later(message: Message, reason: str) -> None:
    """Give the message back with a pause that grows; after the last pause it has failed."""
    if message.attempts > len(PAUSES):
        mark(message, MessageStatus.FAILED, reason)
        return
    pause = timedelta(seconds=PAUSES[message.attempts - 1])
    mark(message, MessageStatus.APPROVED, reason, not_before=timezone.now() + pause)


@transaction.atomic
def mark(message: Message, status: MessageStatus, reason: str, **changes: object) -> None:
    """End the claim. Does nothing when a person has decided in the meantime."""
    open_ = [MessageStatus.SENDING, MessageStatus.UNSURE]
    ours = Message.objects.filter(pk=message.pk, claimed_at=message.claimed_at, status__in=open_)
    if ours.update(status=status, error=reason, **changes):
        message.status = status
        kind = "message.postponed" if status == MessageStatus.APPROVED else f"message.{status}"
        note(message, kind, by=POSTMAN, before=MessageStatus.SENDING, why=reason)


def send_waiting(*, limit: int = 200, only: int | None = None) -> int:
    """Send what is due, at most `limit`, over one connection; how many were attempted.

    What is no longer true at this moment is taken back instead (`last_looks`).

    Stops when the mail server cannot be reached: the other messages keep their attempts.
    """
    mailer, shop, mailbox = mailers.default, Shop.current(), mailboxes.current()
    attempted = 0
    try:
        while attempted < limit and (message := claim(only)):
            attempted += 1
            if reason := why_not_after_all(message):
                mark(message, MessageStatus.CANCELLED, reason)
                continue
            delivery = deliver(message, mailer, shop, mailbox)
            settle(message, delivery)
            if delivery.server_down:
                break
    finally:
        close_quietly(mailer)
    return attempted


@transaction.atomic
def sweep(*, older_than: timedelta = LONGEST_SENDING) -> int:
    """Messages whose worker died between claim and mark become unsure; how many."""
    lost = Message.objects.select_for_update(skip_locked=True).filter(
        status=MessageStatus.SENDING, claimed_at__lte=timezone.now() - older_than
    )
    messages = list(lost[:500])
    for message in messages:
        mark(message, MessageStatus.UNSURE, "")
    return len(messages)
