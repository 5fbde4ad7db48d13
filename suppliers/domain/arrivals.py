"""When parcels arrive that are ordered now: by the calendars of those who would send them. Pure."""

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from suppliers.domain.calendars import Calendar, NeverOpen, closure_of


def arrivals(leads: str, now: datetime) -> list[date]:
    """The days, in no order, on which parcels of those offers would arrive, without those of who is never open.

    `leads` are as the database tells them (`leads` of orders_stated, in migration `stated_of_products`). Lead days are
    days of anybody's calendar, counted from the day on which the supplier takes the order on.
    """
    return list(_arrivals(leads, now))


def _arrivals(leads: str, now: datetime) -> Iterator[date]:
    # Not splitlines: a note of a closure may hold what that takes for the end of a line.
    for line in leads.split("\n"):
        days, _bar, calendar = line.partition("|")
        try:
            yield calendar_in(calendar).begins_on(now) + timedelta(days=int(days))
        except NeverOpen:
            continue


# There are as many as suppliers, and reading one costs more than all that is reckoned with it.
@lru_cache(maxsize=2_000)
def calendar_in(text: str) -> Calendar:
    zone, open_days, cut_off, holidays, closures = text.split("|", 4)
    return Calendar(
        zone=ZoneInfo(zone),
        open_days=frozenset(json.loads(open_days)),
        cut_off=time.fromisoformat(cut_off) if cut_off else None,
        holidays=holidays,
        closures=[closure_of(saved) for saved in json.loads(closures)],
    )
