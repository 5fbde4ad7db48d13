"""Asking suppliers for what was confirmed."""

import logging

from orders.domain.chasing import chase
from orders.domain.purchasing import order_purchases
from orders.jobs.cases import each
from orders.queries.purchases import orders_unasked, purchases_to_chase
from stocke.core.actors import Actor

logger = logging.getLogger(__name__)
BY, CHASER = Actor.job("purchasing"), Actor.job("chasing")


def purchase(order_id: int) -> int:
    """Write the purchase orders of a confirmed order, and tell its customer; how many were written."""
    return len(order_purchases(order_id, by=BY))


def sweep_unasked() -> int:
    """The same for every order with a confirmed line that no supplier was asked for, whatever event was lost."""
    return sum(purchase_alone(order_id) for order_id in orders_unasked())


def purchase_alone(order_id: int) -> int:
    try:
        return purchase(order_id)
    except Exception:
        logger.exception("Order %s could not be purchased and is tried again by the sweep", order_id)
        return 0


def chase_suppliers() -> int:
    """Remind suppliers whose time is half or nearly over, and stop waiting for those whose time is over."""
    return each("purchase order", purchases_to_chase(), lambda purchase_id: chase(purchase_id, by=CHASER))
