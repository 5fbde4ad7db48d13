"""Numbers, money, dates and ages in French and in English."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from stocke.core.web import formats

NB = "\u00a0"


@pytest.fixture
def french() -> Iterator[None]:
    with translation.override("fr"):
        yield


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Tuesday 24 November 2026, noon in Paris."""
    moment = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 11, 24))
    return moment


def test_money_is_written_the_french_way(french: None) -> None:
    shown = [formats.money(cents) for cents in (120450, -990, 0, None)]

    assert shown == [f"1{NB}204,50{NB}€", f"−9,90{NB}€", f"0,00{NB}€", "–"]


def test_money_is_written_the_english_way(english: None) -> None:
    assert [formats.money(120450), formats.money(-990, "CHF")] == ["€1,204.50", f"−CHF{NB}9.90"]


def test_money_has_the_decimals_of_its_currency_and_hides_none_that_there_are(french: None) -> None:
    amounts = [(150_000, "JPY"), (-150_000, "JPY"), (150_050, "JPY"), (150_000, "KWD"), (990, "XYZ")]

    shown = [formats.money(cents, currency) for cents, currency in amounts]

    assert shown == [
        f"1{NB}500{NB}JPY",
        f"−1{NB}500{NB}JPY",
        f"1{NB}500,50{NB}JPY",
        f"1{NB}500,000{NB}KWD",
        f"9,90{NB}XYZ",
    ]


def test_percentages_have_the_space_of_their_language() -> None:
    with translation.override("fr"):
        assert formats.percent(0.186) == f"19{NB}%"
    with translation.override("en"):
        assert formats.percent(0.186) == "19%"


def test_a_day_names_its_year_only_when_it_is_another(french: None, noon: datetime) -> None:
    days = [date(2026, 11, 24), date(2026, 12, 1), date(2027, 1, 4), None]

    assert [formats.day(day) for day in days] == ["mar. 24 nov.", "mar. 1er déc.", "lun. 4 janv. 2027", "–"]


def test_a_day_in_english(english: None, noon: datetime) -> None:
    assert formats.day(date(2026, 12, 1)) == "Tue 1 Dec"


def test_durations_drop_what_is_noise(french: None) -> None:
    minutes = [48, 78, 120, 26 * 60 + 12, 72 * 60]

    shown = [formats.duration(span) for span in minutes]

    assert shown == [f"48{NB}min", f"1{NB}h{NB}18", f"2{NB}h", f"26{NB}h", f"3{NB}j"]


@pytest.mark.parametrize(
    ("old", "words"),
    [
        (timedelta(seconds=20), "à l’instant"),
        (timedelta(minutes=12, seconds=30), f"il y a 12{NB}min"),
        (timedelta(hours=3, minutes=50), f"il y a 3{NB}h"),
        (timedelta(hours=26), "lun. 23 nov., 10:00"),
    ],
)
def test_an_age_is_relative_for_a_day_and_a_date_afterwards(
    french: None, noon: datetime, old: timedelta, words: str
) -> None:
    assert formats.age(noon - old) == words


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=-72), (f"en retard de 1{NB}h{NB}12", "late")),
        (timedelta(minutes=48), (f"48{NB}min", "soon")),
        (timedelta(hours=5), (f"5{NB}h", "")),
        (timedelta(hours=21), ("demain 09:00", "")),
        (timedelta(days=3), ("ven. 27 nov.", "")),
    ],
)
def test_a_promise_says_what_is_left_and_how_pressing_it_is(
    french: None, noon: datetime, left: timedelta, words: tuple[str, str]
) -> None:
    assert formats.due(noon + left) == words


def test_a_quantity_keeps_its_kind_and_unknown_is_never_zero(french: None) -> None:
    given = [
        (14, "exact"),
        (20, "at_least"),
        (None, "flag"),
        (None, "unknown"),
        (None, "exact"),
        (0, "exact"),
    ]

    shown = [formats.quantity(units, kind) for units, kind in given]

    assert shown == ["14", "au moins 20", "en stock, sans nombre", "inconnu", "inconnu", "0"]
