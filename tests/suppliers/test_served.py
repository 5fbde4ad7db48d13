"""What is learned from answers: between the data and what is known above, and never from too little."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stocke.products.models import DirtyLevel
from suppliers.domain.served import (
    AT_ANY_AGE,
    CELLS,
    LEAST,
    NOTICED,
    STRENGTH,
    Count,
    Rate,
    learn,
    shrunk,
    steady,
    write_rates,
)
from suppliers.queries.served import age_band, stated_band
from tests.factories.suppliers import OfferFactory, SupplierFactory

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
FEW = ("few", "old")
answers = st.integers(0, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
means = st.fractions(0, 1)
tables = st.dictionaries(
    st.tuples(st.integers(1, 3), st.sampled_from(CELLS)), answers, min_size=1, max_size=12
)


def counts_of(table: dict[tuple[int, tuple[str, str]], tuple[int, int]]) -> list[Count]:
    return [Count(supplier, cell, *both) for (supplier, cell), both in table.items()]


@given(answers, means)
def test_the_estimate_lies_between_the_share_and_what_is_known_above(
    both: tuple[int, int], mean: Fraction
) -> None:
    served, answered = both
    share = Fraction(served, answered) if answered else mean

    assert min(share, mean) <= shrunk(served, answered, mean) <= max(share, mean)


@given(answers, means)
def test_one_more_served_raises_it_and_one_more_refused_lowers_it(
    both: tuple[int, int], mean: Fraction
) -> None:
    served, answered = both

    assert shrunk(served + 1, answered + 1, mean) >= shrunk(served, answered, mean)
    assert shrunk(served, answered + 1, mean) <= shrunk(served, answered, mean)


@given(means)
def test_without_answers_it_is_what_is_known_above(mean: Fraction) -> None:
    assert shrunk(0, 0, mean) == mean


def test_as_many_answers_as_the_prior_weighs_meet_it_half_way() -> None:
    assert shrunk(0, STRENGTH, Fraction(1)) == Fraction(1, 2)


@given(tables)
def test_every_supplier_with_an_answer_has_every_cell_with_its_own_counts(
    table: dict[tuple[int, tuple[str, str]], tuple[int, int]],
) -> None:
    counts = counts_of(table)
    rates = learn(counts)

    if sum(one.answered for one in counts) < LEAST:
        assert rates == []
        return
    assert {(one.supplier_id, one.cell) for one in rates} == {
        (supplier, cell) for supplier in {one.supplier_id for one in counts} for cell in (*CELLS, *AT_ANY_AGE)
    }
    assert all(0 <= one.permille <= 1000 for one in rates)
    found = {(one.supplier_id, one.cell): (one.served, one.answered) for one in rates}
    assert all(found[one.supplier_id, one.cell] == (one.served, one.answered) for one in counts)


@given(tables, st.sampled_from(CELLS))
def test_an_answer_moves_every_probability_its_way(
    table: dict[tuple[int, tuple[str, str]], tuple[int, int]], cell: tuple[str, str]
) -> None:
    full = {**table, (9, FEW): (LEAST, LEAST)}
    served, answered = full.get((1, cell), (0, 0))

    before = learn(counts_of({**full, (1, cell): (served, answered)}))
    after = learn(counts_of({**full, (1, cell): (served + 1, answered + 1)}))

    assert all(a.permille >= b.permille for a, b in zip(after, before, strict=True))


@given(tables)
def test_any_age_counts_the_answers_of_all_ages(
    table: dict[tuple[int, tuple[str, str]], tuple[int, int]],
) -> None:
    rates = learn(counts_of(table))
    by_age = [one for one in rates if one.cell[1] != "any"]

    for whole in (one for one in rates if one.cell[1] == "any"):
        parts = [p for p in by_age if (p.supplier_id, p.cell[0]) == (whole.supplier_id, whole.cell[0])]
        assert (whole.served, whole.answered) == (
            sum(one.served for one in parts),
            sum(one.answered for one in parts),
        )


def test_levels_go_by_the_former_rate_until_it_has_moved_noticeably() -> None:
    before = Rate(1, ("few", "any"), 41, 44, 900)
    little, much = Rate(1, ("few", "any"), 42, 45, 881), Rate(1, ("few", "any"), 41, 48, 900 - NOTICED)

    assert [steady(little, before), steady(much, before), steady(little, None)] == [before, much, little]
    assert steady(Rate(1, ("few", "old"), 42, 45, 881), before).permille == 881


@pytest.mark.django_db
def test_levels_are_asked_for_where_what_was_learned_bears_on_them_and_only_when_it_moved() -> None:
    liar, other = SupplierFactory(), SupplierFactory()
    two = OfferFactory(supplier=liar, quantity=2)
    OfferFactory(supplier=liar, quantity=0)
    OfferFactory(supplier=liar, quantity=40)
    OfferFactory(supplier=other, quantity=2)
    DirtyLevel.objects.all().delete()

    write_rates([Count(liar.pk, ("few", "fresh"), 10, 60)])
    asked = list(DirtyLevel.objects.values_list("product", "cause"))
    DirtyLevel.objects.all().delete()
    write_rates([Count(liar.pk, ("few", "fresh"), 10, 61)])
    again = DirtyLevel.objects.count()
    write_rates([])

    assert (asked, again) == ([(two.product_id, "learned")], 0)
    assert list(DirtyLevel.objects.values_list("product", flat=True)) == [two.product_id]


@pytest.mark.parametrize(
    ("kind", "quantity", "band"),
    [
        ("exact", 1, "few"),
        ("exact", 2, "few"),
        ("exact", 3, "some"),
        ("exact", 20, "many"),
        ("exact", 21, "plenty"),
        ("at_least", 20, "at_least"),
        ("flag", None, "flag"),
        ("exact", 0, None),
        ("unknown", None, None),
    ],
)
def test_a_statement_has_its_band(kind: str, quantity: int | None, band: str | None) -> None:
    assert stated_band(kind, quantity) == band


@pytest.mark.parametrize(
    ("hours", "band"), [(0, "fresh"), (4, "fresh"), (5, "day"), (24, "day"), (25, "old")]
)
def test_a_figure_has_its_age(hours: int, band: str) -> None:
    assert age_band(NOW - timedelta(hours=hours), NOW) == band
    assert age_band(None, NOW) == "old"
