"""Whatever is said and undone in whatever order, what is known equals the fold over what remains."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.suppliers.ledger_house import PRODUCTS, House, rolled_back
from tests.suppliers.ledger_world import Known, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
SKUS = ["A", "B", "C"]

# The last one rises much, which is withheld where it is applied safely.
quantities = st.sampled_from([1, 2, 2, 3, None, 900])
prices = st.sampled_from([None, 100, 200])
names = st.sampled_from(["", "Old", "New"])
rows_said = st.dictionaries(
    st.sampled_from(SKUS), st.tuples(quantities, prices, names), min_size=1, max_size=3
)
feeds = st.sampled_from(["north", "south", "west", "west"])
files = st.tuples(st.sampled_from(["file", "file", "safe_file", "safe_push"]), feeds, rows_said)
people = st.tuples(st.just("person"), st.sampled_from(SKUS), quantities)
undos = st.tuples(st.just("undo"), st.integers(0, 5), st.none())
acts = st.lists(files | files | people | undos, min_size=3, max_size=9)


@settings(max_examples=14, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts)
def test_what_is_known_is_the_fold_over_what_remains(said: list[tuple[str, Any, Any]]) -> None:
    with rolled_back():
        house = House()
        for kind, subject, what in said:
            getattr(house, kind)(subject, what)
            expected, known = house.ledger.world(PRODUCTS), house.known()

            # An offer never goes away: without the import that brought it, it is unknown and nobody's.
            brought = dict.fromkeys(known.keys() - expected.keys(), Known())
            assert vouched(known) == vouched(expected | brought)


def vouched(world: World) -> World:
    """Nobody can vouch for what is unknown, so it does not matter who did."""
    return {sku: replace(known, by=None) if known.quantity is None else known for sku, known in world.items()}
