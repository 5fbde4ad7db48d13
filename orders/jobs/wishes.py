"""What wishes need from suppliers and orders, joined here because only orders know both."""

from customers.domain import restocks
from orders.domain.bought_wishes import note_bought as note_all_bought
from stocke.core.actors import Actor
from suppliers.queries.sayings import SAYINGS

LOOKER = Actor.job("wishes")


def look_for_restocks() -> None:
    """See which wished products are back, and which are gone again."""
    restocks.look(SAYINGS, by=LOOKER)


def after_run(run_id: int) -> None:
    """A file has been read: it may say for the second time that something is back."""
    look_for_restocks()


def note_bought() -> None:
    """See which of those who were told have bought."""
    note_all_bought()
