"""Whether a supplier's figures contain our orders: learned from enough cases, or decided by a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stocke.core.actors import Actor
from suppliers.domain.feed_habits import LEAST, Moves, contains, decide_habit, share_contained, write_habits
from suppliers.models import FeedHabit
from tests.factories.suppliers import SupplierFactory

cases = st.integers(0, 200)


@given(cases, cases)
def test_one_more_fall_makes_it_likelier_and_one_more_stay_unlikelier(fell: int, stayed: int) -> None:
    known = share_contained(fell, stayed)

    if known is None:
        assert fell + stayed < LEAST
        return
    assert 0 < known < 1
    assert (share_contained(fell + 1, stayed) or 0) > known > (share_contained(fell, stayed + 1) or 1)


@given(st.integers(0, LEAST - 1))
def test_too_few_cases_leave_it_at_what_most_files_do(fell: int) -> None:
    assert contains(fell, LEAST - 1 - fell)


@pytest.mark.django_db
def test_what_is_learned_leaves_what_a_person_decided() -> None:
    supplier = SupplierFactory()
    assert decide_habit(supplier, "yes", by=Actor.job("test"))
    assert not decide_habit(supplier, "yes", by=Actor.job("test"))

    write_habits([Moves(supplier.pk, 1, 20)])

    habit = FeedHabit.objects.get()
    assert (habit.fell, habit.stayed, habit.contains, habit.decided) == (1, 20, False, "yes")
