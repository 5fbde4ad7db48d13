"""Moments that people write, over the hours that come twice or never."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from stocke.core.web.moments import Chosen, instant, moment_of, written_as

PARIS = ZoneInfo("Europe/Paris")


def test_a_local_time_is_one_of_the_merchants_zone() -> None:
    assert moment_of("2026-07-01T14:02", PARIS) == Chosen(datetime(2026, 7, 1, 12, 2, tzinfo=UTC))


def test_an_hour_that_came_twice_is_its_first_and_knows_its_second() -> None:
    assert moment_of("2026-10-25T02:30", PARIS) == Chosen(
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC), other=datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    )


def test_an_hour_that_never_was_is_as_far_after_the_change() -> None:
    assert moment_of("2026-03-29T02:30", PARIS) == Chosen(
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC), skipped=True
    )


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-02-30T10:00", "0001-01-01T00:00+14:00", "2026-13-01T1:0"]
)
def test_what_is_no_moment_is_none(text: str) -> None:
    assert moment_of(text, PARIS) is None


def test_an_instant_comes_back_from_an_address_as_it_was() -> None:
    at = datetime(2026, 10, 25, 1, 30, 0, 123456, tzinfo=UTC)

    assert moment_of(instant(at), PARIS) == Chosen(at)


def test_a_field_holds_the_next_whole_second() -> None:
    at = datetime(2026, 7, 1, 12, 2, 3, 5, tzinfo=UTC)

    assert written_as(at, PARIS) == "2026-07-01T14:02:04"
    assert written_as(at.replace(microsecond=0), PARIS) == "2026-07-01T14:02:03"
