from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.domain.figures import Figures
from suppliers.domain.judging import Header, Limits, judge, no_table

LIMITS = Limits(max_lost_share=Decimal("0.5"), max_zeroed_share=Decimal("0.25"))
USUAL = Figures(rows=100, known=100, present=100, in_stock=80)
SAME = Header()


def failed(figures: Figures, header: Header = SAME) -> list[str]:
    return [check.check for check in judge(figures, header, LIMITS).checks if not check.passed]


def test_a_usual_file_is_applied() -> None:
    assert judge(USUAL, SAME, LIMITS).to_json() == {
        "result": "apply",
        "checks": [
            {"check": "content", "value": "100", "limit": "rows", "passed": True},
            {"check": "columns", "value": "same", "limit": "same", "passed": True},
            {"check": "lost", "value": "0.0000", "limit": "0.5000", "passed": True},
            {"check": "zeroed", "value": "0.0000", "limit": "0.2500", "passed": True},
            {"check": "muted", "value": "0.0000", "limit": "0.5000", "passed": True},
        ],
    }


def test_a_first_file_knows_nothing_to_lose() -> None:
    assert failed(Figures(rows=5)) == []


@pytest.mark.parametrize(("present", "checks"), [(50, []), (49, ["lost"])])
def test_half_of_the_known_products_may_be_lost_and_no_more(present: int, checks: list[str]) -> None:
    assert failed(replace(USUAL, present=present)) == checks


@pytest.mark.parametrize(("zeroed", "checks"), [(20, []), (21, ["zeroed"])])
def test_a_quarter_of_what_is_in_stock_may_turn_to_zero_and_no_more(zeroed: int, checks: list[str]) -> None:
    assert failed(replace(USUAL, zeroed=zeroed)) == checks


def test_a_file_whose_quantities_cannot_be_read_is_held() -> None:
    assert failed(replace(USUAL, muted=41)) == ["muted"]


@pytest.mark.parametrize(
    "header", [Header(missing=("Dispo",)), Header(moved=("Dispo",)), Header(confirmed=False)]
)
def test_a_changed_or_unconfirmed_header_is_held(header: Header) -> None:
    assert failed(USUAL, header) == ["columns"]


def test_a_file_without_rows_is_held() -> None:
    assert failed(Figures(known=10, present=0, in_stock=4)) == ["content", "lost"]


def test_what_is_no_table_is_held_with_its_reason() -> None:
    assert no_table("html").to_json() == {
        "result": "hold",
        "checks": [{"check": "content", "value": "html", "limit": "rows", "passed": False}],
    }


@given(st.integers(1, 10**6), st.integers(0, 10**6))
def test_losing_more_never_makes_a_verdict_better(known: int, lost: int) -> None:
    lost = min(lost, known)
    here = judge(Figures(rows=1, known=known, present=known - lost), SAME, LIMITS)
    worse = judge(Figures(rows=1, known=known, present=max(known - lost - 1, 0)), SAME, LIMITS)

    assert here.is_good or not worse.is_good
