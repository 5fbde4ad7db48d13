"""Public holidays by country, from a kept table, with the days on which they are observed."""

from datetime import date
from functools import cache

import holidays


def knows(country: str) -> bool:
    """Whether public holidays of this country (ISO 3166-1) are known."""
    return country in holidays.list_supported_countries()


@cache
def holidays_of(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country in one year, federal ones for "US"; none where the country is not known."""
    if not knows(country):
        return frozenset()
    return frozenset(holidays.country_holidays(country, years=year))


def is_holiday(day: date, country: str) -> bool:
    """Whether that day is a public holiday there."""
    return day in holidays_of(country, day.year)
