"""Headers, words and times of suppliers in every language of Europe; the table is in languages.toml."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from suppliers.readers.availability import KINDS, availability
from suppliers.readers.folding import folded
from suppliers.readers.leadtimes import lead_days
from suppliers.readers.names import entries, meanings
from suppliers.readers.words import table
from tests.suppliers.readers.files import columns_of, read_text

LANGUAGES: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "languages.toml").read_text(encoding="utf-8")
)
HEADERS = [(language, header) for language, said in LANGUAGES.items() for header in said["headers"]]
RETAIL = 7
FIELDS = ["key", "name", "gtin", "quantity", "availability", "lead", "price", "brand", "category"]
GTINS = ("4006381333931", "8720602828605", "5056635609861")
BRANDS = ("ACME", "Bosch", "Elba")


def lines(words: list[str]) -> str:
    return "".join(
        f"X{number}-A;A fine red thing {number};{GTINS[number % 3]};{number % 9};{words[number % 2]};{number % 4 + 1};"
        f"{number}.50;{2 * number}.90;{BRANDS[number % 3]};Tools > Hammers\n"
        for number in range(40)
    )


@pytest.mark.parametrize(("language", "header"), HEADERS)
def test_columns_are_known_by_their_names(tmp_path: Path, language: str, header: str) -> None:
    words = [LANGUAGES[language][kind].split(";")[0] for kind in ("in_stock", "out_of_stock")]
    reading = read_text(tmp_path, f"{header}\n{lines(words)}")
    names = header.split(";")

    assert columns_of(reading) == dict(zip(FIELDS, names[:RETAIL] + names[RETAIL + 1 :], strict=True))
    assert {guess.by for guess in reading.guesses if guess.column} == {"name"}


@pytest.mark.parametrize(("language", "header"), HEADERS)
def test_a_price_for_end_customers_is_known_as_one(language: str, header: str) -> None:
    found = [meaning.kind for meaning in meanings(header.split(";")[RETAIL]) if meaning.field == "price"]

    assert found[:1] == ["retail"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_availability(language: str) -> None:
    said = {kind: LANGUAGES[language][kind].split(";") for kind in KINDS}

    assert {kind: [availability(word) for word in said[kind]] for kind in KINDS} == {
        kind: [kind] * len(said[kind]) for kind in KINDS
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_lead_times_in_words(language: str) -> None:
    days = LANGUAGES[language].get("days", {})

    assert {text: lead_days(text) for text in days} == days


def test_the_tables_hold_each_word_once_and_none_that_folds_to_nothing() -> None:
    words = table("availability")
    phrases = [folded(phrase) for kind in KINDS for phrase in words[kind]["phrases"]]
    columns = {
        f"{field} {kind}".strip(): [folded(name) for names in entry.values() for name in names]
        for field, kind, entry in entries()
    }

    assert "" not in phrases
    assert {phrase for phrase in phrases if phrases.count(phrase) > 1} == set()
    assert {
        name: {word for word in found if found.count(word) > 1 or not word} for name, found in columns.items()
    } == {name: set() for name in columns}
