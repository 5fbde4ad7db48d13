"""When a supplier works: his open days, his cut-off, and what that means for a deadline. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from stocke.core.holidays import is_holiday
from suppliers.models import Supplier

# Nobody is closed for longer; a calendar that never opens must not search for ever.
SEARCHED_DAYS = 400


class NeverOpen(Exception):
    """The calendar has no open day within a year."""


@dataclass(frozen=True)
class Closure:
    """Days on which he is closed, both included."""

    first: date
    last: date
    note: str = ""

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Calendar:
    """`open_days` are weekdays, Monday is 0. `holidays` names the country whose public holidays he keeps, or none.

    `cut_off` is the time of day after which an order waits for the next open day; None: none is named.
    """

    zone: ZoneInfo
    open_days: frozenset[int] = frozenset(range(5))
    cut_off: time | None = None
    holidays: str = ""
    closures: Collection[Closure] = ()

    def is_open(self, day: date) -> bool:
        """Whether he works on that day of his own calendar."""
        if day.weekday() not in self.open_days:
            return False
        if self.holidays and is_holiday(day, self.holidays):
            return False
        return not any(closure.covers(day) for closure in self.closures)

    def open_days_from(self, day: date) -> Iterator[date]:
        """The open days from that day on. Raises NeverOpen after a year without one."""
        searched = 0
        while searched < SEARCHED_DAYS:
            if self.is_open(day):
                searched = 0
                yield day
            day, searched = day + timedelta(days=1), searched + 1
        raise NeverOpen

    def next_cut_off(self, now: datetime) -> datetime | None:
        """The next moment, after `now`, at which he collects orders; None where he names no time of day.

        Where clocks are put forward over that time of day, it is an hour later on the clock. Raises NeverOpen.
        """
        if self.cut_off is None:
            return None
        for day in self.open_days_from(now.astimezone(self.zone).date()):
            moment = datetime.combine(day, self.cut_off, self.zone)
            if moment > now:
                return moment
        raise NeverOpen

    def begins_on(self, now: datetime) -> date:
        """The open day on which he takes on what is ordered at that moment. Raises NeverOpen."""
        if cut_off := self.next_cut_off(now):
            return cut_off.date()
        return self.working_day_after(now.astimezone(self.zone).date(), 0)

    def working_day_after(self, day: date, days: int) -> date:
        """The open day that is `days` open days after that day; day 0 is the first open day from it on."""
        return next(islice(self.open_days_from(day), days, None))

    def last_open_day(self, first: date, last: date) -> date | None:
        """The last open day of those from `first` to `last`, both included; None where he is closed on all of them."""
        for back in range(min((last - first).days + 1, SEARCHED_DAYS)):
            if self.is_open(day := last - timedelta(days=back)):
                return day
        return None

    def after_open_hours(self, start: datetime, hours: float) -> datetime:
        """`hours` later, counting only the 24 hours of days on which he is open: no supplier is late on a Sunday.

        Hours are real ones, so a day on which clocks are set has 23 or 25. Raises NeverOpen.
        """
        left = timedelta(hours=hours)
        for day in self.open_days_from(start.astimezone(self.zone).date()):
            begins, ends = self._bounds(day)
            begins = max(begins, start)
            if begins + left <= ends:
                return begins + left
            left -= max(ends - begins, timedelta())
        raise NeverOpen

    def _bounds(self, day: date) -> tuple[datetime, datetime]:
        """The beginning and the end of that day, as moments that can be added to and subtracted."""
        midnight = datetime.combine(day, time(), self.zone)
        following = datetime.combine(day + timedelta(days=1), time(), self.zone)
        return midnight.astimezone(UTC), following.astimezone(UTC)


def calendar_of(supplier: Supplier) -> Calendar:
    """The calendar that staff wrote down for him."""
    return Calendar(
        zone=ZoneInfo(supplier.time_zone),
        open_days=frozenset(supplier.open_days),
        cut_off=supplier.cut_off,
        holidays=supplier.country if supplier.keeps_holidays else "",
        closures=[closure_of(saved) for saved in supplier.closures],
    )


def closure_of(saved: Mapping[str, str]) -> Closure:
    first, last = date.fromisoformat(saved["first"]), date.fromisoformat(saved["last"])
    return Closure(first, last, saved.get("note", ""))


def answer_due_at(supplier: Supplier, asked_at: datetime) -> datetime:
    """When he must have answered: his hours, counted on his open days; plain hours where he is never open."""
    try:
        return calendar_of(supplier).after_open_hours(asked_at, supplier.ack_hours)
    except NeverOpen:
        return asked_at + timedelta(hours=supplier.ack_hours)
