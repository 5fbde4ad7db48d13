"""Words that go: of people who are to be forgotten at once, and of messages whose time of keeping is over.

That something was written, when and about what, stays on the record; who wrote, his words and his pictures do not.
"""

from collections.abc import Collection
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet

from stocke.core.models import IncomingFile, IncomingMessage, IncomingStatus, Message, MessageStatus

# Letters that may still leave keep their address until they have.
OVER = (MessageStatus.SENT, MessageStatus.BOUNCED, MessageStatus.FAILED, MessageStatus.CANCELLED)
SETTLED = (IncomingStatus.DONE, IncomingStatus.NOTED)


@transaction.atomic
def erase_letters(address: str, threads: Collection[str]) -> int:
    """Take the words out of every letter to this address or about these things that is over; how many.

    The address and the name go where they are his: a supplier stays the reader of his letters.
    """
    over = Message.objects.filter(status__in=OVER)
    to_him = over.filter(recipient=address)
    about = over.filter(Q(thread__in=threads) | Q(pk__in=to_him.values("pk")))
    erased = about.update(subject="", text="", html="", facts={}, attachments=[], error="")
    to_him.update(recipient="", recipient_name="")
    return erased


@transaction.atomic
def erase_received(address: str, threads: Collection[str]) -> int:
    """Take sender, words and files out of everything that he wrote or that was written about these things."""
    his = IncomingMessage.objects.filter(Q(sender=address) | Q(thread__in=threads))
    _drop_files(IncomingFile.objects.filter(message__in=his.values("pk")))
    return his.update(sender="", sender_name="", subject="", text="", quoted="", mail_id="", facts={})


@transaction.atomic
def forget_received(before: datetime, *, limit: int = 500) -> int:
    """Delete the oldest settled messages from before this moment, with their files; how many.

    What waits for a person is kept, however old it is.
    """
    old = IncomingMessage.objects.filter(status__in=SETTLED, received_at__lt=before)
    ids = list(old.order_by("received_at", "pk").values_list("pk", flat=True)[:limit])
    _drop_files(IncomingFile.objects.filter(message__in=ids))
    IncomingMessage.objects.filter(pk__in=ids).delete()
    return len(ids)


def _drop_files(files: QuerySet[IncomingFile]) -> None:
    paths = [path for path in files.values_list("path", flat=True) if path]
    files.delete()
    drop_files(paths)


def drop_files(paths: Collection[str]) -> None:
    """The bytes once the rows are certain to be gone: a file without a row is found by nobody."""
    transaction.on_commit(lambda: _delete(paths))


def _delete(paths: Collection[str]) -> None:
    for path in paths:
        default_storage.delete(path)
