"""Whether a supplier's figures contain our orders as soon as he has accepted them: learned from how they move. Pure.

After he accepted n units, his next complete file either states at least n fewer of that article, or the same as before.
Sales to others and restocks blur single cases in both directions; with a Beta(1, 1) prior, the mean of the posterior
of "fell" is (fell + 1) / (fell + stayed + 2). Before LEAST cases nothing is said, and his figures are taken to contain
our orders (rule 4), because that is what most files do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.db import transaction
from django.utils import timezone

from stocke.core.actors import Actor
from stocke.core.domain.history import record
from suppliers.models import FeedHabit, Supplier

LEAST = 8


@dataclass(frozen=True, slots=True)
class Moves:
    """How often a supplier's exact figure fell by what he had accepted, and how often it stayed."""

    supplier_id: int
    fell: int
    stayed: int


def share_contained(fell: int, stayed: int) -> Fraction | None:
    """How probable it is that his next file contains an order; None where too little is known. Pure."""
    return Fraction(fell + 1, fell + stayed + 2) if fell + stayed >= LEAST else None


def contains(fell: int, stayed: int) -> bool:
    """Whether his figures are taken to contain our orders. Pure."""
    share = share_contained(fell, stayed)
    return share is None or share >= Fraction(1, 2)


@transaction.atomic
def write_habits(moves: Iterable[Moves]) -> int:
    """Put what these cases teach in the place of what was known; what a person decided stays. How many suppliers."""
    now = timezone.now()
    habits = [
        FeedHabit(
            supplier_id=one.supplier_id,
            fell=one.fell,
            stayed=one.stayed,
            contains=contains(one.fell, one.stayed),
            computed_at=now,
        )
        for one in moves
    ]
    FeedHabit.objects.bulk_create(
        habits,
        update_conflicts=True,
        unique_fields=["supplier"],
        update_fields=["fell", "stayed", "contains", "computed_at"],
    )
    return len(habits)


@transaction.atomic
def decide_habit(supplier: Supplier, decided: str, *, by: Actor) -> bool:
    """A person says whether his figures contain our orders; empty: what is learned holds. False when that is so."""
    FeedHabit.objects.get_or_create(supplier=supplier)
    habit = FeedHabit.objects.select_for_update().get(supplier=supplier)
    if habit.decided == decided:
        return False
    before, habit.decided = habit.decided, decided
    habit.save(update_fields=["decided"])
    record(supplier, "feed_habit.decided", by=by, before={"decided": before}, after={"decided": decided})
    return True
