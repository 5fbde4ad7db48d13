"""Price cells, for a cell and for a column."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.readers.currencies import currency_in
from suppliers.readers.prices import Price, price, price_columns

amounts = st.decimals(0, 10**6, places=2)
price_like = st.text(alphabet="0123456789.,€$zł EURкгрн<b>/-", max_size=16)


def in_column(texts: list[str], decimal: str = ".") -> list[Price]:
    frame = price_columns(pl.Series(texts, dtype=pl.String), decimal=decimal)
    return [Price(amount, code or "") for amount, code in frame.select("price", "currency").rows()]


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("12,50", "12.5", ""),
        ("12,50 €", "12.5", "EUR"),
        ("€ 12.50", "12.5", "EUR"),
        ("EUR 1.234,00", "1234", "EUR"),
        ("1 490,-", "1490", ""),
        ("12.–", "12", ""),
        ('570<span class="currency">грн</span>', "570", "UAH"),
        ("12.5 zł/szt", "12.5", "PLN"),
        ("12,50&nbsp;€", "12.5", "EUR"),
        ("12,50 € HT", "12.5", "EUR"),
        ("1'234.50 CHF", "1234.5", "CHF"),
        ("112 UAH", "112", "UAH"),
        (".95", "0.95", ""),
        ("0", "0", ""),
        ("1636.51787", "1636.51787", ""),
    ],
)
def test_what_a_price_cell_states(text: str, amount: str, currency: str) -> None:
    assert price(text) == Price(Decimal(amount), currency)
    assert in_column([text]) == [price(text)]


@pytest.mark.parametrize(
    "text",
    ["", "call", "договорная", "auf Anfrage", "от 100", "10-20", "-5", "12 per kg", "3 x 5", "99999999999"],
)
def test_what_is_no_price_is_none_and_not_zero(text: str) -> None:
    assert price(text).amount is None
    assert in_column([text])[0].amount is None


@given(st.lists(price_like, max_size=8), st.sampled_from([".", ","]))
def test_a_column_reads_as_its_cells_do(texts: list[str], decimal: str) -> None:
    cells = [price(text, decimal=decimal) for text in texts]

    assert [read.amount for read in in_column(texts, decimal)] == [cell.amount for cell in cells]


@given(
    amounts, st.sampled_from(["{} €", "€{}", "EUR {}", "{} zł", "<b>{}</b> грн", "{}", " {} "]), st.booleans()
)
def test_every_price_reads_back(amount: Decimal, form: str, comma: bool) -> None:
    text = form.format(str(amount).replace(".", ",") if comma else str(amount))

    assert price(text, decimal="," if comma else ".").amount == amount


@pytest.mark.parametrize(
    ("text", "code"),
    [("R$ 12,50", "BRL"), ("12,50 R$", "BRL"), ("A$12,50", "AUD"), ("U$S 12,50", "USD"), ("$12,50", "USD")],
)
def test_the_dollars_of_a_country_are_its_own(text: str, code: str) -> None:
    assert price(text, decimal=",") == Price(Decimal("12.5"), code)
    assert in_column([text], ",") == [Price(Decimal("12.5"), code)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Preço (R$)", "BRL"),
        ("preco r$/un", "BRL"),
        ("Price US$", "USD"),
        ("Price $", "USD"),
        ("Price X$", ""),
    ],
)
def test_a_column_names_the_dollars_of_a_country(name: str, code: str) -> None:
    assert currency_in(name) == code
