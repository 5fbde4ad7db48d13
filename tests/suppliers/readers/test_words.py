"""Words of availability, lead times, currencies and barcodes."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.readers.availability import availability, own_words
from suppliers.readers.currencies import currency, currency_in
from suppliers.readers.gtins import gtin_column, is_gtin, is_ruined
from suppliers.readers.leadtimes import lead_days, unit_of_name


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("In stock", "in_stock"),
        ("in_stock", "in_stock"),
        ("https://schema.org/InStock", "in_stock"),
        ("Auf Lager", "in_stock"),
        ("Disponible", "in_stock"),
        ("Na skladě", "in_stock"),
        ("В наличии", "in_stock"),
        ("Σε απόθεμα", "in_stock"),
        ("Άμεση παραλαβή / Παράδοση σε 1-3 ημέρες", "in_stock"),
        ("På lager", "in_stock"),
        ("+", "in_stock"),
        ("true", "in_stock"),
        ("Y", "in_stock"),
        ("1", "in_stock"),
        ("out of stock", "out_of_stock"),
        ("Épuisé", "out_of_stock"),
        ("nicht verfügbar", "out_of_stock"),
        ("Není skladem", "out_of_stock"),
        ("Nincs készleten", "out_of_stock"),
        ("Немає в наявності", "out_of_stock"),
        ("Brak", "out_of_stock"),
        ("-", "out_of_stock"),
        ("0", "out_of_stock"),
        ("N", "out_of_stock"),
        ("Κατόπιν παραγγελίας, παραλαβή ή παράδοση έως 30 ημέρες", "backorder"),
        ("Sur commande", "backorder"),
        ("под заказ", "backorder"),
        ("Pre-order", "preorder"),
        ("Auslaufartikel", "discontinued"),
        ("nicht mehr lieferbar", "discontinued"),
        ("pas encore disponible", "unknown"),
        ("wer weiß", "unknown"),
        ("available from 12 December", "unknown"),
        ("Auf Lager ab KW 48", "unknown"),
        ("lieferbar ab 3 Tagen", "in_stock"),
        ("ab Lager 12", "in_stock"),
        ("Il reste 4 en stock", "in_stock"),
        ("в наличии от 5 шт", "in_stock"),
        ("", "unknown"),
    ],
)
def test_what_a_word_says_about_availability(text: str, kind: str) -> None:
    assert availability(text) == kind


def test_a_suppliers_own_words_are_compared_without_case_and_accents() -> None:
    words = own_words({"Bientôt là !": "preorder", "99": "out_of_stock", "nonsense": "rubbish"})

    assert availability("BIENTOT LA", words=words) == "preorder"
    assert availability("99", words=words) == "out_of_stock"
    assert "nonsense" not in words


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("3", 3),
        ("3.0", 3),
        ("1-3", 3),
        ("30 Tage", 30),
        ("2 semaines", 14),
        ("2-4 Wochen", 28),
        ("24h", 1),
        ("48 h", 2),
        ("3 working days", 3),
        ("5 jours ouvrés", 5),
        ("срок 5-7 дней", 7),
        ("έως 30 ημέρες", 30),
        ("sofort", 0),
        ("next day", 1),
        ("1 mois", 30),
        ("2026-05-18", None),
        ("bald", None),
        ("", None),
        ("99999", None),
    ],
)
def test_lead_times_in_days(text: str, days: int | None) -> None:
    assert lead_days(text) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2026-05-18", 8),
        ("18.05.2026", 8),
        ("18/05/26", 8),
        ("ab 18.5.2026", 8),
        ("2026-05-01", 0),
        ("31.02.2026", None),
    ],
)
def test_a_date_is_as_many_days_away_as_it_is(text: str, days: int | None) -> None:
    assert lead_days(text, today="2026-05-10") == days


def test_a_column_may_count_in_weeks() -> None:
    assert unit_of_name("Lieferzeit (Wochen)") == 7
    assert unit_of_name("Délai (jours)") == 1
    assert unit_of_name("Lead time") == 1
    assert lead_days("1-3", unit=7) == 21


def test_currencies_by_sign_word_and_code() -> None:
    assert [currency(text) for text in ("€", "zł", "грн.", "USD", "usd", "Kč", "kr", "abc")] == [
        *("EUR", "PLN", "UAH", "USD", "USD", "CZK", "", ""),
    ]
    assert [currency(text) for text in ("TND", "tnd", "CUP", "cup")] == ["TND", "", "CUP", ""]
    assert currency_in("Prix HT (€)") == "EUR"
    assert currency_in("Price per cup") == ""
    assert currency_in("EUR/USD") == ""


@pytest.mark.parametrize(
    "text",
    [
        "4006381333931",
        "'8720602828605",
        '="4006381333931"',
        "4006381333931.0",
        "036000291452",
        "12345670",
        "400-6381-333931",
    ],
)
def test_barcodes_in_what_spreadsheets_put_around_them(text: str) -> None:
    digits = "".join(character for character in text.removesuffix(".0") if character.isdigit())

    assert is_gtin(text)
    assert gtin_column(pl.Series([text])).to_list() == [digits]


@pytest.mark.parametrize(
    "text", ["4006381333932", "OUTCD26094", "0000000000000", "123456789", "", "4,03E+12", "100101941961156"]
)
def test_what_is_no_barcode(text: str) -> None:
    assert not is_gtin(text)
    assert gtin_column(pl.Series([text])).to_list() == [None]


def test_lost_leading_zeros_are_put_back_only_on_request() -> None:
    texts = pl.Series(["36000291452", "1234567895", "1234565", "x", "36000291453"])

    assert gtin_column(texts).to_list() == [None] * 5
    assert gtin_column(texts, padded=True).to_list() == [
        "036000291452",
        "001234567895",
        "01234565",
        None,
        None,
    ]


def test_codes_that_a_spreadsheet_rounded_away_are_recognised() -> None:
    assert all(is_ruined(text) for text in ("4,03E+12", "4.03E+12", "6.71253E+11", "4E12"))
    assert not any(is_ruined(text) for text in ("4006381333931", "E12", "4E123", "12E"))


@given(st.lists(st.one_of(st.from_regex(r"[0-9]{7,15}", fullmatch=True), st.text(max_size=15)), max_size=20))
def test_a_column_of_barcodes_reads_as_its_cells_do(texts: list[str]) -> None:
    found = gtin_column(pl.Series(texts, dtype=pl.String)).to_list()

    assert [code is not None for code in found] == [is_gtin(text) for text in texts]
