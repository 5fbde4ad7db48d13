"""What is sure to be seen on the day, whatever chance says: of some articles, who is asked first says a given thing.

The others go by their temper.
"""

from collections.abc import Callable
from dataclasses import dataclass

from stocke.demo.day.customers import Good
from stocke.demo.day.suppliers import ACCEPTED, PART, REJECTED, Said, dearer

type SaidOf = Callable[[Good], Said | None]


@dataclass(frozen=True)
class Plot:
    """So many units of an article, ordered so many minutes after the day began, and what is `said` of it first; None
    where nothing is."""

    minutes: int
    said: SaidOf
    quantity: int = 1


PLOTS = (
    Plot(1, lambda _good: REJECTED),
    Plot(2, lambda _good: None),
    Plot(3, lambda _good: PART, quantity=3),
    Plot(4, lambda _good: ACCEPTED),
    Plot(5, lambda good: dearer(good[2])),
)
# In minutes after a mail: how soon one of these is answered, and how soon after his yes the parcel leaves.
ANSWERS_AFTER, PACKS_AFTER = (8, 25), (15, 30)
# Who says nothing: so many minutes later, so much of his time is over. Far enough apart to be reminded twice; he has
# it after all when somebody else was asked long ago, and is soon asked to cancel it.
SILENCE = ((5, 0.55), (45, 0.92), (85, 1.01))
TOO_LATE = 130
