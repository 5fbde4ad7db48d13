"""Learning from suppliers' answers, by set."""

from orders.queries.feed_habits import moves
from orders.queries.served import outcomes
from suppliers.domain.feed_habits import write_habits
from suppliers.domain.served import write_rates


def learn_served() -> int:
    """Reckon anew how probable it is that each supplier serves what he states; how many cells are known."""
    return write_rates(outcomes())


def learn_habits() -> int:
    """Reckon anew whether suppliers' figures contain our orders; of how many anything is known."""
    return write_habits(moves())
