"""Handing purchase orders over to suppliers' servers, and ending what a cut-off has collected."""

from orders.domain import handing_over

MOST = 200


def close_due() -> int:
    """Hand over what suppliers' cut-offs have collected; how many. One that fails is tried again at the next tick."""
    closed = 0
    while closed < MOST and handing_over.close_one():
        closed += 1
    return closed


def send_due() -> int:
    """Hand over what is due. Harmless when nothing is."""
    return handing_over.send_waiting()


def send_transmission(transmission_id: int) -> int:
    """Hand this one over if it is due and nobody has it."""
    return handing_over.send_waiting(limit=1, only=transmission_id)


def sweep_sending() -> int:
    """Show to a person what a dead worker left behind."""
    return handing_over.sweep()
