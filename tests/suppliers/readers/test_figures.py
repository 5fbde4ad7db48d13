"""Numbers, for a cell and for a column."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.readers.figures import DECIMAL, DecimalSign, decimal_sign, number, number_expression

amounts = st.decimals(0, 10**9, places=2)
number_like = st.text(alphabet="0123456789.,' -+eE\u00a0", max_size=14)


def in_column(text: str, decimal: str) -> Decimal | None:
    frame = pl.DataFrame({"text": [text]}).select(number_expression(pl.col("text"), decimal=decimal))
    found: Decimal | None = frame.item()
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("26.067,00", "26067"),
        ("1 636.00", "1636"),
        ("1,234,567.89", "1234567.89"),
        ("1.234.567", "1234567"),
        ("12,5", "12.5"),
        (".95", "0.95"),
        ("12.", "12"),
        ("1,5E+02", "150"),
        ("−3", "-3"),
        ("12-", "-12"),
        ("1'234.50", "1234.50"),
        ("12,34,567.00", "1234567"),
        ("1,14,990", "114990"),
        ("1,02,34,567", "10234567"),
        ("1636.51787", "1636.51787"),
    ],
)
def test_a_cell_that_says_by_itself_what_its_signs_mean(text: str, expected: str) -> None:
    assert number(text) == Decimal(expected)
    assert number(text, decimal=",") == Decimal(expected)


@pytest.mark.parametrize(
    "text",
    ["", "-", ".", "1.2.3", "1,2,3", "12 34", "1.23,456", "abc", "1e400", "٣", "1" * 60, "--1", "1 2345"],
)
def test_what_is_no_number(text: str) -> None:
    assert number(text) is None
    assert in_column(text, ".") is None


@given(amounts)
def test_german_and_english_writing_read_back(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))

    assert number(english) == number(german) == amount


@given(number_like, st.sampled_from([".", ","]))
def test_a_column_reads_as_its_cells_do(text: str, decimal: str) -> None:
    assert in_column(text, decimal) == number(text, decimal=decimal)


@given(st.lists(amounts, min_size=1, max_size=30))
def test_a_column_of_amounts_proves_its_sign(values: list[Decimal]) -> None:
    assert decimal_sign([f"{value:.2f}" for value in values]).sign == "."
    assert decimal_sign([f"{value:.2f}".replace(".", ",") for value in values]).sign == ","


@pytest.mark.parametrize(
    ("texts", "sign"),
    [
        # Three decimals everywhere, as 1C writes stock.
        (["4,000", "12,000", "0,000"], ","),
        (["4,000", "12,000"], ","),
        # One price of a lakh tells what the comma of the others means.
        (["39,990", "7,999", "1,14,990"], "."),
        # Thousands beside small whole numbers.
        (["1,200", "15", "3"], "."),
        (["1.200", "15", "3"], ","),
        # Beside whole numbers that are written without a sign, three digits are decimals.
        (["1.200", "1500", "3"], "."),
    ],
)
def test_the_neighbours_decide_what_three_digits_after_a_sign_mean(texts: list[str], sign: str) -> None:
    assert decimal_sign(texts).sign == sign


def test_what_only_the_rest_of_the_file_decides_is_not_certain() -> None:
    assert decimal_sign(["1.234"], fallback=",") == DecimalSign(",", certain=False, ambiguous=1, seen=".")


def test_numbers_beyond_the_database_are_none() -> None:
    assert number("999999999999") == Decimal(999_999_999_999)
    assert number("1000000000000") is None
    assert DECIMAL.precision == 18
