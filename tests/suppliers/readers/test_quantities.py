"""Quantity cells: the text keeps its meaning, and unknown is never zero."""

from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.readers.cells import quantity_columns
from suppliers.readers.quantities import LARGEST, UNKNOWN, Quantity, quantity
from suppliers.readers.words import table

GONE = Quantity("exact", 0, "out_of_stock")
SOME = Quantity("flag", None, "in_stock")

# Words that stand beside numbers of something else, in many languages: dates, delays, places, sizes, customers.
OTHER = [
    "December",
    "décembre",
    "Dezember",
    "декабря",
    "prosince",
    "grudnia",
    "KW",
    "week",
    "weeks",
    "semaines",
    "Woche",
    "недели",
    "days",
    "dnů",
    "päeva",
    "werkdagen",
    "jours",
    "giorni",
    "ημέρες",
    "gün",
    "warehouse",
    "entrepôt",
    "magasin",
    "Halle",
    "склад",
    "sklep",
    "size",
    "taille",
    "Größe",
    "размер",
    "per",
    "customer",
    "client",
    "Kunde",
    "klant",
    "max",
    "until",
    "jusqu'au",
    "until",
    "since",
    "depuis",
    "seit",
    "with",
    "avec",
    "для",
    "от поставщика",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", Quantity("exact", 12)),
        ("12.0", Quantity("exact", 12)),
        ("0", Quantity("exact", 0)),
        ("1 636", Quantity("exact", 1636)),
        ("1\u00a0636", Quantity("exact", 1636)),
        ("1'200", Quantity("exact", 1200)),
        ("26.067,00", Quantity("exact", 26067)),
        ("4 szt.", Quantity("exact", 4)),
        ("4 pcs", Quantity("exact", 4)),
        ("3,5 m", Quantity("exact", 3.5)),
        ("in stock 6 m", SOME),
        ("only 2 left!", Quantity("exact", 2)),
        ("Stock: 15 uds", Quantity("exact", 15)),
        ("0 %", UNKNOWN),
        ("(3)", UNKNOWN),
        ("Åter i lager v. 50", Quantity("unknown", None, "backorder")),
        ("+ de 20", Quantity("at_least", 20)),
        ("+ de 20 en stock", Quantity("at_least", 20)),
        ("do 10 szt.", Quantity("flag", None, "in_stock")),
        ("do 14 dnů", UNKNOWN),
        ("KW 34", UNKNOWN),
        ("available from December", UNKNOWN),
        ("dispo fin mars", UNKNOWN),
        ("0 (12.05.2026)", GONE),
        ("0, erwartet KW 34", Quantity("exact", 0, "backorder")),
        ("50 (12.05.2026)", UNKNOWN),
        ("-2", Quantity("exact", -2)),
        ("2-", Quantity("exact", -2)),
        (">20", Quantity("at_least", 20)),
        ("> 100 pcs", Quantity("at_least", 100)),
        ("≥5", Quantity("at_least", 5)),
        ("10+", Quantity("at_least", 10)),
        ("10 o más", Quantity("at_least", 10)),
        ("plus de 10", Quantity("at_least", 10)),
        ("mehr als 10 Stück", Quantity("at_least", 10)),
        ("więcej niż 10", Quantity("at_least", 10)),
        ("более 50", Quantity("at_least", 50)),
        ("1-5", Quantity("at_least", 1)),
        ("auf Lager (>10)", Quantity("at_least", 10)),
        ("Skladem > 5 ks", Quantity("at_least", 5)),
        ("in stock: 5", Quantity("exact", 5)),
        ("auf Lager (12)", Quantity("exact", 12)),
        ("in stock", SOME),
        ("InStock", SOME),
        ("yes", SOME),
        ("+", SOME),
        ("есть", SOME),
        ("мало", SOME),
        ("<5", SOME),
        ("ca. 50", SOME),
        ("in stock, 24 h", SOME),
        ("only 3 left in stock", Quantity("exact", 3)),
        ("Il reste 4 en stock", Quantity("exact", 4)),
        ("ab Lager: 12", Quantity("exact", 12)),
        ("in stock: 10 or more", Quantity("at_least", 10)),
        ("in stock warehouse 3", SOME),
        ("in stock max 5 per customer", SOME),
        ("in stock size 42", SOME),
        ("in stock 6 months", SOME),
        ("available for 18 years", SOME),
        ("op voorraad binnen 3 werkdagen", SOME),
        ("Skladem do 3 dnů", SOME),
        ("laos 7 päeva", SOME),
        ("в наличии 2 недели", SOME),
        ("på lager til 12", SOME),
        ("in stock <5", SOME),
        ("in stock ~5", SOME),
        ("in stock 50 %", SOME),
        ("out of stock", GONE),
        ("Rupture de stock", GONE),
        ("Nicht lieferbar", GONE),
        ("нет", GONE),
        ("no", GONE),
        ("под заказ", Quantity("unknown", None, "backorder")),
        ("Vorbestellung", Quantity("unknown", None, "preorder")),
    ],
)
def test_what_a_quantity_cell_states(text: str, expected: Quantity) -> None:
    assert quantity(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "–", "n/a", "#N/A", "?", "NULL", "tbd", "abc", "5 or 6", "x" * 500, "8720602828605"),
        *(
            "nicht sofort lieferbar",
            "12m@10-MAIN:8;18m@10-MAIN:7",
            "0-5",
            "10-5",
            "1.2.3",
            ">0",
            "A",
            "2026-01-01",
        ),
        "Available from 12 December",
        "In stock from 2026",
        "disponible à partir du 15 décembre",
        "Disponible le 15/12",
        "Auf Lager ab KW 48",
        "в наличност от 15 декември",
        "=1+1",
        "<1",
        "bis 1",
    ],
)
def test_what_is_not_understood_is_unknown_and_no_zero(text: str) -> None:
    assert quantity(text) == UNKNOWN


