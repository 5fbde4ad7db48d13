"""Jobs of the queue "mail"."""

from stocke.core.domain import collecting, sending


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
