"""Jobs around what others write to us."""

from orders.domain.sorting import sort_message
from stocke.core.actors import Actor
from stocke.core.incoming_queries import unsorted

SORTER = Actor.job("mailbox")


def sort_incoming(incoming_id: int) -> None:
    """Put a message where it belongs. Harmless twice."""
    sort_message(incoming_id, by=SORTER)


def sweep_unsorted() -> None:
    """What no job has sorted because the queue was lost."""
    for pk in unsorted():
        sort_message(pk, by=SORTER)
