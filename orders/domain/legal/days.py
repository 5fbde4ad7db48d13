"""Counting days as the law of each country counts them."""

from datetime import date, timedelta

from stocke.core.holidays import is_holiday

SATURDAY = 5


def after(event: date, days: int) -> date:
    """The last day of a period of calendar days: the event is day 0, and no weekend moves a seller's duty."""
    return event + timedelta(days=days)


def days_between(first: date, last: date) -> int:
    """Calendar days from `first` to `last`; negative when `last` is earlier."""
    return (last - first).days


def is_working_day(day: date, country: str) -> bool:
    """Monday to Friday without public holidays."""
    return day.weekday() < SATURDAY and not is_holiday(day, country)


def on_working_day(day: date, country: str) -> date:
    """That day, or the next working day: how a customer's right is prolonged."""
    while not is_working_day(day, country):
        day += timedelta(days=1)
    return day


def working_days_after(event: date, count: int, country: str) -> date:
    """The last of `count` working days; day 1 is the first working day after the event."""
    day = event
    for _number in range(count):
        day = on_working_day(day + timedelta(days=1), country)
    return day


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))
