"""What the post tells: a message may leave now, or one has come in."""

from dataclasses import dataclass

from stocke.core.events import Event


@dataclass(frozen=True)
class MessageApproved(Event):
    message_id: int


@dataclass(frozen=True)
class MessageReceived(Event):
    """Somebody wrote to us, and it is not known yet what it is about."""

    incoming_id: int
