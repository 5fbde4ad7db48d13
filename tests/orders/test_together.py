"""The sources of an order as a whole, on plain values, and against every assignment there is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.domain import together
from orders.domain.rules import Priority, Rules
from orders.domain.sourcing import Check, CheckName, Decision, Need, Part, Verdict
from orders.domain.together import Asked, Search, decide_together, one_by_one, price, rules_of_order
from orders.queries.sourcing_policies import Standing
from suppliers.queries.sources import SourceView

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SUPPLIERS = (1, 2, 3, 4)
USUAL = Rules()


def offer(line: int, supplier: int, **given: Any) -> SourceView:
    """One supplier's offer of the product of one line."""
    defaults: dict[str, Any] = {
        "rank": supplier, "supplier_sku": "S", "kind": "exact", "quantity": 10, "promisable": 10, "reserved": 0,
        "as_of": NOW - timedelta(hours=2), "lead_days": 2, "cost_cents": 2000, "currency": "EUR", "active": True,
    }  # fmt: skip
    return SourceView(10 * line + supplier, supplier, f"Supplier {supplier}", **{**defaults, **given})


def lines(*offers: Sequence[SourceView], rules: Rules = USUAL) -> list[Asked]:
    return [Asked(Need(2, 4000, "EUR", None), one, rules) for one in offers]


def suppliers(decisions: Sequence[Decision]) -> list[list[int]]:
    return [[part.offer_id % 10 for part in decision.choice] for decision in decisions]


LAMP_AND_CHAIR = ([offer(1, 1), offer(1, 3)], [offer(2, 2), offer(2, 3)])


def test_each_line_has_its_own_best_source_where_parcels_do_not_matter() -> None:
    assert suppliers(decide_together(lines(*LAMP_AND_CHAIR), NOW, {})) == [[1], [2]]


def test_one_parcel_is_preferred_to_a_better_place_in_the_list() -> None:
    decisions = decide_together(lines(*LAMP_AND_CHAIR, rules=Rules(fewest_parcels=True)), NOW, {})

    assert suppliers(decisions) == [[3], [3]]
    assert [one.is_joint for one in decisions] == [True, True]


def test_a_preferred_parcel_is_no_reason_for_a_doubt() -> None:
    old = NOW - timedelta(hours=40)
    chair = [offer(2, 2), offer(2, 3, as_of=old)]

    decisions = decide_together(lines(LAMP_AND_CHAIR[0], chair, rules=Rules(fewest_parcels=True)), NOW, {})

    assert suppliers(decisions) == [[1], [2]]
    assert {one.verdict for one in decisions} == {Verdict.SAFE}


def test_where_one_parcel_is_required_a_person_decides_on_two() -> None:
    apart = ([offer(1, 1)], [offer(2, 2)])

    decisions = decide_together(lines(*apart, rules=Rules(most_parcels=1)), NOW, {})

    assert suppliers(decisions) == [[1], [2]]
    assert [one.verdict for one in decisions] == [Verdict.DOUBTFUL, Verdict.DOUBTFUL]
    assert decisions[0].order_checks == (Check(CheckName.PARCELS, False, 2, 1),)


def test_a_parcel_that_leaves_anyway_counts() -> None:
    decisions = decide_together(lines(LAMP_AND_CHAIR[0], rules=Rules(most_parcels=1)), NOW, {}, already=[3])

    assert (suppliers(decisions), decisions[0].verdict) == ([[3]], Verdict.SAFE)


def test_the_charge_for_a_parcel_is_paid_once() -> None:
    dear = {1: Standing(parcel_cents=900), 2: Standing(parcel_cents=900), 3: Standing(parcel_cents=1000)}
    offers = (
        [offer(1, 1, cost_cents=2000), offer(1, 3, cost_cents=2100)],
        [offer(2, 2, cost_cents=2000), offer(2, 3, cost_cents=2100)],
    )

    together = decide_together(lines(*offers, rules=Rules(priorities=(Priority.COST,))), NOW, dear)
    free = decide_together(lines(*offers, rules=Rules(priorities=(Priority.COST,))), NOW, {})

    assert (suppliers(together), suppliers(free)) == ([[3], [3]], [[1], [2]])


def test_lines_of_one_product_share_its_units() -> None:
    same = [offer(1, 1, promisable=3, quantity=3), offer(1, 2)]

    decisions = decide_together(lines(same, same, rules=Rules(fewest_parcels=True)), NOW, {})

    assert [one.choice for one in decisions] == [(Part(12, 2),), (Part(12, 2),)]


def test_a_line_that_nobody_can_serve_does_not_hold_up_the_others() -> None:
    decisions = decide_together(lines([], *LAMP_AND_CHAIR, rules=Rules(most_parcels=1)), NOW, {})

    assert suppliers(decisions) == [[], [3], [3]]
    assert [one.verdict for one in decisions] == [Verdict.SHORT, Verdict.SAFE, Verdict.SAFE]


