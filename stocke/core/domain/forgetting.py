"""Letters whose reader has asked for nothing more: that they were sent stays on the record, he and his words do not."""

from collections.abc import Sequence

from stocke.core.models import Message, MessageStatus

OVER = [MessageStatus.SENT, MessageStatus.BOUNCED, MessageStatus.FAILED, MessageStatus.CANCELLED]


def forget_letters(threads: Sequence[str]) -> int:
    """Take address, name, words and facts out of all letters about these things that are over; how many."""
    letters = Message.objects.filter(thread__in=threads, status__in=OVER)
    return letters.update(recipient="", recipient_name="", text="", html="", facts={}, error="")
