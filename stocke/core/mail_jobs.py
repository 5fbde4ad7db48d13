"""Jobs of the queue "mail"."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from stocke.core.domain import collecting, erasing, sending


def send_due() -> None:
    """Send what is due. Harmless when nothing is."""
    sending.send_waiting()


def send_message(message_id: int) -> None:
    """Send this message if it is due and nobody has it."""
    sending.send_waiting(limit=1, only=message_id)


def sweep_sending() -> None:
    """Show to a person what a dead worker left behind."""
    sending.sweep()


def collect_mails() -> None:
    """Read what is new in the mailbox where answers arrive. Harmless when there is none."""
    collecting.collect()


def forget_received() -> int:
    """Delete settled messages whose time of keeping is over, in batches; how many. Those that wait stay."""
    before, forgotten = timezone.now() - timedelta(days=settings.KEEP_RECEIVED_DAYS), 0
    while batch := erasing.forget_received(before):
        forgotten += batch
    return forgotten