def test_the_column_decides_what_a_point_before_three_digits_means() -> None:
    assert quantity("1.234", decimal=",") == Quantity("exact", 1234)
    assert quantity("1.234", decimal=".") == Quantity("exact", 1.234)
    assert quantity("4,000", decimal=",") == Quantity("exact", 4)
    assert quantity("0,500", decimal=".") == Quantity("exact", 0.5)


def test_a_suppliers_own_words_come_first() -> None:
    words = {"auf anfrage": "out_of_stock", "code 3": "in_stock"}

    assert quantity("Auf Anfrage", words=words) == GONE
    assert quantity("Code 3", words=words) == SOME
    assert quantity("3", words=words) == Quantity("exact", 3)


@pytest.mark.parametrize("text", ["2147483647", "4294967295", "2147483647.00"])
def test_the_largest_number_a_program_holds_says_only_that_there_is_some(text: str) -> None:
    column = quantity_columns(pl.Series([text, "2147483646"]), decimal=".", words={})

    assert quantity(text) == SOME
    assert column.rows() == [("flag", None, "in_stock"), ("exact", 2147483646.0, None)]


@given(st.integers(-LARGEST, LARGEST - 1))
def test_every_whole_number_reads_back(number: int) -> None:
    assert quantity(str(number)) == Quantity("exact", number)


@given(st.integers(0, LARGEST - 1), st.sampled_from([" ", "\u00a0", "'", "\u202f"]))
def test_every_number_with_separated_thousands_reads_back(number: int, separator: str) -> None:
    text = f"{number:,}".replace(",", separator)

    assert quantity(text) == Quantity("exact", number)


@given(
    st.integers(1, 999_999),
    st.sampled_from([">{}", "> {}", "{}+", ">={}", "more than {}", "{} or more", "über {}"]),
)
def test_every_lower_bound_reads_back(number: int, form: str) -> None:
    assert quantity(form.format(number)) == Quantity("at_least", number)


@given(st.text(max_size=120))
def test_any_text_is_read_without_an_error_and_a_zero_is_always_stated(text: str) -> None:
    read = quantity(text)

    assert read.kind in {"exact", "at_least", "flag", "unknown"}
    assert (read.stated is None) == (read.kind in {"flag", "unknown"})
    if read.stated == 0:
        assert read.availability == "out_of_stock" or any(character.isdecimal() for character in text)


@given(
    st.sampled_from(table("availability")["in_stock"]["phrases"]),
    st.integers(1, 9_999).map(str),
    st.lists(st.sampled_from(OTHER), min_size=1, max_size=3),
    st.randoms(use_true_random=False),
)
def test_a_number_beside_words_that_say_more_than_in_stock_is_no_stock(
    phrase: str, number: str, others: list[str], chance: Random
) -> None:
    parts = [phrase, number, *others]
    chance.shuffle(parts)

    assert quantity(" ".join(parts)).stated is None