def test_the_strictest_word_on_parcels_holds_for_the_order() -> None:
    strict, wish = Rules(most_parcels=2), Rules(fewest_parcels=True)
    asked = [*lines([], rules=wish), *lines([], rules=strict), *lines([], rules=Rules(most_parcels=1))]

    assert rules_of_order(asked) == Rules(most_parcels=1)
    assert rules_of_order(asked[:1]) == wish


OFFERS = st.builds(
    lambda there, cost, lead, age: {"there": there, "cost_cents": cost, "lead_days": lead, "age": age},
    st.booleans(),
    st.sampled_from([None, 1900, 2000, 2500]),
    st.integers(1, 3),
    st.sampled_from([1, 40]),
)
TABLES = st.lists(st.lists(OFFERS, min_size=4, max_size=4), min_size=1, max_size=3)
STANDINGS = st.lists(
    st.builds(Standing, parcel_cents=st.sampled_from([0, 0, 300, 800]), is_own=st.booleans(),
              accepted=st.integers(0, 3), asked=st.integers(3, 4)),
    min_size=4, max_size=4,
)  # fmt: skip
WISHES = st.builds(
    Rules,
    priorities=st.permutations(list(Priority)).flatmap(
        lambda order: st.integers(0, 4).map(lambda n: tuple(order[:n]))
    ),
    fewest_parcels=st.booleans(),
    most_parcels=st.sampled_from([None, 1, 2]),
)


@settings(max_examples=120, deadline=None)
@given(TABLES, STANDINGS, WISHES, st.sets(st.sampled_from(SUPPLIERS), max_size=1))
def test_no_other_assignment_is_better(
    table: list[list[dict[str, Any]]], stand: list[Standing], rules: Rules, already: set[int]
) -> None:
    offers = offered(table)
    standings = dict(zip(SUPPLIERS, stand, strict=True))
    asked = lines(*offers, rules=rules)
    search = Search(asked, NOW, standings, rules, {}, frozenset(already))

    found = decide_together(asked, NOW, standings, already=already)

    if rules.counts_parcels or (Priority.COST in rules.priorities and any(one.parcel_cents for one in stand)):
        assert price(search, found) == min(price(search, plan) for plan in every_plan(found))


@pytest.mark.parametrize("most", [0, 30, 120])
@settings(max_examples=40, deadline=None)
@given(table=TABLES, stand=STANDINGS, rules=WISHES)
def test_where_not_every_set_can_be_tried_it_is_never_worse_than_each_line_for_itself(
    most: int, table: list[list[dict[str, Any]]], stand: list[Standing], rules: Rules
) -> None:
    offers = offered(table)
    standings, asked = dict(zip(SUPPLIERS, stand, strict=True)), lines(*offers, rules=rules)
    search = Search(asked, NOW, standings, rules, {}, frozenset())

    with patch.object(together, "PLACED", most):
        found = decide_together(asked, NOW, standings)

    assert price(search, found) <= price(search, one_by_one(search))


def test_the_work_is_bounded_however_many_suppliers_there_are() -> None:
    dear = {supplier: Standing(parcel_cents=500) for supplier in range(1, 41)}
    table = [
        [offer(10 * number, supplier, cost_cents=1500 + 37 * number * supplier % 900) for supplier in dear]
        for number in range(1, 21)
    ]
    asked = lines(*table, rules=Rules(priorities=(Priority.COST,), fewest_parcels=True, most_parcels=3))
    search = Search(asked, NOW, dear, asked[0].rules, {}, frozenset())

    with patch.object(together, "within", wraps=together.within) as tried, \
            patch.object(together, "PLACED", 1000):  # fmt: skip
        found = decide_together(asked, NOW, dear)

    assert tried.call_count < 1000 // 20 + 40 * 12
    assert price(search, found)[1:3] == (0, 0)


def offered(table: list[list[dict[str, Any]]]) -> list[list[SourceView]]:
    return [
        [
            offer(number, supplier, cost_cents=one["cost_cents"], lead_days=one["lead_days"],
                  as_of=NOW - timedelta(hours=one["age"]))
            for supplier, one in zip(SUPPLIERS, row, strict=True) if one["there"]
        ]
        for number, row in enumerate(table, start=1)
    ]  # fmt: skip


def every_plan(found: Sequence[Decision]) -> list[list[Decision]]:
    """Every way to give each line one of its sources, or none where it has none."""
    nothing: list[tuple[Part, ...]] = [()]
    ways = [[(Part(one.source.offer_id, 2),) for one in decision.candidates] or nothing for decision in found]
    return [
        [replace(decision, choice=choice) for decision, choice in zip(found, chosen, strict=True)]
        for chosen in product(*ways)
    ]
