"""What the outbox tells: a message may leave now."""

from dataclasses import dataclass

from stocke.core.events import Event


@dataclass(frozen=True)
class MessageApproved(Event):
    message_id: int
