"""When a supplier works, and when he must have answered. Plain values."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.domain.calendars import Calendar, Closure, NeverOpen

PARIS = ZoneInfo("Europe/Paris")
OFFICE = Calendar(
    PARIS, cut_off=time(15), holidays="FR", closures=[Closure(date(2026, 12, 24), date(2027, 1, 3))]
)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        ("2026-11-27", True),
        ("2026-11-28", False),
        ("2026-11-29", False),
        ("2026-05-25", False),  # Whit Monday
        ("2026-12-24", False),
        ("2027-01-03", False),
        ("2027-01-04", True),
    ],
)
def test_he_is_open_on_his_weekdays_without_holidays_and_closures(day: str, is_open: bool) -> None:
    assert OFFICE.is_open(date.fromisoformat(day)) is is_open


@pytest.mark.parametrize(
    ("now", "cut_off"),
    [
        ("2026-11-26T14:59", "2026-11-26T15:00"),
        ("2026-11-26T15:00", "2026-11-27T15:00"),
        ("2026-11-27T16:00", "2026-11-30T15:00"),
        ("2026-12-23T15:30", "2027-01-04T15:00"),
    ],
)
def test_the_cut_off_is_the_next_one_of_an_open_day(now: str, cut_off: str) -> None:
    assert OFFICE.next_cut_off(paris(now)) == paris(cut_off)


@pytest.mark.parametrize(
    ("first", "last", "day"),
    [
        ("2026-11-23", "2026-11-27", "2026-11-27"),
        ("2026-11-23", "2026-11-29", "2026-11-27"),
        ("2026-11-28", "2026-11-29", None),
        ("2026-12-01", "2027-01-03", "2026-12-23"),
        ("2026-12-02", "2026-12-01", None),
    ],
)
def test_the_last_open_day_is_found_from_the_end(first: str, last: str, day: str | None) -> None:
    found = OFFICE.last_open_day(date.fromisoformat(first), date.fromisoformat(last))

    assert found == (date.fromisoformat(day) if day else None)


def test_without_a_time_of_day_there_is_no_cut_off() -> None:
    assert Calendar(PARIS).next_cut_off(paris("2026-11-26T14:59")) is None


@pytest.mark.parametrize(
    ("asked", "hours", "due"),
    [
        ("2026-11-26T10:00", 4, "2026-11-26T14:00"),
        ("2026-11-26T10:00", 24, "2026-11-27T10:00"),
        ("2026-11-27T18:00", 24, "2026-11-30T18:00"),
        ("2026-11-28T12:00", 24, "2026-12-01T00:00"),
        ("2026-12-23T18:00", 24, "2027-01-04T18:00"),
    ],
)
def test_only_the_hours_of_open_days_count_for_his_answer(asked: str, hours: int, due: str) -> None:
    assert OFFICE.after_open_hours(paris(asked), hours) == paris(due)


def test_hours_are_real_where_clocks_are_set() -> None:
    always = Calendar(PARIS, open_days=frozenset(range(7)))

    assert always.after_open_hours(paris("2026-03-28T12:00"), 24) == paris("2026-03-29T13:00")
    assert always.after_open_hours(paris("2026-10-24T12:00"), 24) == paris("2026-10-25T11:00")


def test_working_days_are_counted_on_his_own_calendar() -> None:
    assert OFFICE.working_day_after(date(2026, 11, 27), 0) == date(2026, 11, 27)
    assert OFFICE.working_day_after(date(2026, 11, 28), 0) == date(2026, 11, 30)
    assert OFFICE.working_day_after(date(2026, 11, 27), 2) == date(2026, 12, 1)


def test_a_calendar_that_never_opens_says_so_instead_of_searching_for_ever() -> None:
    shut = Calendar(PARIS, cut_off=time(15), closures=[Closure(date(2026, 1, 1), date(2030, 1, 1))])

    for ask in (
        lambda: shut.next_cut_off(paris("2026-11-26T10:00")),
        lambda: shut.after_open_hours(paris("2026-11-26T10:00"), 1),
        lambda: list(islice(shut.open_days_from(date(2026, 11, 26)), 1)),
    ):
        with pytest.raises(NeverOpen):
            ask()


@given(
    st.integers(0, 3 * 365 * 24 * 60).map(
        lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.integers(0, 200),
    st.frozensets(st.integers(0, 6), min_size=1),
)
def test_more_hours_are_never_due_earlier_and_always_on_an_open_day(
    asked: datetime, hours: int, days: frozenset[int]
) -> None:
    calendar = Calendar(PARIS, open_days=days, holidays="FR")

    due, later = calendar.after_open_hours(asked, hours), calendar.after_open_hours(asked, hours + 1)

    assert asked <= due < later
    assert (
        calendar.is_open((due - timedelta(microseconds=1)).astimezone(PARIS).date())
        or due == asked
        or hours == 0
    )
