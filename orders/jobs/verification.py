"""Verifying what was received. The event makes it fast; the order's status makes it sure."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from orders.domain.verification import verify_order, verify_orders
from orders.queries.desk import doubtful_orders_of, doubtful_orders_of_run, received_orders
from stocke.core.actors import Actor

logger = logging.getLogger(__name__)
BY = Actor.job("verification")
BATCH = 50
LATE = timedelta(seconds=30)


def verify_received(order_id: int) -> int:
    """Verify this order, and with it the others that wait: a burst of orders is a few transactions."""
    waiting = received_orders(limit=BATCH)
    return verify_batch(list(dict.fromkeys([order_id, *waiting])))


def sweep_received() -> int:
    """Verify orders that nobody has verified for half a minute, whatever event was lost."""
    return verify_batch(received_orders(limit=10 * BATCH, before=timezone.now() - LATE))


def verify_after_run(run_id: int) -> int:
    """A new figure may settle the doubts of orders on the desk: look at those that hang on its supplier again."""
    return verify_batch(doubtful_orders_of_run(run_id, limit=10 * BATCH))


def verify_after_statement(supplier_id: int) -> int:
    """The same for what a supplier said on his page."""
    return verify_batch(doubtful_orders_of(supplier_id, limit=10 * BATCH))


def verify_batch(order_ids: Sequence[int]) -> int:
    """In transactions of a bounded size. An order that cannot be verified steps aside and holds up nobody."""
    done = 0
    for start in range(0, len(order_ids), BATCH):
        chunk = order_ids[start : start + BATCH]
        try:
            done += verify_orders(chunk, by=BY)
        except Exception:
            logger.exception("A batch could not be verified; each of its orders is tried alone")
            done += sum(verify_alone(order_id) for order_id in chunk)
    return done


def verify_alone(order_id: int) -> bool:
    try:
        verify_order(order_id, by=BY)
    except Exception:
        logger.exception("Order %s could not be verified and is tried again by the sweep", order_id)
        return False
    return True
