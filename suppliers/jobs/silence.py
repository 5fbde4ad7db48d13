"""Feeds that fell silent. Running twice, or at once with itself, is harmless."""

from stocke.core.actors import Actor
from suppliers.domain.silence import turn_silent_feeds


def sweep_silent_feeds() -> None:
    """Turn to unknown what is older than its feed's own rhythm."""
    turn_silent_feeds(by=Actor.job("clock"))
