"""Notes of staff on an order: part of its record, never changed."""

from orders.models import Order
from stocke.core.actors import Actor
from stocke.core.domain.history import record


def add_note(order: Order, *, text: str, by: Actor) -> None:
    """Put a note on the order's timeline."""
    record(order, "order.noted", by=by, why=text.strip())
