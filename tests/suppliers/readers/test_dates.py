"""Days that suppliers name in words: the latest that keeps the word, and none where the year cannot be told."""

from datetime import date
from pathlib import Path

import pytest

from suppliers.readers import read
from suppliers.readers.availability import availability
from suppliers.readers.dates import day_named, names_day
from suppliers.readers.leadtimes import lead_days
from tests.suppliers.readers.files import written

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        ("24.12.2026", date(2026, 12, 24)),
        ("ab 01.03.", date(2027, 3, 1)),
        ("out of stock until 15/03", date(2027, 3, 15)),
        ("12 December", date(2026, 12, 12)),
        ("Dec 12", date(2026, 12, 12)),
        ("12 déc. 2026", date(2026, 12, 12)),
        ("1er janvier", date(2027, 1, 1)),
        ("od 5 stycznia", date(2027, 1, 5)),
        ("15 января 2027", date(2027, 1, 15)),
        ("available from December", date(2026, 12, 31)),
        ("dispo fin mars", date(2027, 3, 31)),
        ("lieferbar ab März 2027", date(2027, 3, 31)),
        ("KW 34", date(2027, 8, 29)),
        ("ab KW 3/2027", date(2027, 1, 24)),
        ("semaine 50", date(2026, 12, 13)),
        ("week 2", date(2027, 1, 17)),
        ("vecka 51", date(2026, 12, 20)),
        ("týden 51", date(2026, 12, 20)),
        ("2027-W05", date(2027, 2, 7)),
        ("T34", date(2027, 8, 29)),
        ("Åter i lager v. 50", date(2026, 12, 13)),
        ("Ожидается 15.12", date(2026, 12, 15)),
        ("Verwacht op 12-12-2026", date(2026, 12, 12)),
    ],
)
def test_a_day_is_the_last_one_that_the_words_allow(text: str, day: date) -> None:
    assert day_named(text, TODAY) == day
    assert names_day(text)
    assert lead_days(text, today=TODAY.isoformat()) == (day - TODAY).days


@pytest.mark.parametrize("text", ["KW 47", "from October", "20.11."])
def test_what_has_just_passed_is_no_day_of_next_year(text: str) -> None:
    assert day_named(text, TODAY) is None


@pytest.mark.parametrize("text", ["week 54", "31.02.2027"])
def test_a_day_that_no_calendar_has_is_none(text: str) -> None:
    assert day_named(text, TODAY) is None


@pytest.mark.parametrize(
    "text",
    [
        "in 2/3 jours",
        "34 weeks",
        "1.5 kg",
        "12",
        "S, M, L",
        "size 34",
        "in stock",
        "week",
        "24/48h",
        "v 5 dneh",
        "w 5 dni",
    ],
)
def test_a_text_without_a_day_names_none(text: str) -> None:
    assert (names_day(text), day_named(text, TODAY)) == (False, None)


@pytest.mark.parametrize("text", ["available in May", "lieferbar ab Dezember", "в наличии с декабря"])
def test_what_is_available_in_another_month_is_not_available(text: str) -> None:
    assert availability(text) == "unknown"


def test_times_are_read_from_the_words_of_a_stock_column(tmp_path: Path) -> None:
    rows = ["A1;5", "A2;do 14 dnů", "A3;0 (14.12.2026)", "A4;KW 51", "A5;20 (14.12.2026)"]
    path = written(tmp_path, "\n".join(["sku;qty", *rows, ""]))

    lines = read(path, today=TODAY).lines

    assert list(lines.select("key", "quantity_kind", "quantity", "lead_days").iter_rows()) == [
        ("A1", "exact", 5, None),
        ("A2", "unknown", None, 14),
        ("A3", "exact", 0, 14),
        ("A4", "unknown", None, 20),
        ("A5", "unknown", None, 14),
    ]


def test_without_a_today_a_named_day_is_no_time(tmp_path: Path) -> None:
    path = written(tmp_path, "sku;qty\nA1;5\nA2;KW 51\n")

    assert read(path).lines["lead_days"].to_list() == [None, None]


def test_a_stock_that_nobody_fills_in_is_asked_about(tmp_path: Path) -> None:
    empty = written(tmp_path, "sku;qty;price\nA1;;5.10\nA2;;5.20\n", "empty.csv")
    zero = written(tmp_path, "sku;qty;price\nA1;0;5.10\nA2;0;5.20\n", "zero.csv")
    some = written(tmp_path, "sku;qty;price\nA1;0;5.10\nA2;4;5.20\n", "some.csv")

    asked = {"empty_quantity", "all_zero"}
    doubts = [
        [(doubt.code, dict(doubt.facts)) for doubt in read(path).doubts if doubt.code in asked]
        for path in (empty, zero, some)
    ]

    assert doubts == [
        [("empty_quantity", {"column": "“qty”"})],
        [("all_zero", {"column": "“qty”", "count": 2})],
        [],
    ]
